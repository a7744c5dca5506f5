"""What time it is, in microseconds since 1970 UTC, in which all moments are kept; and spans in them."""

import time
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now_us() -> int:
    """Return microseconds since 1970 UTC."""
    return time.time_ns() // 1000


def microseconds(at: datetime) -> int:
    """Return a moment, aware of its zone, as microseconds since 1970 UTC."""
    return (at - EPOCH) // timedelta(microseconds=1)


def datetime_of(at_us: int, zone: tzinfo | None = UTC) -> datetime:
    """Return microseconds since 1970 UTC as a moment of this zone; None is the machine's."""
    return (EPOCH + timedelta(microseconds=at_us)).astimezone(zone)


def midnight_us(day: date, zone: tzinfo | None) -> int:
    """Return when the clocks of a zone first show a date's midnight; None is the machine's zone.

    Some zones turn their clocks back to it.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return microseconds(midnight.astimezone() if zone is None else midnight)


def offset_us(at_us: int, zone: tzinfo | None) -> int:
    """Return by how much the clocks of a zone are ahead of UTC at a moment."""
    ahead = datetime_of(at_us, zone).utcoffset() or timedelta()
    return ahead // timedelta(microseconds=1)


def start_of_day(zone: tzinfo) -> int:
    """Return when the present day of a zone began: at the first of two midnights, where there are two."""
    return midnight_us(datetime.now(zone).date(), zone)


def iso(at_us: int) -> str:
    """Return microseconds since 1970 UTC as ISO 8601 in UTC, to the microsecond."""
    minutes, rest = divmod(at_us, MINUTE_US)
    digits = f"{rest:08d}"
    return f"{_minute(minutes)}:{digits[:2]}.{digits[2:]}Z"


@lru_cache(maxsize=4096)
def _minute(minutes: int) -> str:
    return (EPOCH + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")
