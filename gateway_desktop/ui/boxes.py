"""in_row() and in_column(): widgets and layouts beside each other, or below each other."""

from typing import TypeVar

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

Part = QWidget | QLayout | int | tuple[QWidget | QLayout, int]  # a number stands for room that stretches
Box = TypeVar("Box", bound=QBoxLayout)


def in_row(
    *parts: Part,
    of: QWidget | None = None,
    margins: int | tuple[int, int, int, int] | None = None,
    gap: int | None = None,
) -> QHBoxLayout:
    """Return them from left to right; with a number, a part takes so much of the room that is left."""
    return _filled(QHBoxLayout() if of is None else QHBoxLayout(of), parts, margins, gap)


def in_column(
    *parts: Part,
    of: QWidget | None = None,
    margins: int | tuple[int, int, int, int] | None = None,
    gap: int | None = None,
) -> QVBoxLayout:
    """Return them from top to bottom."""
    return _filled(QVBoxLayout() if of is None else QVBoxLayout(of), parts, margins, gap)


def fill(box: QBoxLayout, *parts: Part) -> None:
    """Put more into a row or a column, behind what is in it."""
    for part in parts:
        what, stretch = part if isinstance(part, tuple) else (part, 0)
        if isinstance(what, int):
            box.addStretch(what)
        elif isinstance(what, QWidget):
            box.addWidget(what, stretch)
        else:
            box.addLayout(what, stretch)


def _filled(
    box: Box, parts: tuple[Part, ...], margins: int | tuple[int, int, int, int] | None, gap: int | None
) -> Box:
    if margins is not None:
        box.setContentsMargins(*((margins,) * 4 if isinstance(margins, int) else margins))
    if gap is not None:
        box.setSpacing(gap)
    fill(box, *parts)
    return box
