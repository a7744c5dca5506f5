"""How much, over time: series, totals and percentiles of one tab, from rollups wherever they know enough."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from peewee import SQL, Case, fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import HOUR_US
from gateway_desktop.core.latency import bucket_of, percentile
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.models.event import Event, LatencyHour, RollHour
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.ranges import Divided, Span, charted, divided, in_range, place_of
from gateway_desktop.store.queries.rolled_up import Rolled, in_hours, in_rollup, rolled, rolled_up, steps_of

_OUTCOMES = {"success": 0, "failed": 1, "failure": 1, "partial": 1, "blocked": 2, "abandoned": 3}


@dataclass(frozen=True, slots=True)
class Bucket:
    """One column of a chart of outcomes."""

    start_us: int
    success: int = 0
    failed: int = 0
    blocked: int = 0
    abandoned: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.success + self.failed + self.blocked + self.abandoned


@dataclass(frozen=True, slots=True)
class Summary:
    """What a filter's rows add up to; percentiles are within 2%, and None without rows."""

    requests: int
    failed: int
    blocked: int
    abandoned: int
    tokens_in: int
    tokens_out: int
    cost_nano: int
    cost_unknown: int  # rows whose cost is not known: the sum is "at least"
    p50_ms: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class Rate:
    """How the calls of one user, or to one tool or agent, ended."""

    name: str  # "": nobody, or nothing, that has a name
    calls: int
    success: int
    failed: int
    blocked: int
    abandoned: int


@dataclass(frozen=True, slots=True)
class Rates:
    """The same rows twice: by who called, and by what was called; those with most calls first."""

    users: tuple[Rate, ...]
    targets: tuple[Rate, ...]


def rates(_database: Database, asked: AuditFilter) -> Rates:
    """Return how the rows of a filter ended, per user and per tool or agent."""
    users: dict[str, Counter[str]] = {}
    targets: dict[str, Counter[str]] = {}
    for matching in in_range(asked):
        query = Event.select(Event.actor, Event.target, Event.outcome, fn.COUNT(Event.id)).where(*matching)
        for actor, target, outcome, n in tuples(query.group_by(Event.actor, Event.target, Event.outcome)):
            users.setdefault(actor or "", Counter())[outcome] += n
            targets.setdefault(target or "", Counter())[outcome] += n
    return Rates(_ranked(users), _ranked(targets))


def _ranked(found: dict[str, Counter[str]]) -> tuple[Rate, ...]:
    named = [
        Rate(name, n.total(), n["success"], n["failed"], n["blocked"], n["abandoned"])
        for name, n in found.items()
    ]
    return tuple(sorted(named, key=lambda rate: (-rate.calls, rate.name)))


def series(database: Database, asked: AuditFilter, starts: Sequence[int]) -> tuple[Bucket, ...]:
    """Return the outcomes in buckets that begin at `starts` (see `ranges.bucket_starts`)."""
    return series_of_kinds(database, asked, (asked.tab,), starts)


def series_of_kinds(
    _database: Database, asked: AuditFilter, kinds: Sequence[str], starts: Sequence[int]
) -> tuple[Bucket, ...]:
    """Return the outcomes of several tabs together, whatever tab is asked."""
    if not starts:
        return ()
    counts = [[0, 0, 0, 0] for _ in starts]
    span = charted(asked, starts)
    known = rolled(asked, kinds, span, starts)
    if known is not None:
        _count_hours(known, starts, counts)
    for edge in (span,) if known is None else known.edges:
        for kind in kinds:
            _count_rows(replace(edge.cut(asked), tab=kind), starts, counts)
    return tuple(Bucket(start, *found) for start, found in zip(starts, counts, strict=True))


