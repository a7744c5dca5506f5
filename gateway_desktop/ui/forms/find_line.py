"""FindLine: a box to find some of many that stand below it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

SEARCHED_FROM = 8  # so many are seen at a glance
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FindLine(QLineEdit):
    """Enter leads to what was found; a dialog would take what is not chosen yet."""

    wanted = Signal(str)  # in lower case, without the space around what was pasted
    entered = Signal()

    def __init__(self, many: int) -> None:
        super().__init__()
        self.setPlaceholderText("Find")
        if many <= SEARCHED_FROM:
            self.hide()
        self.textChanged.connect(self._changed)

    def _changed(self, text: str) -> None:
        self.setModified(False)  # nothing of it is to be kept
        self.wanted.emit(text.strip().casefold())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to what was found."""
        if event.key() in _ENTER:
            self.entered.emit()
        else:
            super().keyPressEvent(event)
