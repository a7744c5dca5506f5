"""YamlText: a document of policies, in which the place of a mistake is marked."""

import re

from PySide6.QtCore import Slot
from PySide6.QtGui import QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.ui.theme import fixed_font, theme

_PLACE = re.compile(r"^line (\d+) column (\d+)")


def place_of(error: ConfigurationError) -> tuple[int, int] | None:
    """Return line and column of a mistake, if it is at one."""
    match = _PLACE.search(error.place)
    return (int(match[1]), int(match[2])) if match else None


class YamlText(QPlainTextEdit):
    """The mark goes when the text changes."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFont(fixed_font())
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)  # YAML has no use for tabs
        self.textChanged.connect(self._unmark)

    def mark(self, line: int, column: int) -> None:
        block = self.document().findBlockByNumber(line - 1)
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.Right, n=min(column - 1, max(0, block.length() - 1)))
        self.setTextCursor(cursor)
        marked = QTextEdit.ExtraSelection()
        marked.cursor = cursor
        marked.format.setBackground(theme().color("critical background"))
        marked.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        self.setExtraSelections([marked])
        self.setFocus()

    @Slot()
    def _unmark(self) -> None:
        self.setExtraSelections([])
