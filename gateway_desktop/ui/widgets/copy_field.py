"""A text that can be copied: one line, or a block of lines."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.clipboard import copy_text
from gateway_desktop.ui.controls import fixed_text
from gateway_desktop.ui.theme import fixed_font, font
from gateway_desktop.ui.widgets.text_label import text_label

SAID_FOR_MS = 1600
FRAME = 24  # border, padding and margin of both sides
SCROLL_BAR = 10


class CopyButton(QPushButton):
    """Copies a text and says so for a moment."""

    copied = Signal(str)

    def __init__(self, what: str) -> None:
        super().__init__("Copy")
        self.text_to_copy = ""
        self.setAutoDefault(False)
        self.setAccessibleName(f"Copy {what}")
        self.setFixedWidth(QFontMetrics(font()).horizontalAdvance("Copied") + 28)
        self._back = QTimer(self, singleShot=True, interval=SAID_FOR_MS)
        self._back.timeout.connect(self._say_copy)
        self.clicked.connect(self._copy)

    @Slot()
    def _copy(self) -> None:
        copy_text(self.text_to_copy)
        self.setText("Copied")
        self._back.start()
        self.copied.emit(self.text_to_copy)

    @Slot()
    def _say_copy(self) -> None:
        self.setText("Copy")


class CopyField(QWidget):
    """One line to be read and copied: an address, a key, a fingerprint."""

    def __init__(self, what: str, text: str = "") -> None:
        super().__init__()
        self.line = QLineEdit(readOnly=True)
        self.line.setFont(fixed_font())
        self.line.setAccessibleName(what)
        self.button = CopyButton(what)
        in_row((self.line, 1), self.button, of=self, margins=0, gap=8)
        self.setFocusProxy(self.line)
        self.set_text(text)

    def beside_nothing(self, widest: int) -> QHBoxLayout:
        """Return it with empty room behind it; in a column alone it would keep the others narrow, too."""
        self.setMaximumWidth(widest)
        return in_row((self, 1), 0)

    def text(self) -> str:
        return self.button.text_to_copy

    def set_text(self, text: str) -> None:
        self.line.setText(text)
        self.line.setCursorPosition(0)
        self.button.text_to_copy = text


class CodeBlock(QWidget):
    """Lines for a terminal or a program, under a caption, with Copy."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self.caption = text_label(caption, "small")
        self.button = CopyButton(caption)
        self.edit = fixed_text(caption)
        self.edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.edit.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.edit.setTabChangesFocus(True)
        self.note = text_label("", "muted", wraps=True, selectable=True)
        self.note.setFont(font(12))
        head = in_row()
        head.addWidget(self.caption, 1, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self.button)
        in_column(head, self.edit, self.note, of=self, margins=0, gap=4)
        self.note.hide()
        self.set_text("")

    def text(self) -> str:
        return self.button.text_to_copy

    def say(self, caption: str, text: str, note: str = "") -> None:
        self.caption.setText(caption)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.set_text(text)

    def set_text(self, text: str) -> None:
        self.button.text_to_copy = text
        self.edit.setPlainText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the scroll bar of lines that do not fit any more."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(self.edit.font())
        lines = self.text().split("\n")
        widest = max(metrics.horizontalAdvance(line) for line in lines)
        bar = SCROLL_BAR if widest > self.edit.width() - FRAME else 0
        self.edit.setFixedHeight(len(lines) * metrics.lineSpacing() + FRAME + bar)
