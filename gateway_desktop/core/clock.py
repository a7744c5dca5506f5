"""What time it is, and when the day began."""

import time
from datetime import UTC, datetime, timedelta, tzinfo


def now_us() -> int:
    """Return microseconds since 1970 UTC."""
    return time.time_ns() // 1000


def start_of_day(zone: tzinfo) -> int:
    """Return when the present day of a zone began."""
    today = datetime.now(UTC).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
