"""Retention: what left the audit because it was old, or because there was no room."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Removed:
    """What one run of the retention removed."""

    rows: Mapping[str, int] = field(default_factory=dict)  # by kind
    texts: int = 0  # of rows that stay
    swept: int = 0  # texts that no row has any more

    @property
    def anything(self) -> bool:
        """Return whether a person should hear of it."""
        return bool(sum(self.rows.values()) or self.texts)


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to when rows of one kind, or texts, are gone, and how many that were in all."""

    kind: str  # llm | mcp | a2a | system | texts
    until_us: int
    removed: int
    at_us: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A time of which the audit does not have everything, and why in a few words."""

    since_us: int | None  # None: from the beginning
    until_us: int | None  # None: it lasts
    why: str

    def covers(self, since_us: int, until_us: int) -> bool:
        """Return whether some of that time is in the gap."""
        begins = self.since_us is None or self.since_us < until_us
        return begins and (self.until_us is None or self.until_us > since_us)
