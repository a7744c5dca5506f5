"""RowActions: what can be done with the chosen row, as buttons, under More and on right click."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from gateway_desktop.core.people import Role
from gateway_desktop.ui.icons import opens_menu
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.tables.simple_table import SimpleTable

Row = TypeVar("Row")
ASKED_BY_DELETE = ("Remove…", "Revoke…")  # what the Delete key asks about


@dataclass(frozen=True, slots=True)
class RowAction(Generic[Row]):
    """One thing to do with a row."""

    label: str
    do: Callable[[Row], object]
    fits: Callable[[Row], bool] = lambda _: True  # offered only then
    button: bool = False  # stands beside the page's title as well
    danger: bool = False
    least: Role | None = Role.ADMIN  # whom it takes on a team's database; None: whoever sees it


class RowActions(Generic[Row]):
    """Buttons beside the title for the frequent ones; all on right click, and under More if one has none."""

    def __init__(self, table: SimpleTable[Row], actions: tuple[RowAction[Row], ...], owner: QWidget) -> None:
        self._table = table
        self._actions = actions
        self._shown = True
        self.buttons: dict[str, QPushButton] = {}
        for action in actions:
            if action.button:
                button = QPushButton(action.label, owner)
                button.clicked.connect(lambda _=False, action=action: self.run(action))
                if action.least is not None:
                    permissions().require(button, least=action.least)
                self.buttons[action.label] = button
        self.more = QPushButton("More", owner)
        opens_menu(self.more)
        self._menu = QMenu(self.more)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.more.setMenu(self._menu)
        self.more.setAccessibleName("More actions for the chosen row")
        table.row_menu = self.fill
        for action in actions:
            if action.label in ASKED_BY_DELETE:
                delete = QShortcut(QKeySequence.StandardKey.Delete, table)
                delete.setContext(Qt.ShortcutContext.WidgetShortcut)
                delete.activated.connect(partial(self.run, action))
        table.chosen.connect(self.update)
        table.shown.connect(self.update)
        self.update()

    def widgets(self) -> tuple[QWidget, ...]:
        return (*self.buttons.values(), self.more)

    def run(self, action: RowAction[Row]) -> None:
        row = self._table.current()
        allowed = action.least is None or not permissions().lacks(action.least)
        if row is not None and action.fits(row) and allowed:
            action.do(row)

    def named(self, label: str) -> RowAction[Row]:
        return next(action for action in self._actions if action.label == label)

    def fill(self, row: Row, menu: QMenu) -> None:
        for danger in (False, True):
            chosen = [action for action in self._actions if action.danger is danger and action.fits(row)]
            if danger and chosen:
                menu.addSeparator()
            for action in chosen:
                entry = menu.addAction(action.label, partial(action.do, row))
                if action.least is not None:
                    permissions().limit(entry, action.least)

    def update(self, _: Any = None) -> None:
        """Offer what fits the chosen row; without one, what fits the first waits, greyed."""
        row = self._table.current()
        rows = [row] if row is not None else self._table.rows()[:1]
        for action in self._actions:
            if action.label in self.buttons:
                button = self.buttons[action.label]
                offered = self._shown and any(action.fits(each) for each in rows)
                if self._table.isVisible() and button.hasFocus() and not (offered and row is not None):
                    self._table.setFocus()  # else the keyboard would be at the button beside it
                button.setVisible(offered)
                button.setEnabled(row is not None)
        more = any(not action.button for action in self._actions)
        self.more.setVisible(more and self._shown and bool(rows))
        self.more.setEnabled(row is not None)

    def show(self, shown: bool) -> None:
        """Show or hide all of them: their list is on another tab."""
        self._shown = shown
        self.update()

    def _fill_menu(self) -> None:
        self._menu.clear()
        row = self._table.current()
        if row is not None:
            self.fill(row, self._menu)
