"""Counters of rate limits: the generic cell rate algorithm (GCRA, ITU-T I.371).

A limit of n a minute lets n pass at once and then one every 60/n seconds: nothing is ever given back in a
lump, so that no minute, wherever it begins, sees more than twice n. Times are seconds of a steady clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway_desktop.core.rate_limit import Measure, RateLimit, RateUse

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Exceeded:
    """Which limit refused, and when it would not."""

    limit: RateLimit
    measure: Measure
    most: int
    remaining: int
    retry_s: float  # until as much would pass


@dataclass(slots=True)
class Cell:
    """One rate: `full_at` is when nothing of it is used any more."""

    full_at: float = 0.0

    def wait(self, amount: int, most: int, now: float) -> float:
        """Return in how many seconds the amount passes; 0: now. More than all waits for an unused rate."""
        after = max(self.full_at, now) + min(amount, most) * MINUTE / most
        return max(0.0, after - now - MINUTE)

    def take(self, amount: int, most: int, now: float) -> None:
        """Use an amount; less than nothing gives back what was reserved in vain."""
        self.full_at = max(self.full_at, now) + amount * MINUTE / most

    def remaining(self, most: int, now: float) -> int:
        """Return how much would pass now."""
        return max(0, int((MINUTE - max(0.0, self.full_at - now)) * most / MINUTE + 1e-9))


class Usage:
    """What is used of one limit."""

    __slots__ = ("active", "requests", "tokens")

    def __init__(self) -> None:
        self.requests = Cell()
        self.tokens = Cell()
        self.active = 0


class MemoryRates:
    """The counters of one process; to be used by one thread."""

    def __init__(self) -> None:
        self._used: dict[str, Usage] = {}

    def keep(self, ids: Iterable[str]) -> None:
        """Forget the counters of limits that are no more."""
        kept = set(ids)
        self._used = {id: used for id, used in self._used.items() if id in kept}

    async def take(self, limits: Iterable[RateLimit], tokens: int, now: float) -> Exceeded | None:
        """Use one request and reserve tokens of all limits, or of none and return the one that refuses."""
        limits = tuple(limits)
        for limit in limits:
            self._used.setdefault(limit.id, Usage())
        return take(self._used, limits, tokens, now)

    def used(self, limits: Iterable[RateLimit], now: float) -> dict[str, RateUse]:
        """Return how much of each limit is used, by its id; any thread may ask."""
        known = dict(self._used)
        return {limit.id: use_of(limit, known[limit.id], now) for limit in limits if limit.id in known}

    def settle(self, limits: Iterable[RateLimit], more_tokens: int, now: float) -> None:
        """End a request: as many tokens more than were reserved, or less, were used."""
        give_back(self._used, limits, more_tokens, now)


def take(used: Mapping[str, Usage], limits: Sequence[RateLimit], tokens: int, now: float) -> Exceeded | None:
    """Use one request and tokens of what is used of all limits, or of none and return which refuses."""
    for limit in limits:
        if refused := _refused(limit, used[limit.id], tokens, now):
            return refused
    for limit in limits:
        one = used[limit.id]
        one.active += 1
        if limit.requests is not None:
            one.requests.take(1, limit.requests, now)
        if limit.tokens is not None:
            one.tokens.take(tokens, limit.tokens, now)
    return None


def give_back(used: Mapping[str, Usage], limits: Iterable[RateLimit], more_tokens: int, now: float) -> None:
    """End a request that used as many tokens more than were reserved, or less."""
    for limit in limits:
        one = used.get(limit.id)
        if one is not None:
            one.active = max(0, one.active - 1)
            if limit.tokens is not None:
                one.tokens.take(more_tokens, limit.tokens, now)


def use_of(limit: RateLimit, used: Usage, now: float) -> RateUse:
    """Return how much of a limit is used."""
    requests, tokens = limit.requests or 0, limit.tokens or 0
    return RateUse(
        requests - used.requests.remaining(requests, now) if requests else 0,
        tokens - used.tokens.remaining(tokens, now) if tokens else 0,
        used.active,
    )


def _refused(limit: RateLimit, used: Usage, tokens: int, now: float) -> Exceeded | None:
    if limit.concurrent is not None and used.active >= limit.concurrent:
        return Exceeded(limit, Measure.CONCURRENT, limit.concurrent, 0, 1.0)
    for measure, most, cell, amount in (
        (Measure.REQUESTS, limit.requests, used.requests, 1),
        (Measure.TOKENS, limit.tokens, used.tokens, tokens),
    ):
        if most is not None and (wait := cell.wait(amount, most, now)) > 1e-9:
            return Exceeded(limit, measure, most, cell.remaining(most, now), wait)
    return None
