"""Heartbeat: how late a 16 ms timer of the main thread was, which is what a person feels as stutter.

`busy_ms` is how long the main thread itself worked between two beats: it does not grow when other processes
take the processors, so a test may be strict with it.
"""

import time

from PySide6.QtCore import QObject, Qt, QTimer, Slot

BEAT_MS = 16


class Heartbeat(QObject):
    """Beats while it is used as a context manager."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self.busy_ms: list[float] = []
        self._worked = 0.0
        self._due = 0.0
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    @Slot()
    def _beat(self) -> None:
        now = time.perf_counter() * 1000
        self.late_ms.append(max(0.0, now - self._due))
        self._due = now + BEAT_MS
        worked = time.thread_time() * 1000
        self.busy_ms.append(worked - self._worked)
        self._worked = worked

    def __enter__(self) -> "Heartbeat":
        self._due = time.perf_counter() * 1000 + BEAT_MS
        self._worked = time.thread_time() * 1000
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._beat()  # a freeze at the very end counts as well
        self._timer.stop()


def p99(milliseconds: list[float]) -> float:
    """Return what 99 of 100 did not exceed."""
    return sorted(milliseconds)[int(len(milliseconds) * 0.99)]
