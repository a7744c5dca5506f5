"""ListPanel: a page that is one list, what can be done with a row of it, and a button that adds one."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic

from PySide6.QtWidgets import QPushButton, QWidget

from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.lists.list_page import ListPage, list_over_detail
from gateway_desktop.ui.lists.row_actions import RowAction, RowActions
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.tables.column import Column, Row
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.theme import GAP
from gateway_desktop.ui.widgets.empty_state import EmptyState
from gateway_desktop.ui.widgets.text_pane import TextPane


class ListPanel(Panel, Generic[Row]):
    """A subclass gives columns, the key of a row and `_actions`, and puts `self.page` into `self.body`."""

    def __init__(
        self,
        context: UiContext,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], Hashable],
        list_title: str = "",
    ) -> None:
        super().__init__(context)
        self._key = key
        self.wanted = ""  # the name of a row to choose once it is there
        self.table = SimpleTable(columns, key, context.state, self.name, list_title or self.title)
        self.row_actions = RowActions(self.table, self._actions(), self)
        self.page = ListPage(self.table, EmptyState())

    def _actions(self) -> tuple[RowAction[Row], ...]:
        raise NotImplementedError

    def adding(
        self, words: str, add: Callable[[], object], nothing: tuple[str, str] | None = None
    ) -> QPushButton:
        """Return the button that adds a row, as does the one below `nothing`, said where there is no row."""
        button = push_button(words, add, kind="primary")
        permissions().require(button, self.page.empty.button)
        if nothing is not None:
            self.page.empty.say(*nothing, words)
            self.page.empty.chosen.connect(add)
        return button

    def put_buttons(self, *last: QWidget, first: Iterable[QWidget] = ()) -> None:
        """Fill the line beside the title: the search, what filters, the actions, and what belongs to all."""
        self.buttons.add(self.page.search, *first, *self.row_actions.widgets(), *last)

    def put_over(self, text: TextPane, heights: tuple[int, int]) -> None:
        """Fill the page with the list, and below it what is said of the chosen row."""
        text.hide()
        self.body.addWidget(list_over_detail(self.page, text, heights), 1)
        self.body.setContentsMargins(0, 0, 0, GAP)

    def show_rows(self, rows: Sequence[Row], named: Callable[[Row], str] = lambda _: "") -> None:
        """Show these rows; the one whose name is wanted is chosen, or the first where none is."""
        self.page.show_rows(rows)
        wanted = [row for row in rows if self.wanted and named(row) == self.wanted]
        if wanted:
            self.table.select(self._key(wanted[0]))
            self.wanted = ""
        elif self.table.current() is None and rows:
            self.table.selectRow(0)

    def focus_filter(self) -> None:
        self.page.focus_find()
