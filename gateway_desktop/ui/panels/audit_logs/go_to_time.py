"""GoToTime: to which moment the rows shall go."""

from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import QDateTimeEdit, QDialog, QDialogButtonBox, QFormLayout, QLabel, QWidget


class GoToTime(QDialog):
    """Asks for a moment in this machine's zone."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Go to time")
        now = QDateTime.currentDateTime()
        self._editor = QDateTimeEdit(now)
        self._editor.setDisplayFormat("yyyy-MM-dd HH:mm:ss")
        self._editor.setCalendarPopup(True)
        self._editor.setAccessibleName("Time")
        form = QFormLayout(self)
        form.setContentsMargins(24, 20, 24, 20)
        form.setSpacing(12)
        form.addRow("Time", self._editor)
        zone = QLabel(
            f"This machine's time ({now.timeZoneAbbreviation()}). Rows of this time and older are shown."
        )
        zone.setProperty("role", "small")
        form.addRow(zone)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def moment_us(self) -> int:
        """Return the moment that was entered."""
        return self._editor.dateTime().toMSecsSinceEpoch() * 1000