def _count_hours(known: Rolled, starts: Sequence[int], counts: list[list[int]]) -> None:
    """Count whole hours, each outcome in a column of its own: so nothing has to be sorted."""
    table, outcomes = known.model, ("success", "failed", "blocked", "abandoned")

    def number(condition: Any) -> Any:
        return fn.SUM(Case(None, ((condition, table.n),), 0))

    query = table.select(table.hour, *(number(table.outcome == one) for one in outcomes))
    for hour, *found in tuples(query.where(*known.conditions).group_by(table.hour)):
        bucket = counts[place_of(starts, hour * HOUR_US)]
        for place, n in enumerate(found):
            bucket[place] += n


def summary(_database: Database, asked: AuditFilter) -> Summary:
    """Return what the rows of a filter add up to."""
    totals: Counter[str] = Counter()
    latencies: Counter[int] = Counter()
    if not rolled_up(asked) or asked.target or asked.status:
        # Latencies are rolled up by proxy alone: with a model or a status they are counted row by row.
        _sum_rows(asked, totals, latencies)
    else:
        parts = divided(Span.of(asked.since_us, asked.until_us).opened(), HOUR_US)
        _sum_hours(asked, parts, totals)
        for bucket, n in _latencies(asked, parts):
            latencies[bucket] += n
        for edge in parts.edges:
            _sum_rows(edge.cut(asked), totals, latencies)
    return Summary(
        requests=sum(totals[outcome] for outcome in _OUTCOMES),
        failed=totals["failed"] + totals["failure"] + totals["partial"],
        blocked=totals["blocked"],
        abandoned=totals["abandoned"],
        tokens_in=totals["tin"],
        tokens_out=totals["tout"],
        cost_nano=totals["cost"],
        cost_unknown=totals["unknown"],
        p50_ms=percentile(latencies, 0.50),
        p95_ms=percentile(latencies, 0.95),
    )


def _count_rows(asked: AuditFilter, starts: Sequence[int], counts: list[list[int]]) -> None:
    """Count in SQL by steps so small that a bucket begins at the start of one, else row by row."""
    steps = steps_of(starts)
    for matching in in_range(asked):
        step = (Event.id / steps).alias("step")
        query = Event.select(step, Event.outcome, fn.COUNT(Event.id)).where(*matching)
        for number, outcome, n in tuples(query.group_by(SQL("step"), Event.outcome)):
            counts[place_of(starts, Recorded.time_us(number * steps))][_OUTCOMES[outcome]] += n


def _sum_hours(asked: AuditFilter, parts: Divided, totals: Counter[str]) -> None:
    query = RollHour.select(
        RollHour.outcome,
        fn.SUM(RollHour.n),
        fn.SUM(RollHour.tin),
        fn.SUM(RollHour.tout),
        fn.SUM(RollHour.cost),
        fn.SUM(RollHour.n_cost_unknown),
    ).where(*in_hours(RollHour, asked, parts), *in_rollup(asked))
    for outcome, *sums in tuples(query.group_by(RollHour.outcome)):
        totals.update(dict(zip((outcome, "tin", "tout", "cost", "unknown"), sums, strict=True)))


def _latencies(asked: AuditFilter, parts: Divided) -> list[tuple[Any, ...]]:
    query = LatencyHour.select(LatencyHour.bucket, fn.SUM(LatencyHour.n))
    return tuples(query.where(*in_hours(LatencyHour, asked, parts)).group_by(LatencyHour.bucket))


def _sum_rows(asked: AuditFilter, totals: Counter[str], latencies: Counter[int]) -> None:
    unknown = fn.SUM(Case(None, ((Event.cost_nano.is_null(), 1),), 0))
    sums = (fn.COUNT(Event.id), fn.SUM(Event.tokens_in), fn.SUM(Event.tokens_out), fn.SUM(Event.cost_nano))
    for matching in in_range(asked):
        query = Event.select(Event.outcome, Event.duration_ms, *sums, unknown).where(*matching)
        for outcome, duration, *found in tuples(query.group_by(Event.outcome, Event.duration_ms)):
            named = zip((outcome, "tin", "tout", "cost", "unknown"), found, strict=True)
            totals.update({name: value or 0 for name, value in named})
            latencies[bucket_of(duration)] += found[0]
