"""What to show when there is nothing to show: why, and one button that helps."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.widgets.text_label import text_label

WIDTH = 440
LEAST_WIDTH = 240
FLAT_WIDTH = 320  # pixels of the sentence between title and button
MARGIN = 24


class EmptyState(QWidget):
    """A title that says what is missing, a sentence that says why, and a way on."""

    chosen = Signal()

    def __init__(self, title: str = "", sentence: str = "", action: str = "", *, width: int = WIDTH) -> None:
        super().__init__()
        self._width = width
        self.title = text_label("", "heading")
        self.sentence = text_label("", "muted", wraps=True, selectable=True)
        self.button = push_button("", self.chosen, kind="primary")
        self.other = push_button("", self._go_other_way)  # a second way on, where there is one
        self._does: Callable[[], object] = lambda: None
        column = self._column = QVBoxLayout(self)
        column.setSpacing(8)
        center = Qt.AlignmentFlag.AlignCenter
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
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.other.hide()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand in one row where there is no height for a column."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Never be what makes a page wider than its window."""
        whole = super().minimumSizeHint()
        return QSize(min(LEAST_WIDTH, whole.width()), whole.height())

    def _fit(self) -> None:
        shown = [each for each in (self.title, self.button, self.other) if not each.isHidden()]
        height = sum(each.sizeHint().height() + 8 for each in shown)
        room = min(self._width, max(LEAST_WIDTH, self.width()) - 2 * MARGIN)
        flat = self.height() < height + self.sentence.heightForWidth(room) + 2 * MARGIN
        width = min(room, FLAT_WIDTH) if flat else room
        self._column.setDirection(
            QVBoxLayout.Direction.LeftToRight if flat else QVBoxLayout.Direction.TopToBottom
        )
        self._column.setContentsMargins(MARGIN, *((0, MARGIN, 0) if flat else (MARGIN,) * 3))
        # A wrapped label in a centred place asks for one line only, unless it is told.
        self.sentence.setFixedSize(width, max(0, self.sentence.heightForWidth(width)))

    def offer(self, action: str, does: Callable[[], object]) -> None:
        """Show a second button, until there is another reason."""
        self._does = does
        self.other.setText(action)
        self.other.show()

    @Slot()
    def _go_other_way(self) -> None:
        self._does()
