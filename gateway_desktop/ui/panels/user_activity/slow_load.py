"""SlowLoad: what is offered while numbers take long to add up: a shorter range, and one user."""

from PySide6.QtCore import QTimer, Signal

from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.tables.date_range import PRESETS, DateRange
from gateway_desktop.ui.widgets.banner import Banner

SLOW_MS = 2000
SENTENCE = "Adding this up takes a while. A shorter range, or one user, is there sooner."
_SHORTER = [preset for _, preset in reversed(PRESETS) if preset.last_seconds]


class SlowLoad(Banner):
    """Comes when a load takes over 2 s, and stays until one was quicker."""

    range_wanted = Signal(object)  # DateRange

    def __init__(self) -> None:
        super().__init__()
        self._range: DateRange | None = None
        self._late = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._late.timeout.connect(self._offer)
        self.one_user = push_button("One user")
        self.row.addWidget(self.one_user)
        self.chosen.connect(lambda: self.range_wanted.emit(self._range))

    def begin(self, seconds: float | None) -> None:
        """A load of a range of so many seconds (None: all time) begins."""
        self._range = next((each for each in _SHORTER if (each.last_seconds or 0) < (seconds or 1e18)), None)
        self._late.start()

    def end(self) -> None:
        """It is there."""
        if self._late.isActive():
            self._late.stop()
            self.clear()

    def _offer(self) -> None:
        self.say(SENTENCE, "accent", self._range.label if self._range is not None else "")
