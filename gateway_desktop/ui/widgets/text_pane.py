"""TextPane: one thing in words below a list, drawn again when the theme changes."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTextBrowser

from gateway_desktop.ui.theme import theme

STYLE = "h3, b, th { font-weight: 600; }"  # the boldest face that is shipped; a bolder one would be smeared


class TextPane(QTextBrowser):
    """Shows the HTML that `blocks` make of what is shown; links are not followed by itself."""

    def __init__(self, name: str, blocks: Callable[..., Iterable[str]]) -> None:
        super().__init__()
        self._blocks = blocks
        self._shown: tuple[object, ...] | None = None
        self._id: object = None
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setProperty("role", "pane")
        self.document().setDefaultStyleSheet(STYLE)
        theme().changed.connect(self.draw)

    def show_text(self, id: object, *shown: object) -> None:
        """Show this, in the colours of now; what has the same id as before is not read from its top."""
        if shown != self._shown:
            other, self._shown, self._id = id != self._id, shown, id
            self.draw(from_top=other)

    @Slot()
    def draw(self, *, from_top: bool = False) -> None:
        """Draw what is shown; nothing moves under whoever reads it, unless it is something else."""
        at = 0 if from_top else self.verticalScrollBar().value()
        self.setHtml("".join(self._blocks(*self._shown)) if self._shown is not None else "")
        self.verticalScrollBar().setValue(at)
