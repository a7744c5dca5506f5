"""Detector: finds one family of dangers in a passage."""

from typing import Protocol

from gateway_desktop.core.finding import Context, Finding, Passage
from gateway_desktop.inspection.normalize import Normal


class Detector(Protocol):
    """One family of findings. It keeps nothing of one passage for the next."""

    @property
    def contexts(self) -> frozenset[Context]:
        """Where it looks; passages of other contexts are not given to it."""

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return what stands in the passage. `normal.views` are its readings; a view knows the way back."""

    def warm(self) -> None:
        """Build what would otherwise be built with the first texts."""
