"""A Future's answer on the main thread, dropped when it is stale or nobody is left to hear it."""

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from itertools import count
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from gateway_desktop.core.errors import ConfigurationError, GatewayError, StorageUnavailable, Unavailable

Answer = TypeVar("Answer")
EXPECTED = (
    ConfigurationError,
    GatewayError,
    StorageUnavailable,
    Unavailable,
)  # their words are made for people
log = logging.getLogger(__name__)


class Waiting(NamedTuple):
    """Who waits for which answer, and what to do with it."""

    asker: QObject
    future: "Future[Any]"
    ok: Callable[[Any], object] | None
    failed: Callable[[BaseException], object] | None
    slot: str


class Relay(QObject):
    """Takes answers from the threads that found them and gives them out on the main thread."""

    unheard = Signal(str)  # a failure that the asker does not handle, in words for people
    _arrived = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._numbers = count(1)
        self._waiting: dict[int, Waiting] = {}
        self._asked: WeakKeyDictionary[QObject, dict[str, int]] = WeakKeyDictionary()
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def await_answer(self, waiting: "Waiting") -> None:
        """Remember who asked; `when_done` is the way in.

        The thread that answers holds a number only: what it drops last must not be a widget.
        """
        number = next(self._numbers)
        self._waiting[number] = waiting
        if waiting.slot:
            self._asked.setdefault(waiting.asker, {})[waiting.slot] = number
        waiting.future.add_done_callback(lambda _: self._announce(number))

    def _announce(self, number: int) -> None:
        if shiboken6.isValid(self):  # an answer that comes after the application has ended
            self._arrived.emit(number)

    @Slot(int)
    def _deliver(self, number: int) -> None:
        waiting = self._waiting.pop(number)
        if not shiboken6.isValid(waiting.asker):
            return
        if waiting.slot and self._asked.get(waiting.asker, {}).get(waiting.slot) != number:
            return
        self._hand_over(waiting.future, waiting.ok, waiting.failed)

    def _hand_over(
        self,
        future: "Future[Any]",
        ok: Callable[[Any], object] | None,
        failed: Callable[[BaseException], object] | None,
    ) -> None:
        try:
            answer = future.result()
        except CancelledError:
            return
        except Exception as error:
            if failed is not None:
                failed(error)
            else:
                if not isinstance(error, EXPECTED):
                    log.error("A question of the window failed", exc_info=error)
                self.unheard.emit(words(error))
            return
        if ok is not None:
            ok(answer)


_relays: list[Relay] = []


def relay() -> Relay:
    """Return the one relay; first called on the main thread."""
    if not _relays or not shiboken6.isValid(_relays[0]):
        _relays[:] = [Relay()]
    return _relays[0]


def when_done(
    asker: QObject,
    future: "Future[Answer]",
    ok: Callable[[Answer], object] | None = None,
    failed: Callable[[BaseException], object] | None = None,
    slot: str = "",
) -> None:
    """Call `ok` or `failed` on the main thread; not at all if the asker is gone or asked again for the slot.

    Without `failed`, the window says what went wrong in its status bar.
    """
    relay().await_answer(Waiting(asker, future, ok, failed, slot))


def words(error: BaseException) -> str:
    """Return what to tell a person about an error."""
    if isinstance(error, EXPECTED):
        return str(error)
    return f"Something unexpected went wrong ({type(error).__name__}: {error}). The log file has the details."
