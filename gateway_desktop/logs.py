"""Logging: one format, one rotating file, and a last resort for every thread."""

import logging
import logging.handlers
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from gateway_desktop.core.errors import Unavailable, in_words
from gateway_desktop.core.spelling import plainly

_FORMAT = "%(asctime)s.%(msecs)03dZ %(levelname)-8s %(threadName)s %(name)s: %(message)s"
_FILE = "gateway-desktop.log"
_BYTES = 5_000_000
_KEPT = 3
_log = logging.getLogger(__name__)


def log_file(folder: Path) -> Path:
    """Return the file that is written to now; older ones stand beside it."""
    return folder / _FILE


def set_up(folder: Path, level: str, *, console: bool = False) -> None:
    """Write what is logged into a file of the folder; on a console, warnings go to standard error too."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Unavailable(f"The data folder {folder.parent} cannot be written: {in_words(error)}") from error
    formatter = _Formatter(_FORMAT, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    file = _File(log_file(folder), maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True)
    file.setFormatter(formatter)
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if getattr(handler, "ours", False)]:
        root.removeHandler(handler)
        handler.close()
    _add(root, file)
    if console:
        terminal = logging.StreamHandler()
        terminal.setLevel(logging.WARNING)
        terminal.setFormatter(_Formatter("%(levelname)s: %(message)s"))
        _add(root, terminal)
    root.setLevel(level.upper())
    for noisy in ("aiohttp.access", "asyncio", "peewee", "keyring"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


class _File(logging.handlers.RotatingFileHandler):
    """The file; a disk that is full or gone takes lines and no more: whatever needs it says so itself."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Let the line go where it cannot be written."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


class _Formatter(logging.Formatter):
    """One line for each record: what strangers wrote begins no other, and tells the terminal nothing."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line."""
        return plainly(super().formatMessage(record)).replace("\n", "\\n")

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Return the lines of a traceback, each further in than a record begins."""
        return plainly(super().formatException(ei)).replace("\n", "\n  ")


def _add(root: logging.Logger, handler: logging.Handler) -> None:
    handler.ours = True  # type: ignore[attr-defined]  # a second set-up replaces only these
    root.addHandler(handler)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _log.critical("Nobody caught this", exc_info=(kind, error, trace))


def _uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    error = arguments.exc_value
    name = arguments.thread.name if arguments.thread else "a thread"
    if error is not None and not isinstance(error, SystemExit):
        _log.critical("Nobody caught this in %s", name, exc_info=error)
