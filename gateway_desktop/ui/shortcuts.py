"""The sheet of shortcuts (?): all keys of the window and of the page."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from gateway_desktop.ui.theme import fixed_font

EVERYWHERE = (
    ("Ctrl+K", "Commands: every page and action by name"),
    ("Ctrl+F", "Filter the page"),
    ("Ctrl+1 … Ctrl+9", "Go to a page"),
    ("F5", "Read again"),
    ("Ctrl+E", "Export CSV"),
    ("F1", "Help for this page"),
    ("?", "This sheet"),
    ("Ctrl+Q", "Quit"),
)


class ShortcutSheet(QDialog):
    """Keys in one column, what they do in the other."""

    def __init__(self, page_title: str, page_keys: Iterable[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        self._add(grid, "Everywhere", EVERYWHERE)
        keys = tuple(page_keys)
        if keys:
            self._add(grid, page_title, keys)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(16)
        layout.addLayout(grid)
        layout.addWidget(buttons)

    @staticmethod
    def _add(grid: QGridLayout, title: str, keys: Iterable[tuple[str, str]]) -> None:
        heading = QLabel(title)
        heading.setProperty("role", "heading")
        grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
        for key, meaning in keys:
            row = grid.rowCount()
            shown = QLabel(key)
            shown.setFont(fixed_font())
            shown.setProperty("badge", "low")
            grid.addWidget(shown, row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(QLabel(meaning), row, 1)
