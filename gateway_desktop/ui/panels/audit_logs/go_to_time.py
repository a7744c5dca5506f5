"""GoToTime: to which moment the rows shall go."""

from PySide6.QtCore import QDateTime, Slot
from PySide6.QtWidgets import QDateTimeEdit, QFormLayout

from gateway_desktop.ui.widgets.dialog import Dialog


class GoToTime(Dialog):
    """Asks for a moment in this machine's zone."""

    least = None

    def __init__(self) -> None:
        super().__init__("Go to time", "Go", width=400)
        now = QDateTime.currentDateTime()
        self._editor = self.begins_in = QDateTimeEdit(now)
        self._editor.setDisplayFormat("yyyy-MM-dd HH:mm:ss")
        self._editor.setCalendarPopup(True)
        self._editor.setAccessibleName("Time")
        form = QFormLayout()
        form.addRow("Time", self._editor)
        self.body.addLayout(form)
        zone = now.timeZoneAbbreviation()
        self.add_text(f"This machine's time ({zone}). Rows of this time and older are shown.", "small")

    @Slot()
    def submit(self) -> None:
        self.accept()

    def moment_us(self) -> int:
        return self._editor.dateTime().toMSecsSinceEpoch() * 1000
