"""Badge: a word in a colour; a state is never told by colour alone."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gateway_desktop.ui.forms.form import restyle
from gateway_desktop.ui.theme import Tone


class Badge(QLabel):
    """A short word on its colour."""

    def __init__(self, text: str = "", tone: Tone = "low", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.say(text, tone)

    def say(self, text: str, tone: Tone) -> None:
        """Show another word in another colour."""
        self.setText(text)
        self.setAccessibleName(text)
        self.setProperty("badge", tone)
        restyle(self)


def risk_level(score: int) -> tuple[str, Tone]:
    """Return the level of a risk score and its colour."""
    if score >= 75:
        return "Critical", "critical"
    if score >= 50:
        return "High", "high"
    if score >= 25:
        return "Medium", "medium"
    return "Low", "low"


def in_cell(badge: Badge) -> QWidget:
    """Put a badge into a table's cell without stretching it."""
    cell = QWidget()
    row = QHBoxLayout(cell)
    row.setContentsMargins(8, 0, 8, 0)
    row.addWidget(badge)
    row.addStretch(1)
    return cell
