"""TextPane: one thing in words below a list, drawn again when the theme changes."""

from abc import abstractmethod

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTextBrowser

from gateway_desktop.ui.theme import theme

STYLE = "h3, b, th { font-weight: 600; }"  # the boldest face that is shipped; a bolder one would be smeared


class TextPane(QTextBrowser):
    """Give it the HTML of what is shown in `html`; links are not followed by itself."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setProperty("role", "pane")
        self.document().setDefaultStyleSheet(STYLE)
        theme().changed.connect(self.draw)

    @abstractmethod
    def html(self) -> str:
        """Return what is shown, in the colours of now; empty for nothing."""

    @Slot()
    def draw(self, *, from_top: bool = False) -> None:
        """Draw what is shown; nothing moves under whoever reads it, unless it is something else."""
        at = 0 if from_top else self.verticalScrollBar().value()
        self.setHtml(self.html())
        self.verticalScrollBar().setValue(at)
