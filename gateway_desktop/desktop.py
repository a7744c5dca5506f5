"""The desktop program: the window first, then what stands behind it."""

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gateway_desktop import logs
from gateway_desktop.core.errors import ConfigurationError, Unavailable
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.window_settings import Log
from gateway_desktop.services.rescue import Rescue
from gateway_desktop.services.setting_layers import Layers
from gateway_desktop.ui import application

if TYPE_CHECKING:
    from gateway_desktop.app import Application
    from gateway_desktop.services.who import Ask

_log = logging.getLogger(__name__)


def run(paths: Paths, given: Mapping[str, Any]) -> int:
    """Show the window and run until it is closed; return the exit status.

    Where there can be no window, a small one says why: who clicked an icon sees no terminal.
    """
    try:
        _make_folder(paths)
        logs.set_up(paths.logs, _log_level(paths))
        rescue = Rescue(paths, given)
        return application.run(
            paths.data, paths.resources, lambda ask: behind_the_window(paths, given, ask), rescue
        )
    except Unavailable as error:
        if sys.stderr is not None:
            sys.stderr.write(f"gateway-desktop: {error}\n")
            sys.stderr.flush()
        application.say_alone(paths.resources, str(error))
        return 1


@contextmanager
def behind_the_window(paths: Paths, given: Mapping[str, Any], ask: "Ask") -> Iterator["Application"]:
    """Open store and gateway, and listen if the settings say so; `ask` has a team's person sign in."""
    # Late, and in the thread that opens: it is half a second of imports that the window need not wait for.
    from gateway_desktop.app import open_application

    with open_application(paths, given, ask) as opened:
        if opened.settings.window.start_gateway:
            try:
                opened.start_gateway()
            except Unavailable as error:  # the window shows it, with the next free port
                _log.warning("The gateway does not listen: %s", error)
        yield opened


def _make_folder(paths: Paths) -> None:
    """Have a data folder, which the first start does not find; without one there is nothing to lock."""
    try:
        paths.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        paths.logs.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise Unavailable(
            f"The data folder {paths.data} cannot be written: {error.strerror}. "
            "Mend that, or start with another folder: gateway-desktop --data DIR"
        ) from error


def _log_level(paths: Paths) -> str:
    """Return the level that the settings say; a mistake in them is told by the window."""
    try:
        return str(Layers.of(paths.settings).found({})["log.level"][0])
    except ConfigurationError:
        return Log().level
