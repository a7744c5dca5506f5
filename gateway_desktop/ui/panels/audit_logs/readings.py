"""Readings: questions that belong together, asked again when rows come, but only so often."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.futures import when_done


class Readings(QObject):
    """Calls `begin`, which asks with `ask`; what changes while answers are awaited is read afterwards."""

    def __init__(
        self, context: UiContext, every_ms: int, begin: Callable[[], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._begin = begin
        self._under_way: dict[str, Future[Any]] = {}
        self._wanted = False
        self._pause = QTimer(self, singleShot=True, interval=every_ms)
        self._pause.timeout.connect(self._read_if_due)

    def read(self) -> None:
        """Read now; what is under way is not wanted any more."""
        for future in self._under_way.values():
            self._context.give_up(future)
        self._under_way.clear()
        self._wanted = False
        self._begin()
        self._pause.start()

    def read_soon(self) -> None:
        """Read again because rows came: at once after a pause, else when it is over."""
        self._wanted = True
        self._read_if_due()

    def ask(
        self, slot: str, ok: Callable[[Any], None], query: Callable[..., Any], *arguments: Any, **named: Any
    ) -> None:
        future = self._context.ask(query, *arguments, **named)
        self._under_way[slot] = future

        def arrived(answer: Any) -> None:
            self._ended(slot)
            ok(answer)

        when_done(self, future, arrived, lambda _: self._ended(slot), slot)

    def _ended(self, slot: str) -> None:
        self._under_way.pop(slot, None)
        self._read_if_due()

    @Slot()
    def _read_if_due(self) -> None:
        if self._wanted and not self._under_way and not self._pause.isActive():
            self.read()
