"""The sheet of shortcuts (?): all keys of the window and of the page."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel

from gateway_desktop.ui.theme import fixed_font
from gateway_desktop.ui.widgets.dialog import Dialog
from gateway_desktop.ui.widgets.text_label import text_label

EVERYWHERE = (
    ("Ctrl+K", "Commands: every page and action by name"),
    ("Ctrl+F", "Filter the page"),
    ("Ctrl+1 … Ctrl+0", "Go to one of the first ten pages"),
    ("Ctrl+PgUp, Ctrl+PgDn", "Go to the page before, or after"),
    ("F5", "Read again"),
    ("Ctrl+C", "Copy the chosen rows of a table"),
    ("Ctrl+Enter", "Do what a dialog's button does, from any of its fields"),
    ("Delete", "Remove or revoke the chosen row, asked first"),
    ("Ctrl+E", "Export CSV"),
    ("F1", "Help for this page"),
    ("?", "This sheet"),
    ("Ctrl+Q", "Quit"),
)


class ShortcutSheet(Dialog):
    """Keys in one column, what they do in the other."""

    def __init__(self, page_title: str, page_keys: Iterable[tuple[str, str]]) -> None:
        super().__init__("Shortcuts", width=440)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        self._add(grid, "Everywhere", EVERYWHERE)
        keys = tuple(page_keys)
        if keys:
            self._add(grid, page_title, keys)
        self.body.addLayout(grid)

    @staticmethod
    def _add(grid: QGridLayout, title: str, keys: Iterable[tuple[str, str]]) -> None:
        heading = text_label(title, "heading")
        grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
        for key, meaning in keys:
            row = grid.rowCount()
            shown = QLabel(key)
            shown.setFont(fixed_font())
            shown.setProperty("badge", "low")
            grid.addWidget(shown, row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(QLabel(meaning), row, 1)
