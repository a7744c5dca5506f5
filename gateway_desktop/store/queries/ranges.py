"""Ranges of time: whole rollup buckets in the middle, single rows at the edges, so that every view agrees."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta, tzinfo
from typing import Any

from peewee import fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import HOUR_US, datetime_of, midnight_us, offset_us
from gateway_desktop.store.models.base import first
from gateway_desktop.store.models.event import Event
from gateway_desktop.store.queries.conditions import narrow
from gateway_desktop.store.queries.paging import AuditFilter

BEGINNING_US = 0
END_US = 4_102_444_800_000_000  # 2100-01-01 UTC: later than any row, a whole day and hour


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, in microseconds since 1970 UTC; the end is not included."""

    since_us: int
    until_us: int

    @classmethod
    def of(cls, since_us: int | None, until_us: int | None) -> "Span":
        """Return the span where None means that it has no end on that side."""
        return cls(BEGINNING_US if since_us is None else since_us, END_US if until_us is None else until_us)

    @property
    def ids(self) -> tuple[int, int]:
        """The first id of its rows, and the first after them."""
        return Recorded.first_id(self.since_us), Recorded.first_id(self.until_us)

    def cut(self, asked: AuditFilter) -> AuditFilter:
        """Return the filter with this range instead of its own."""
        return replace(asked, since_us=self.since_us, until_us=self.until_us)

    def opened(self) -> "Span":
        """Return the span without an end if no row is newer: its last day or hour is a whole one then."""
        row = first(Event.select(fn.MAX(Event.id)))
        newest = int(row[0] or 0) if row else 0
        return Span(self.since_us, END_US) if newest < self.ids[1] else self

    def before(self) -> "Span | None":
        """Return the span of the same length that ends where this one begins; None without a beginning."""
        if self.since_us <= BEGINNING_US:
            return None
        return Span(max(BEGINNING_US, 2 * self.since_us - self.until_us), self.since_us)


@dataclass(frozen=True, slots=True)
class Divided:
    """A span as whole buckets `first <= number < last` and what is left of it."""

    first: int
    last: int
    edges: tuple[Span, ...]


def divided(span: Span, size_us: int) -> Divided:
    """Return the whole buckets of this size inside a span, and its edges."""
    first = -(-span.since_us // size_us)
    last = span.until_us // size_us
    if first >= last:
        return Divided(0, 0, (span,) if span.since_us < span.until_us else ())
    edges = (Span(span.since_us, first * size_us), Span(last * size_us, span.until_us))
    return Divided(first, last, tuple(edge for edge in edges if edge.since_us < edge.until_us))


def in_range(asked: AuditFilter) -> Iterator[tuple[Any, ...]]:
    """Yield what rows of the filter in its range match, one alternative at a time."""
    narrowed = narrow(asked)
    low, high = Span.of(asked.since_us, asked.until_us).ids
    for alternative in narrowed.alternatives:
        yield (*alternative, *narrowed.residual, Event.id >= low, Event.id < high)


def charted(asked: AuditFilter, starts: Sequence[int]) -> Span:
    """Return what of the filter's range a chart shows whose buckets begin at `starts`."""
    return Span.of(max(asked.since_us or 0, starts[0]), asked.until_us).opened()


def bucket_starts(span: Span, step: str, zone: tzinfo | None = UTC) -> tuple[int, ...]:
    """Return where the hours, days, weeks or months of that zone begin within the span, and its start.

    None is this machine's zone.
    """
    at = datetime_of(span.since_us, zone)
    starts = [span.since_us]
    if step == "hour":
        away_us = offset_us(span.since_us, zone)
        next_hour = ((span.since_us + away_us) // HOUR_US + 1) * HOUR_US - away_us
        starts += range(next_hour, span.until_us, HOUR_US)
        return tuple(starts)
    day = at.date()
    while True:
        day = _next(day, step)
        start = midnight_us(day, zone)
        if start >= span.until_us:
            return tuple(starts)
        if start > starts[-1]:
            starts.append(start)


def place_of(starts: Sequence[int], at_us: int) -> int:
    """Return in which bucket a moment lies."""
    return max(0, bisect_right(starts, at_us) - 1)


def _next(day: date, step: str) -> date:
    if step == "day":
        return day + timedelta(days=1)
    if step == "week":
        return day + timedelta(days=7 - day.weekday())
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
