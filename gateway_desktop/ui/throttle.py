"""Throttle: says that rows came, but only so often: sums of many rows are not made four times a second."""

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from gateway_desktop.core.changes import Topic
from gateway_desktop.ui.bridge import Bridge


class Throttle(QObject):
    """Announces the changes of a topic at once after a pause, and under traffic once in `every_ms`."""

    due = Signal()

    def __init__(self, bridge: Bridge, every_ms: int, parent: QObject, announced: Topic) -> None:
        super().__init__(parent)
        self._every_ms = every_ms
        self._announced = announced
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._say)
        self._since = QElapsedTimer()
        bridge.topic.connect(self._changed)

    @Slot(object)
    def _changed(self, topic: Topic) -> None:
        if topic is self._announced and not self._timer.isActive():
            waited = self._since.elapsed() if self._since.isValid() else self._every_ms
            self._timer.start(max(0, self._every_ms - waited))

    @Slot()
    def _say(self) -> None:
        self._since.restart()
        self.due.emit()
