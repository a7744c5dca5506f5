from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from gateway_desktop.core.clock import datetime_of
from gateway_desktop.ui.charts.buckets import MOST_BARS, starts_of

DAY_US = 86_400_000_000
NOON_US = 1_767_268_800_000_000


@pytest.mark.parametrize("days", [0.001, 0.04, 1, 7, 30, 90, 400, 4000])
def test_a_chart_has_enough_bars_and_not_too_many(days: float) -> None:
    starts = starts_of(NOON_US - round(days * DAY_US), NOON_US, UTC)
    assert 6 <= len(starts) <= MOST_BARS + 30
    assert list(starts) == sorted(set(starts))


@pytest.mark.parametrize(("days", "minutes"), [(1, {0, 30}), (3, {0}), (7, {0}), (30, {0})])
def test_bars_begin_at_hours_as_the_zone_counts_them(days: int, minutes: set[int]) -> None:
    zone = ZoneInfo("Asia/Kathmandu")  # 5:45 ahead of UTC
    starts = starts_of(NOON_US - days * DAY_US, NOON_US, zone)
    assert {datetime_of(start, zone).minute for start in starts[1:]} == minutes
