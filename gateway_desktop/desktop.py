"""The desktop program: the window first, then what stands behind it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from gateway_desktop.app import Application, open_application
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.paths import Paths
from gateway_desktop.ui import application

_log = logging.getLogger(__name__)


def run(paths: Paths) -> int:
    """Show the window and run until it is closed; return the exit status."""
    return application.run(paths.data, paths.resources, lambda: _behind_the_window(paths))


@contextmanager
def _behind_the_window(paths: Paths) -> Iterator[Application]:
    with open_application(paths) as opened:
        if opened.settings.window.start_gateway:
            try:
                opened.start_gateway()
            except Unavailable as error:  # the window shows it, with the next free port
                _log.warning("The gateway does not listen: %s", error)
        yield opened
