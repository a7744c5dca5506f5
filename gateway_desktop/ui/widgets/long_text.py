"""Long texts: a line without an end is laid out in stretches, and is one line again where it is copied."""

import re

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QPlainTextEdit, QTextBrowser

from gateway_desktop.ui.theme import fixed_font

JOINT = "\u2060\u2060\n"  # two word joiners, which are not seen, and the break
_STRETCH = re.compile(r"([^\n]{4000}(?:[^\n]{0,95}?[^\S\n])?)(?=[^\n])")


def in_stretches(text: str) -> str:
    """Return a text whose lines are broken every 4,000 characters: Qt lays a whole line out at a time."""
    return _STRETCH.sub(rf"\1{JOINT}", text)


def joined(text: str) -> str:
    """Return a text as it was before it was broken into stretches."""
    return text.replace(JOINT, "")


class LongPage(QTextBrowser):
    """Shows HTML with texts in stretches; its links are for others to follow."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setOpenLinks(False)

    def createMimeDataFromSelection(self) -> QMimeData:
        return _joined(super().createMimeDataFromSelection())


class LongText(QPlainTextEdit):
    """Shows a text in stretches, in the face of code, to be read and copied."""

    def __init__(self, name: str) -> None:
        super().__init__(readOnly=True)
        self.setFont(fixed_font())
        self.setAccessibleName(name)

    def createMimeDataFromSelection(self) -> QMimeData:
        return _joined(super().createMimeDataFromSelection())


def _joined(copied: QMimeData) -> QMimeData:
    if JOINT in copied.text():
        text = joined(copied.text())
        copied.clear()
        copied.setText(text)
    return copied
