"""ListPage: a table, or why it is empty; below it what was just done, with Undo."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from gateway_desktop.ui.forms.form import sentence
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.widgets.banner import Banner
from gateway_desktop.ui.widgets.empty_state import EmptyState
from gateway_desktop.ui.widgets.undo_bar import UndoBar

Row = TypeVar("Row")


class ListPage(QWidget, Generic[Row]):
    """Everything of a page of rows but its title."""

    def __init__(self, table: SimpleTable[Row], empty: EmptyState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = table
        self.empty = empty
        self.banner = Banner()
        self.undo = UndoBar()
        self._stack = QStackedLayout()
        self._waiting = QWidget()  # neither rows nor "nothing here" before the first answer
        for page in (self._waiting, table, empty):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.banner)
        column.addLayout(self._stack, 1)
        column.addWidget(self.undo)
        self.banner.chosen.connect(self.banner.clear)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show rows, or the empty state."""
        self.table.show_rows(rows)
        self._stack.setCurrentWidget(self.table if rows else self.empty)

    def is_empty(self) -> bool:
        """Say whether the empty state is what is seen."""
        return self._stack.currentWidget() is self.empty

    def run(
        self,
        work: Callable[[], Future[Any]],
        done: str = "",
        undo: Callable[[], Future[Any]] | None = None,
    ) -> None:
        """Make a change; then say so with a way back, or say why it could not be made."""
        self.banner.clear()
        self.undo.dismiss()

        def made(_: Any) -> None:
            if done and undo is not None:
                self.undo.offer(done, lambda: self.run(undo))

        when_done(self, work(), made, self._failed)

    def _failed(self, error: BaseException) -> None:
        self.banner.say(sentence(words(error)), action="Dismiss")
