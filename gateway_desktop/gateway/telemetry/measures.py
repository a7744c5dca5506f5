"""Measures: what is counted of exchanges while the gateway runs, on its loop; some additions for each.

Totals since the start are what /metrics shows; the last hour, minute by minute, is what health is read from.
"""

import time
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeVar

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.figures import Figures, ProxyFigures
from gateway_desktop.core.latency import bucket_of, percentile
from gateway_desktop.core.status import ProxyHealth

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)  # seconds
MINUTES = 60
_RECENT = 5  # minutes that the rate is of
Thing = TypeVar("Thing", int, str)
Key = tuple[str, str, str]  # proxy, kind, outcome


class Totals:
    """What exchanges with one proxy, of one kind and outcome, add up to since the start."""

    __slots__ = (
        "cost_nano",
        "cost_unknown",
        "first",
        "first_seconds",
        "requests",
        "seconds",
        "spread",
        "tokens_in",
        "tokens_out",
    )

    def __init__(self) -> None:
        self.requests = self.cost_nano = self.cost_unknown = self.tokens_in = self.tokens_out = 0
        self.seconds = self.first_seconds = 0.0
        self.spread = [0] * (len(BOUNDS) + 1)  # how many exchanges took up to each bound, and longer
        self.first = [0] * (len(BOUNDS) + 1)  # the same until the first piece of the answer

    def add(self, record: AuditRecord) -> None:
        """Count one exchange."""
        self.requests += 1
        seconds = record.duration_ms / 1000
        self.seconds += seconds
        self.spread[bisect_left(BOUNDS, seconds)] += 1
        if record.ttft_ms is not None:
            seconds = record.ttft_ms / 1000
            self.first_seconds += seconds
            self.first[bisect_left(BOUNDS, seconds)] += 1
        self.tokens_in += record.tokens_in or 0
        self.tokens_out += record.tokens_out or 0
        if record.cost_nano is None:
            self.cost_unknown += 1
        else:
            self.cost_nano += record.cost_nano


class Counted(NamedTuple):
    """What /metrics shows of exchanges."""

    totals: Mapping[Key, Totals]
    active: Mapping[tuple[str, str], int]


class _Minute:
    """What happened at one proxy in one minute."""

    __slots__ = ("durations", "firsts", "number", "outcomes", "upstream")

    def __init__(self, number: int) -> None:
        self.number = number
        self.outcomes: Counter[str] = Counter()
        self.durations: Counter[int] = Counter()
        self.firsts: Counter[int] = Counter()
        self.upstream: Counter[str] = Counter()


class Measures:
    """Counts exchanges; used on the gateway's loop only."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.totals: dict[Key, Totals] = {}
        self.active: Counter[tuple[str, str]] = Counter()  # by proxy and kind
        self.since = clock()
        self._clock = clock
        self._minutes: dict[tuple[str, str], deque[_Minute]] = {}

    def add(self, record: AuditRecord, upstream_status: int | None) -> None:
        """Count an exchange that has ended."""
        outcome = str(record.outcome)
        key = (record.proxy, str(record.kind), outcome)
        totals = self.totals.get(key)
        if totals is None:
            totals = self.totals[key] = Totals()
        totals.add(record)
        minute = self._minute(key[:2])
        minute.outcomes[outcome] += 1
        minute.durations[bucket_of(record.duration_ms)] += 1
        if record.ttft_ms is not None:
            minute.firsts[bucket_of(record.ttft_ms)] += 1
        if upstream_status is not None:
            minute.upstream[f"{upstream_status // 100}xx"] += 1

    def figures(self, health: Mapping[tuple[str, str], ProxyHealth]) -> Figures:
        """Return what is known of the proxies in `health`, and of those that were asked in the last hour."""
        now = int(self._clock() // 60)
        known = dict.fromkeys((*health, *(key for key in self._minutes if self._lately(key, now))))
        proxies = tuple(self._of(key, now, health.get(key, ProxyHealth())) for key in known)
        return Figures(since_us=int(self.since * 1e6), active=sum(self.active.values()), proxies=proxies)

    def snapshot(self) -> Counted:
        """Return what is counted, for another thread to read: no series comes or goes in it."""
        return Counted(dict(self.totals), dict(self.active))

    def _minute(self, key: tuple[str, str]) -> _Minute:
        number = int(self._clock() // 60)
        minutes = self._minutes.get(key)
        if minutes is None:
            minutes = self._minutes[key] = deque(maxlen=MINUTES)
        if not minutes or minutes[-1].number != number:
            minutes.append(_Minute(number))
        return minutes[-1]

    def _lately(self, key: tuple[str, str], now: int) -> list[_Minute]:
        return [minute for minute in self._minutes.get(key, ()) if minute.number > now - MINUTES]

    def _of(self, key: tuple[str, str], now: int, health: ProxyHealth) -> ProxyFigures:
        minutes = self._lately(key, now)
        outcomes = _sum(minute.outcomes for minute in minutes)
        durations = _sum(minute.durations for minute in minutes)
        firsts = _sum(minute.firsts for minute in minutes)
        recent = sum(minute.outcomes.total() for minute in minutes if minute.number > now - _RECENT)
        return ProxyFigures(
            *key,
            requests=outcomes.total(),
            failed=outcomes["failed"],
            blocked=outcomes["blocked"],
            abandoned=outcomes["abandoned"],
            per_minute=recent / _RECENT,
            p50_ms=percentile(durations, 0.50),
            p95_ms=percentile(durations, 0.95),
            p99_ms=percentile(durations, 0.99),
            first_p50_ms=percentile(firsts, 0.50),
            first_p95_ms=percentile(firsts, 0.95),
            upstream=dict(sorted(_sum(minute.upstream for minute in minutes).items())),
            active=self.active[key],
            last_error=health.last_error,
            last_error_us=health.last_error_us,
        )


def _sum(counters: Iterable[Counter[Thing]]) -> Counter[Thing]:
    total: Counter[Thing] = Counter()
    for counter in counters:
        total.update(counter)
    return total
