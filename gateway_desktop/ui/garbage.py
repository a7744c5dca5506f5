"""Garbage: cycles are collected on the main thread only.

Python collects in whichever thread happens to allocate; when that is a reader or the gateway, widgets in dead
cycles are destroyed there, and Qt crashes.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS = 500


class GarbageCollector(QObject):
    """Takes the place of Python's automatic collection until the process ends.

    It is never given back: a collection that begins while Qt destroys one object (and holds its lock) may
    destroy another, and wait for that lock forever.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self.keep()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.collect_if_due)
        self._timer.start()

    @Slot()
    def collect_if_due(self) -> None:
        """Collect the generations whose thresholds are passed, as Python would."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return

    @staticmethod
    def keep() -> None:
        """Take what was imported out of all later collections, unlooked at: it is 80 ms of each of them."""
        gc.freeze()

    def settle(self) -> None:
        """Take what lives now out of all later collections: they stay short, and the window fluent."""
        gc.collect()
        gc.freeze()
