"""What to show when there is nothing to show: why, and one button that helps."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

WIDTH = 440


class EmptyState(QWidget):
    """A title that says what is missing, a sentence that says why, and a way on."""

    chosen = Signal()

    def __init__(
        self,
        title: str = "",
        sentence: str = "",
        action: str = "",
        *,
        width: int = WIDTH,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._width = width
        self.title = QLabel()
        self.title.setProperty("role", "heading")
        self.sentence = QLabel()
        self.sentence.setProperty("role", "muted")
        self.sentence.setWordWrap(True)
        self.sentence.setFixedWidth(width)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton()
        self.button.setProperty("kind", "primary")
        self.button.clicked.connect(self.chosen)
        self.other = QPushButton()  # a second way on, where there is one
        self.other.clicked.connect(self._go_other_way)
        self._does: Callable[[], object] = lambda: None
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        center = Qt.AlignmentFlag.AlignHCenter
        for label in (self.title, self.sentence):
            label.setAlignment(center)
        column.addStretch(2)
        column.addWidget(self.title, 0, center)
        column.addWidget(self.sentence, 0, center)
        column.addSpacing(8)
        column.addWidget(self.button, 0, center)
        column.addWidget(self.other, 0, center)
        column.addStretch(3)
        self.say(title, sentence, action)

    def say(self, title: str, sentence: str, action: str = "") -> None:
        """Give another reason, with another button or none."""
        self.title.setText(title)
        self.sentence.setText(sentence)
        # A wrapped label in a centred place asks for one line only, unless it is told.
        self.sentence.setFixedHeight(max(0, self.sentence.heightForWidth(self._width)))
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.other.hide()

    def offer(self, action: str, does: Callable[[], object]) -> None:
        """Show a second button, until there is another reason."""
        self._does = does
        self.other.setText(action)
        self.other.show()

    @Slot()
    def _go_other_way(self) -> None:
        self._does()
