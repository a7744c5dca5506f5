"""ListPage: a table to search in, or why it is empty; below it what was just done, with Undo."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QLineEdit, QSplitter, QStackedLayout, QWidget

from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.forms.form import sentence
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.widgets.banner import Banner
from gateway_desktop.ui.widgets.empty_state import EmptyState
from gateway_desktop.ui.widgets.undo_bar import UndoBar

Row = TypeVar("Row")
SEARCHED_FROM = 8  # rows
FIND_WIDTH = 168


class ListPage(QWidget, Generic[Row]):
    """Everything of a page of rows but its title; `search` goes beside the title."""

    def __init__(self, table: SimpleTable[Row], empty: EmptyState) -> None:
        super().__init__()
        self.table = table
        self.empty = empty
        self.banner = Banner()
        self.undo = UndoBar()
        self.no_match = EmptyState()
        self.search = QLineEdit(self)  # until a page puts it elsewhere
        self._searched = True
        self.search.setPlaceholderText("Find")
        self.search.setAccessibleName(f"Find in {table.accessibleName()}")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(FIND_WIDTH)
        self.search.hide()
        self._leave = QShortcut(Qt.Key.Key_Escape, self.search, self._leave_find)
        self._leave.setContext(Qt.ShortcutContext.WidgetShortcut)
        self._leave.setEnabled(False)  # without words Escape is the dialog's
        self._rows: Sequence[Row] = ()
        column = in_column(self.banner, of=self, margins=0, gap=8)
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)  # first: without a parent it would show its page as a window
        column.addWidget(self.undo)
        self._waiting = QWidget()  # neither rows nor "nothing here" before the first answer
        for page in (self._waiting, table, empty, self.no_match):
            self._stack.addWidget(page)
        self.banner.chosen.connect(self.banner.clear)
        self.search.textChanged.connect(self._look)
        self.no_match.chosen.connect(self.search.clear)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show those rows in which the words looked for stand, or why there are none."""
        self._rows = rows
        sought = self.search.text().casefold().split()
        found = [row for row in rows if all(word in self._text(row) for word in sought)]
        self.table.show_rows(found)
        if self._searched and len(rows) >= SEARCHED_FROM:
            self.search.show()
        if rows and not found:
            sentence = f"None of {len(rows):,} has '{self.search.text().strip()}'."
            self.no_match.say("No match", sentence, "Show all")
        self._stack.setCurrentWidget(self.table if found else self.no_match if rows else self.empty)

    def offer_search(self, offered: bool) -> None:
        """Offer the search or not: its page looks for rows another way, or its list is on another tab."""
        self._searched = offered
        self.search.clear()
        self.search.setVisible(offered and len(self._rows) >= SEARCHED_FROM)

    def focus_find(self) -> None:
        if self._searched and self._rows:
            self.search.show()
            self.search.setFocus()
            self.search.selectAll()

    def _text(self, row: Row) -> str:
        return " ".join(column.text(row) for column in self.table.columns).casefold()

    @Slot()
    def _leave_find(self) -> None:
        self.search.clear()
        self.table.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _look(self) -> None:
        self._leave.setEnabled(bool(self.search.text()))
        self.show_rows(self._rows)

    def is_empty(self) -> bool:
        """Say whether the empty state is what is seen."""
        return self._stack.currentWidget() is self.empty

    def run(
        self, work: Callable[[], Future[Any]], done: str = "", undo: Callable[[], Future[Any]] | None = None
    ) -> None:
        """Make a change; then say so with a way back, or say why it could not be made."""
        self.banner.clear()
        self.undo.dismiss()

        def made(_: Any) -> None:
            if done and undo is not None:
                self.undo.offer(done, lambda: self.run(undo))

        when_done(self, work(), made, self.show_problem)

    def show_problem(self, error: BaseException) -> None:
        self.banner.say(sentence(words(error)), action="Dismiss")


def list_over_detail(page: QWidget, detail: QWidget, heights: tuple[int, int]) -> QSplitter:
    """Return a list with what is said of the chosen row below it; neither can be dragged away."""
    split = QSplitter(Qt.Orientation.Vertical)
    split.addWidget(page)
    split.addWidget(detail)
    split.setSizes(heights)
    split.setChildrenCollapsible(False)
    return split
