"""Budget: how much somebody may spend in a day, a week or a month."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from gateway_desktop.core.scope import Scope, named

THRESHOLDS = (50, 75, 90, 100)  # per cent; each is told once a term


class Period(StrEnum):
    """After what a budget starts anew, in the team's time zone."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Mode(StrEnum):
    """What happens when it is spent."""

    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Budget:
    """The budget of one subject for one kind of period. Amounts are 1e-9 US dollars."""

    id: str
    scope: Scope
    subject_id: str
    subject: str  # as shown: the name, the e-mail address, the start of a key
    period: Period
    limit_nano: int
    mode: Mode = Mode.BLOCK
    reset_us: int = 0  # when it was last reset by hand
    warn_at: int = 0  # per cent: a threshold of its own; 0: none

    @property
    def named(self) -> str:
        """Return which it is: `group lab, month`."""
        return f"{named(self.scope, self.subject)}, {self.period}"

    @property
    def thresholds(self) -> tuple[int, ...]:
        """What is told of it, in per cent, the lowest first."""
        return tuple(sorted({*THRESHOLDS, self.warn_at} - {0}))


class TermSum(NamedTuple):
    """What was spent of a term: nano-dollars, requests, and those of unknown cost."""

    nano: int = 0
    requests: int = 0
    unknown: int = 0


NOTHING = TermSum()


@dataclass(frozen=True, slots=True)
class Term:
    """One stretch of a budget, from its start (or a reset) to where it starts anew; the end is not in it."""

    budget: Budget
    start_us: int
    end_us: int
    carried: TermSum = NOTHING  # before anything was charged to it, as the audit says

    @property
    def key(self) -> "TermKey":
        """Return what its counters are found by."""
        return self.budget.id, self.start_us


TermKey = tuple[str, int]
