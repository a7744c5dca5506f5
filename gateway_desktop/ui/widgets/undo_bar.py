"""UndoBar: says what was just done and takes it back within ten seconds."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFrame, QLabel

from gateway_desktop.ui.boxes import in_row
from gateway_desktop.ui.controls import push_button

OFFERED_FOR_MS = 10_000


class UndoBar(QFrame):
    """The change is already made; Undo makes the opposite change, which is recorded like any other."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("banner", "accent")
        self.label = QLabel()
        self.button = push_button("Undo", self._take_back, kind="link")
        self.button.setAutoDefault(False)
        in_row((self.label, 1), self.button, of=self, margins=(12, 4, 8, 4))
        self._timer = QTimer(self, singleShot=True, interval=OFFERED_FOR_MS)
        self._timer.timeout.connect(self.dismiss)
        self._undo: Callable[[], None] | None = None
        self.hide()

    def offer(self, text: str, undo: Callable[[], None]) -> None:
        self.label.setText(text)
        self.button.setAccessibleName(f"Undo: {text}")
        self._undo = undo
        self.show()
        self._timer.start()

    @Slot()
    def dismiss(self) -> None:
        self._timer.stop()
        self._undo = None
        self.hide()

    @Slot()
    def _take_back(self) -> None:
        undo = self._undo
        self.dismiss()
        if undo is not None:
            undo()
