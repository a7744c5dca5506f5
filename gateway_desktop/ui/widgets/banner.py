"""A sentence across the page or dialog: what is wrong, and perhaps what to do."""

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from gateway_desktop.ui.boxes import in_row
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.theme import restyle
from gateway_desktop.ui.widgets.text_label import text_label


class Banner(QFrame):
    """Invisible until there is something to say."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("banner", "critical")
        self.label = text_label(wraps=True, selectable=True)
        self.button = push_button("", self.chosen)
        self.button.setAutoDefault(False)
        self.row = in_row((self.label, 1), self.button, of=self, margins=(12, 8, 8, 8), gap=12)
        self.hide()

    def say(
        self,
        text: str,
        tone: Literal["accent", "success", "medium", "critical"] = "critical",
        action: str = "",
    ) -> None:
        """Show the sentence; with an action, a button beside it."""
        self.label.setText(text)
        self.setAccessibleName(text)
        restyle(self, "banner", tone)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.setVisible(bool(text))

    def text(self) -> str:
        return self.label.text() if not self.isHidden() else ""

    def clear(self) -> None:
        self.label.clear()
        self.hide()
