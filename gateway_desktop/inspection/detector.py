"""Detector: finds what should not stand in a text."""

from typing import NamedTuple, Protocol


class Finding(NamedTuple):
    """One place in a text, as bytes of its UTF-8."""

    start: int
    end: int
    kind: str  # OPENAI_KEY, PRIVATE_KEY, ...: the words of the placeholder


class Detector(Protocol):
    """One family of findings."""

    def find(self, data: bytes) -> list[Finding]:
        """Return what stands in the text, given as UTF-8, in its order and without overlaps."""
        ...

    def warm(self) -> None:
        """Build what would otherwise be built with the first texts."""
        ...
