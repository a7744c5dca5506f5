"""'Something changed here, go and read': the only thing threads tell each other besides Futures."""

from collections.abc import Callable
from enum import Enum, auto


class Topic(Enum):
    """Where something changed."""

    AUDIT = auto()
    CONFIGURATION = auto()
    SETTINGS = auto()
    ALERTS = auto()
    STATUS = auto()  # gateway, proxies' health, storage


class ChangeFeed:
    """Calls every subscriber with the topic, in the publishing thread; subscribers return at once."""

    def __init__(self) -> None:
        self._subscribers: tuple[Callable[[Topic], None], ...] = ()

    def subscribe(self, subscriber: Callable[[Topic], None]) -> None:
        """Add a subscriber; it is never removed but with the program."""
        self._subscribers = (*self._subscribers, subscriber)

    def publish(self, topic: Topic) -> None:
        """Say that something changed there."""
        for subscriber in self._subscribers:
            subscriber(topic)
