"""Heartbeat: how late a 16 ms timer of the main thread was, which is what a person feels as stutter."""

import time

from PySide6.QtCore import QObject, Qt, QTimer, Slot

BEAT_MS = 16


class Heartbeat(QObject):
    """Beats while it is used as a context manager."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self._due = 0.0
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    @Slot()
    def _beat(self) -> None:
        now = time.perf_counter() * 1000
        self.late_ms.append(max(0.0, now - self._due))
        self._due = now + BEAT_MS

    def __enter__(self) -> "Heartbeat":
        self._due = time.perf_counter() * 1000 + BEAT_MS
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._beat()  # a freeze at the very end counts as well
        self._timer.stop()

    def p99(self) -> float:
        """Return the lateness that 99 of 100 beats did not exceed."""
        return sorted(self.late_ms)[int(len(self.late_ms) * 0.99)]
