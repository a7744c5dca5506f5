"""Moments as microseconds since 1970 UTC."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from gateway_desktop.core.clock import DAY_US, HOUR_US, datetime_of, microseconds


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(1970, 1, 2, tzinfo=UTC), DAY_US),
        (datetime(1970, 1, 1, 1, tzinfo=ZoneInfo("Europe/Zurich")), 0),
        (datetime(1969, 12, 31, 23, tzinfo=UTC), -HOUR_US),
        (datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Zurich")), 1_792_888_200_000_000),
        (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Zurich")), 1_792_891_800_000_000),
    ],
)
def test_a_moment_is_the_same_whatever_zone_it_was_written_in(at: datetime, expected: int) -> None:
    assert microseconds(at) == expected
    assert microseconds(datetime_of(expected, at.tzinfo)) == expected


def test_a_moment_is_read_to_the_microsecond_in_the_zone_that_is_asked_for() -> None:
    late_us = 253_402_300_799_999_999
    assert datetime_of(late_us) == datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert datetime_of(0, ZoneInfo("Europe/Zurich")).hour == 1
    assert datetime_of(0, None).utcoffset() == datetime.fromtimestamp(0).astimezone().utcoffset()


def test_the_first_moment_that_can_be_written_is_no_accident() -> None:
    first = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    assert microseconds(first) < microseconds(datetime(1, 1, 1, tzinfo=UTC))
