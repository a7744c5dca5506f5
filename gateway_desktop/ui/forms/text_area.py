"""TextAreaEditor: several lines of text, in a fixed face, as of a file."""

from typing import Any

from PySide6.QtWidgets import QPlainTextEdit

from gateway_desktop.ui.forms.editors import Editor
from gateway_desktop.ui.theme import fixed_font

HEIGHT = 54


class TextAreaEditor(Editor):
    """Lines that are typed or pasted; Tab leaves the field, so that the keyboard is not caught in it."""

    def __init__(self, placeholder: str) -> None:
        self.area = QPlainTextEdit()
        super().__init__(self.area)
        self.area.setPlaceholderText(placeholder)
        self.area.setTabChangesFocus(True)
        self.area.setFont(fixed_font())
        self.area.setFixedHeight(HEIGHT)
        self.area.textChanged.connect(self.changed)

    def value(self) -> str:
        return self.area.toPlainText().strip()

    def set_value(self, value: Any) -> None:
        self.area.blockSignals(True)
        self.area.setPlainText("" if value is None else str(value))
        self.area.blockSignals(False)
