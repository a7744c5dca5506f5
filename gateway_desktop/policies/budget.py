"""Budgets: when a term begins and ends, what is spent of it and what is reserved, where it leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from gateway_desktop.core.budget import Budget, Mode, Period, Term, TermKey
from gateway_desktop.core.clock import datetime_of, midnight_us


def term_at(budget: Budget, at_us: int, zone: tzinfo | None) -> Term:
    """Return the term in which a moment lies: a day, week (from Monday) or month of the zone.

    None is this machine's zone. A day may have 23 or 25 hours: it begins and ends when the zone's clocks say.
    """
    day = datetime_of(at_us, zone).date()
    match budget.period:
        case Period.DAY:
            first, after = day, day + timedelta(days=1)
        case Period.WEEK:
            first = day - timedelta(days=day.weekday())
            after = first + timedelta(days=7)
        case Period.MONTH:
            first = day.replace(day=1)
            after = (first + timedelta(days=31)).replace(day=1)
    start, end = midnight_us(first, zone), midnight_us(after, zone)
    return Term(budget, max(start, budget.reset_us), end)


def passed(spent: int, budget: Budget) -> int:
    """Return the highest threshold that is reached, in per cent; 0: none."""
    limit = budget.limit_nano
    return max((share for share in budget.thresholds if spent * 100 >= limit * share), default=0)


def forecast(spent: int, term: Term, now_us: int) -> int:
    """Return what will be spent at the end if it goes on as until now; before a fiftieth of it, what is."""
    length, gone = term.end_us - term.start_us, min(now_us, term.end_us) - term.start_us
    return spent if gone * 50 < length else spent * length // gone


@dataclass(frozen=True, slots=True)
class Reservation:
    """What is set aside for one call in every term that applies."""

    terms: tuple[Term, ...]
    amount: int


@dataclass(frozen=True, slots=True)
class Overdrawn:
    """Which term has nothing left, how much of it is spent, and how much reserved by calls on their way."""

    term: Term
    spent: int
    reserved: int


def first_overdrawn(
    terms: Sequence[Term], spent: Mapping[TermKey, int], reserved: Mapping[TermKey, int]
) -> Overdrawn | None:
    """Return the first term that blocks and has nothing left.

    Whoever finds something left may use it, so that a term is overdrawn by less than one amount.
    """
    for term in terms:
        gone, held = spent.get(term.key, 0), reserved.get(term.key, 0)
        if term.budget.mode is Mode.BLOCK and gone + held >= term.budget.limit_nano:
            return Overdrawn(term, gone, held)
    return None


class MemoryLedger:
    """What is spent and reserved, in this process; to be used by one thread."""

    def __init__(self) -> None:
        self._spent: dict[TermKey, int] = {}
        self._reserved: dict[TermKey, int] = {}

    def know(self, spent: Mapping[TermKey, int]) -> None:
        """Take what was written down, where it is more than this process knows: others may spend, too."""
        budgets = {budget for budget, _ in spent}
        kept = {key: amount for key, amount in self._spent.items() if key[0] in budgets}
        self._spent = kept | {key: max(amount, kept.get(key, 0)) for key, amount in spent.items()}

    async def reserve(self, exchange: str, terms: Sequence[Term], amount: int) -> Reservation | Overdrawn:  # noqa: ARG002 - the port's
        """Set the amount aside in all terms, or in none and return the first that has nothing left."""
        if overdrawn := first_overdrawn(terms, self._spent, self._reserved):
            return overdrawn
        for term in terms:
            self._reserved[term.key] = self._reserved.get(term.key, 0) + amount
        return Reservation(tuple(terms), amount)

    def settle(self, reservation: Reservation, amount: int) -> None:
        """Put what was really spent in the place of what was reserved."""
        for term in reservation.terms:
            left = self._reserved.get(term.key, 0) - reservation.amount
            self._reserved[term.key] = left
            if left <= 0:
                del self._reserved[term.key]
            self._spent[term.key] = self._spent.get(term.key, 0) + amount
