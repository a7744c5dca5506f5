"""Memory: what a rule has learnt of a subject, kept from start to start."""

from typing import NamedTuple, Protocol

from gateway_desktop.core.clock import DAY_US

LEARNING_US = 14 * DAY_US  # a rule of patterns says nothing of a user known for less


class Remembered(NamedTuple):
    """One thing that a rule knows; `value` is JSON-like."""

    subject: str
    name: str
    value: list[float]


class Remembering(Protocol):
    """A rule that has a memory; used by one thread."""

    def restore(self, known: list[Remembered]) -> None:
        """Know again what was known before the program ended."""

    def learnt(self) -> list[Remembered]:
        """Return what is new or other since the last call."""
