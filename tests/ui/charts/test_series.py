import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from gateway_desktop.ui.charts.series import Bars, Series, round_up, time_labels


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, 1), (2, 2), (7, 8), (9, 10), (11, 15), (101, 150), (560, 600), (1000, 1000), (1001, 1500)],
)
def test_an_axis_ends_at_an_even_number(value: float, expected: float) -> None:
    assert round_up(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(1, 2), (3, 4), (5, 6), (9, 10), (11, 20), (30, 30), (101, 150)]
)
def test_an_axis_of_whole_things_has_a_whole_middle(value: float, expected: float) -> None:
    assert round_up(value, halved=True) == expected


def test_a_moment_is_found_in_buckets_of_different_width() -> None:
    bars = Bars((0, 10, 40), 50, (Series("all", "accent", (1, 2, 3)), Series("more", "high", (4, 0, 1))))
    assert [bars.bucket_of(at) for at in (-1, 0, 9, 10, 39, 40, 49, 50)] == [None, 0, 0, 1, 1, 2, 2, None]
    assert bars.ends_us == (10, 40, 50)
    assert bars.highest == 5


def test_days_are_labelled_at_midnight_of_the_zone_also_when_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")  # clocks went forward on 29 March 2026
    start, end = (datetime(2026, 3, day, 12, tzinfo=berlin).timestamp() for day in (27, 31))
    labels = time_labels(start, end, berlin)
    midnights = [datetime.fromtimestamp(at, UTC).astimezone(berlin) for at, name in labels if ":" not in name]
    assert [(at.hour, at.day) for at in midnights] == [(0, 28), (0, 29), (0, 30), (0, 31)]


def test_a_day_whose_midnight_is_skipped_or_comes_twice_is_labelled_where_it_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    havana = ZoneInfo("America/Havana")  # clocks go from 0:00 to 1:00 in March, from 1:00 to 0:00 in November
    monkeypatch.setenv("TZ", "America/Havana")
    time.tzset()
    try:
        for month, day in ((3, 8), (11, 1)):
            begins = datetime(2026, month, day, tzinfo=havana).timestamp()
            for hours in (4, 24, 24 * 6):
                found = time_labels(begins - hours * 1800, begins + hours * 1800, None)
                assert found == time_labels(begins - hours * 1800, begins + hours * 1800, havana)
                places = [at for at, _ in found]
                assert begins in places and places == sorted(set(places))
    finally:
        monkeypatch.undo()
        time.tzset()


def test_an_hour_is_labelled_in_minutes() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
    assert [name for _, name in time_labels(noon, noon + 3600, UTC)] == [
        "12:00",
        "12:15",
        "12:30",
        "12:45",
        "13:00",
    ]
