"""Confirmation: what will happen, and a button that says so; for what cannot be undone, typed."""

from collections.abc import Callable
from concurrent.futures import Future
from html import escape
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit

from gateway_desktop.ui.boxes import fill
from gateway_desktop.ui.widgets.dialog import Dialog
from gateway_desktop.ui.widgets.text_label import text_label


class Confirmation(Dialog):
    """Asks once more; with `typed`, the button waits until the person has typed that word."""

    keeps = False

    def __init__(
        self, title: str, consequence: str, action: str, work: Callable[[], Future[Any]], *, typed: str = ""
    ) -> None:
        super().__init__(title, action, width=440)
        self.action.setProperty("kind", "danger")
        self.consequence = consequence
        self.add_text(consequence)
        self.typed = typed
        self.line = QLineEdit()
        if typed:
            self._ask_for(typed)
        self.do(work)

    def _ask_for(self, typed: str) -> None:
        label = text_label(f"Type <span style='font-weight:600'>{escape(typed)}</span> to confirm", "rich")
        label.setBuddy(self.line)
        self.line.setAccessibleName(f"Type {typed} to confirm")
        self.line.textChanged.connect(self._compare)
        fill(self.body, label, self.line)
        self.begins_in = self.line
        self.action.setEnabled(False)

    @Slot(str)
    def _compare(self, text: str) -> None:
        self.action.setEnabled(text.strip() == self.typed)
