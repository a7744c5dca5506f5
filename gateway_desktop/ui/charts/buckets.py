"""Into which buckets a chart divides a range of time."""

from datetime import tzinfo

from gateway_desktop.core.clock import HOUR_US, SECOND_US, datetime_of, offset_us
from gateway_desktop.store.queries.ranges import Span, bucket_starts

MOST_BARS = 120
LEAST_US = 60 * SECOND_US
SHORT_STEPS = tuple(seconds * SECOND_US for seconds in (10, 30, 60, 120, 300, 600, 1800))
HOURS = (1, 2, 3, 4, 6, 8, 12)


def starts_of(since_us: int, until_us: int, zone: tzinfo) -> tuple[int, ...]:
    """Return where buckets begin, at most 120: the zone's round minutes, hours, days, weeks, months."""
    since_us = min(since_us, until_us - LEAST_US)
    length = until_us - since_us
    for step in SHORT_STEPS:
        if length / step <= MOST_BARS:
            away_us = offset_us(since_us, zone)
            first = (since_us + away_us) // step * step - away_us
            return (since_us, *range(first + step, until_us, step))
    span = Span(since_us, until_us)
    for hours in HOURS:
        if length / HOUR_US / hours <= MOST_BARS:
            starts = bucket_starts(span, "hour", zone)
            return (starts[0], *(start for start in starts[1:] if datetime_of(start, zone).hour % hours == 0))
    for name, days in (("day", 1), ("week", 7)):
        if length / HOUR_US / 24 / days <= MOST_BARS:
            return bucket_starts(span, name, zone)
    return bucket_starts(span, "month", zone)
