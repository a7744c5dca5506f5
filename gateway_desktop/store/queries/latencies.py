"""Latency percentiles over time: from the hourly rollup, its edges from rows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from peewee import SQL, fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import HOUR_US
from gateway_desktop.core.latency import bucket_of, percentile
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.models.event import Event, LatencyHour
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.ranges import Divided, Span, charted, divided, in_range, place_of
from gateway_desktop.store.queries.rolled_up import in_hours, rolled_up, steps_of, torn_hours

Found = tuple[int, int, int]  # when, latency bucket, how many


@dataclass(frozen=True, slots=True)
class Latency:
    """How long exchanges of one column of a chart took, in milliseconds; None without any."""

    start_us: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


def latencies(_database: Database, asked: AuditFilter, starts: Sequence[int]) -> tuple[Latency, ...]:
    """Return the percentiles in buckets that begin at `starts`; within 2%."""
    counts: list[Counter[int]] = [Counter() for _ in starts]
    for at_us, bucket, n in _found(asked, starts) if starts else ():
        counts[place_of(starts, at_us)][bucket] += n
    return tuple(
        Latency(start, *(percentile(found, share) for share in (0.5, 0.95, 0.99)))
        for start, found in zip(starts, counts, strict=True)
    )


def _found(asked: AuditFilter, starts: Sequence[int]) -> Iterable[Found]:
    span = charted(asked, starts)
    if not rolled_up(asked) or asked.target or asked.status:  # the rollup knows proxies alone
        yield from _of_rows(span.cut(asked), starts)
        return
    for start, first, last in _whole_hours(span, starts):
        query = LatencyHour.select(LatencyHour.bucket, fn.SUM(LatencyHour.n))
        query = query.where(*in_hours(LatencyHour, asked, Divided(first, last, ())))
        for bucket, n in tuples(query.group_by(LatencyHour.bucket)):
            yield start, bucket, n
    for edge in torn_hours(span, starts):
        yield from _of_rows(edge.cut(asked), starts)


def _whole_hours(span: Span, starts: Sequence[int]) -> Iterable[tuple[int, int, int]]:
    """Yield, for each column of the chart, its start and which hours lie in it alone: `first <= hour < last`.

    A question for each: what comes back of all hours at once is thirty times as much.
    """
    for start, end in pairwise((*starts, span.until_us)):
        parts = divided(Span(max(start, span.since_us), min(end, span.until_us)), HOUR_US)
        if parts.first < parts.last:
            yield start, parts.first, parts.last


def _of_rows(asked: AuditFilter, starts: Sequence[int]) -> Iterable[Found]:
    steps = steps_of(starts)
    step: Any = (Event.id / steps).alias("step")
    for matching in in_range(asked):
        query = Event.select(step, Event.duration_ms, fn.COUNT(Event.id)).where(*matching)
        for number, duration, n in tuples(query.group_by(SQL("step"), Event.duration_ms)):
            yield Recorded.time_us(number * steps), bucket_of(duration), n
