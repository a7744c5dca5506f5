"""The desktop program: the window first, then what stands behind it."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from gateway_desktop.app import Application, open_application
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.paths import Paths
from gateway_desktop.ui import application

_log = logging.getLogger(__name__)


def run(paths: Paths, given: Mapping[str, Any]) -> int:
    """Show the window and run until it is closed; return the exit status."""
    return application.run(paths.data, paths.resources, lambda: _behind_the_window(paths, given))


@contextmanager
def _behind_the_window(paths: Paths, given: Mapping[str, Any]) -> Iterator[Application]:
    with open_application(paths, given) as opened:
        if opened.settings.window.start_gateway:
            try:
                opened.start_gateway()
            except Unavailable as error:  # the window shows it, with the next free port
                _log.warning("The gateway does not listen: %s", error)
        yield opened
