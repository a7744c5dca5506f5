"""What Observability charts: outcomes, latencies and size over time, of everything, by the hour."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gateway_desktop.core.clock import DAY_US, HOUR_US
from gateway_desktop.core.latency import percentile
from gateway_desktop.store.database import Database
from gateway_desktop.store.queries.ranges import place_of

_OUTCOMES = "SELECT hour, outcome, sum(n) FROM roll_hour WHERE hour >= ? AND hour < ? GROUP BY hour, outcome"
_LATENCIES = "SELECT hour, bucket, sum(n) FROM lat_hour WHERE hour >= ? AND hour < ? GROUP BY hour, bucket"
_SIZES = "SELECT at_us, bytes FROM size_history WHERE at_us >= ? AND at_us < ? ORDER BY at_us"
_GROWTH_US = 7 * DAY_US
_LEAST_GROWTH_US = DAY_US // 2  # the first hours of a database say nothing of its days


@dataclass(frozen=True, slots=True)
class Moment:
    """One column of the charts; percentiles are None without requests, the size where it is not known."""

    start_us: int
    success: int = 0
    failed: int = 0
    blocked: int = 0
    abandoned: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The charts' columns, and how much the database grows a day (None: not known yet)."""

    moments: tuple[Moment, ...]
    until_us: int
    growth_bytes: int | None


def history(database: Database, starts: Sequence[int], until_us: int) -> History:
    """Return what happened in buckets that begin at `starts`, each at a full hour."""
    hours = (starts[0] // HOUR_US, -(-until_us // HOUR_US))
    outcomes: list[Counter[str]] = [Counter() for _ in starts]
    for hour, outcome, n in database.execute_sql(_OUTCOMES, hours).fetchall():
        outcomes[place_of(starts, hour * HOUR_US)][outcome] += n
    latencies: list[Counter[int]] = [Counter() for _ in starts]
    for hour, bucket, n in database.execute_sql(_LATENCIES, hours).fetchall():
        latencies[place_of(starts, hour * HOUR_US)][bucket] += n
    sizes: dict[int, int] = {}
    for at_us, size in database.execute_sql(_SIZES, (starts[0], until_us)).fetchall():
        sizes[place_of(starts, at_us)] = size
    moments = tuple(
        Moment(
            start,
            outcomes[place]["success"],
            outcomes[place]["failed"],
            outcomes[place]["blocked"],
            outcomes[place]["abandoned"],
            percentile(latencies[place], 0.50),
            percentile(latencies[place], 0.95),
            percentile(latencies[place], 0.99),
            sizes.get(place),
        )
        for place, start in enumerate(starts)
    )
    return History(moments, until_us, growth(database, until_us))


def growth(database: Database, now_us: int) -> int | None:
    """Return how many bytes a day the database has grown by in the last week, or since it is noted.

    None in its first half day.
    """
    rows = database.execute_sql(_SIZES, (now_us - _GROWTH_US, now_us + HOUR_US)).fetchall()
    if not rows or rows[-1][0] - rows[0][0] < _LEAST_GROWTH_US:
        return None
    (first_us, first), (last_us, last) = rows[0], rows[-1]
    return int((last - first) * DAY_US / (last_us - first_us))
