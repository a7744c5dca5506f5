"""text_label(): a text drawn in one of the roles that the style sheet knows."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def text_label(text: str = "", role: str = "", *, wraps: bool = False, selectable: bool = False) -> QLabel:
    """Return a label; `role` is title, heading, group, small, muted, error or rich, or none of them."""
    label = QLabel(text)
    if role:
        label.setProperty("role", role)
    label.setWordWrap(wraps)
    if wraps:
        label.setMinimumWidth(1)  # a long word that cannot be broken makes no window wider than the screen
    if selectable:
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
