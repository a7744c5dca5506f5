"""BadgeLabel: a word in a colour; a state is never told by colour alone."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from gateway_desktop.core.status import State
from gateway_desktop.ui.theme import Tone, restyle

STATE_TONES: dict[State, Tone] = {
    State.RUNNING: "success",
    State.STARTING: "medium",
    State.STOPPED: "low",
    State.FAILED: "critical",
}
TONES: dict[str, Tone] = {"Low": "low", "Medium": "medium", "High": "high", "Critical": "critical"}


class BadgeLabel(QLabel):
    """A short word on its colour."""

    def __init__(self, text: str = "", tone: Tone = "low") -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.say(text, tone)

    def say(self, text: str, tone: Tone) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        restyle(self, "badge", tone)
