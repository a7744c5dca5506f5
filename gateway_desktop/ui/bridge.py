"""The only door from other threads: the change feed as a Qt signal, topics gathered for 250 ms."""

from collections import deque

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal, Slot

from gateway_desktop.core.changes import ChangeFeed, Topic

GATHER_MS = 250


class Bridge(QObject):
    """Sends `topic` on the main thread, at most once in 250 ms for each topic. Made on the main thread."""

    topic = Signal(object)  # Topic
    _heard = Signal()

    def __init__(self, changes: ChangeFeed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._topics: deque[Topic] = deque()
        self._called = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._send)
        self._since_sent = QElapsedTimer()
        self._heard.connect(self._gather, Qt.ConnectionType.QueuedConnection)
        changes.subscribe(self._publish)

    def _publish(self, topic: Topic) -> None:
        """Run in the publishing thread: leaves the topic and wakes the main thread once."""
        self._topics.append(topic)
        if not self._called:
            self._called = True
            self._heard.emit()

    @Slot()
    def _gather(self) -> None:
        if self._timer.isActive():
            return
        waited = self._since_sent.elapsed() if self._since_sent.isValid() else GATHER_MS
        self._timer.start(max(0, GATHER_MS - waited))

    @Slot()
    def _send(self) -> None:
        self._called = False  # before the topics are taken: one that comes in between wakes us again
        topics = set()
        while self._topics:
            topics.add(self._topics.popleft())
        self._since_sent.restart()
        for topic in sorted(topics, key=lambda topic: topic.value):
            self.topic.emit(topic)
