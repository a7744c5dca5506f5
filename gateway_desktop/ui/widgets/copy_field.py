"""A text that can be copied: one line, or a block of lines."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gateway_desktop.ui.theme import fixed_font, font

SAID_FOR_MS = 1600


def copy_text(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


class CopyButton(QPushButton):
    """Copies a text and says so for a moment."""

    copied = Signal(str)

    def __init__(self, what: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__("Copy", parent)
        self.text_to_copy = text
        self.setAutoDefault(False)
        self.setAccessibleName(f"Copy {what}")
        self.setFixedWidth(max(72, self.sizeHint().width() + 16))
        self._back = QTimer(self)
        self._back.setSingleShot(True)
        self._back.setInterval(SAID_FOR_MS)
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

    def __init__(self, what: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setReadOnly(True)
        self.line.setFont(fixed_font())
        self.line.setAccessibleName(what)
        self.button = CopyButton(what)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        self.setFocusProxy(self.line)
        self.set_text(text)

    def text(self) -> str:
        """Return what would be copied."""
        return self.button.text_to_copy

    def set_text(self, text: str) -> None:
        """Show another text."""
        self.line.setText(text)
        self.line.setCursorPosition(0)
        self.button.text_to_copy = text


class CodeBlock(QWidget):
    """Lines for a terminal or a program, under a caption, with Copy."""

    def __init__(self, caption: str, text: str = "", note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = QLabel(caption)
        self.caption.setProperty("role", "small")
        self.button = CopyButton(caption)
        self.edit = QPlainTextEdit()
        self.edit.setReadOnly(True)
        self.edit.setFont(fixed_font())
        self.edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.edit.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.edit.setTabChangesFocus(True)
        self.edit.setAccessibleName(caption)
        self.note = QLabel(note)
        self.note.setProperty("role", "muted")
        self.note.setFont(font(12))
        self.note.setWordWrap(True)
        self.note.setVisible(bool(note))
        self._lay_out()
        self.set_text(text)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.caption, 1, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.edit)
        column.addWidget(self.note)

    def text(self) -> str:
        """Return what would be copied."""
        return self.button.text_to_copy

    def say(self, caption: str, text: str, note: str = "") -> None:
        """Show other lines under another caption."""
        self.caption.setText(caption)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show other lines, as high as they are."""
        self.button.text_to_copy = text
        self.edit.setPlainText(text)
        lines = max(1, text.count("\n") + 1)
        margins = self.edit.document().documentMargin() * 2 + self.edit.frameWidth() * 2 + 12
        widest = max(
            (self.edit.fontMetrics().horizontalAdvance(line) for line in text.split("\n")), default=0
        )
        bar = 12 if widest > 560 else 0
        self.edit.setFixedHeight(int(lines * self.edit.fontMetrics().lineSpacing() + margins) + bar)
