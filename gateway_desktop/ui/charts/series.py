"""Series: what is drawn, already added up by SQL."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from gateway_desktop.store.queries.latencies import Latency
from gateway_desktop.store.queries.observability import Moment
from gateway_desktop.ui.theme import Token

MINUTE, HOUR, DAY = 60, 3600, 86_400
STEPS = (
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
)
MOST_LABELS = 9


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of the bars, from the bottom up; a value for each bucket."""

    name: str
    color: Token
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Stacked bars over time: a bucket reaches to the next one's start, the last one to `end_us`."""

    starts_us: tuple[int, ...]
    end_us: int
    series: tuple[Series, ...]
    unit: str = ""  # of the values, where a table has to say it
    nested: bool = False  # each series holds the one before, as percentiles do: they are not added up

    @property
    def ends_us(self) -> tuple[int, ...]:
        return (*self.starts_us[1:], self.end_us)

    def bucket_of(self, at_us: float) -> int | None:
        """Return which bucket a moment is in."""
        place = bisect_right(self.starts_us, at_us) - 1
        return place if place >= 0 and at_us < self.end_us else None

    @property
    def count(self) -> int:
        return len(self.starts_us)

    @property
    def highest(self) -> float:
        if self.nested:
            return max((value for series in self.series for value in series.values), default=0)
        return max((sum(values) for values in zip(*(s.values for s in self.series), strict=True)), default=0)


def latency_bars(found: Sequence[Latency] | Sequence[Moment], end_us: int) -> Bars:
    """Return the percentiles, the longest first: each is drawn over the one before."""
    series = (
        Series("p99", "high", tuple(one.p99_ms or 0 for one in found)),
        Series("p95", "medium", tuple(one.p95_ms or 0 for one in found)),
        Series("p50", "success", tuple(one.p50_ms or 0 for one in found)),
    )
    return Bars(tuple(one.start_us for one in found), end_us, series, "ms", nested=True)


def round_up(value: float, *, halved: bool = False) -> float:
    """Return the next plain number (1, 1.5, 2, 3, 4, 5, 6, 8 with zeros) that is not below the value.

    Halved: its half is a whole number, too, because half a request would stand at the chart's middle line.
    """
    step = 1.0
    while step * 10 < value:
        step *= 10
    plain = (step * factor for factor in (1, 1.5, 2, 3, 4, 5, 6, 8, 10))
    return next(each for each in plain if each >= value and not (halved and each % 2))


def time_labels(start_s: float, end_s: float, zone: tzinfo | None) -> list[tuple[float, str]]:
    """Return where to write which moment on the axis: midnights as days, hours between them."""
    step = next((step for step in STEPS if (end_s - start_s) / step <= MOST_LABELS), STEPS[-1])
    wall = datetime.fromtimestamp(start_s, UTC).astimezone(zone).replace(tzinfo=None, fold=0)
    wall = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    labels: list[tuple[float, str]] = []
    while (at := wall.replace(tzinfo=zone).timestamp()) <= end_s:  # what clocks show twice, the first time
        if at >= start_s and not (labels and labels[-1][0] == at):  # what they skip is the moment of the skip
            midnight = wall.hour == wall.minute == 0
            labels.append((at, f"{wall:%a} {wall.day}" if midnight and step <= DAY else _label(wall, step)))
        wall += timedelta(seconds=step)
    return labels


def _label(at: datetime, step: int) -> str:
    return f"{at.day} {at:%b}" if step >= DAY else f"{at:%H:%M}"
