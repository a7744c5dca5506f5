import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from gateway_desktop.ui import display
from gateway_desktop.ui.context import machine_zone
from gateway_desktop.ui.panels.alerts.detail import seen

S = "\N{NO-BREAK SPACE}"
NOW = 1_767_268_800_000_000
SECOND = 1_000_000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "–"),
        (0, "0"),
        (812, "812"),
        (9999, "9,999"),
        (58_102, f"58.1{S}k"),
        (312_400_000, f"312.4{S}M"),
    ],
)
def test_large_numbers_are_short(value: float | None, expected: str) -> None:
    assert display.short_number(value) == expected


@pytest.mark.parametrize(
    ("nano", "expected"),
    [
        (None, "–"),
        (0, "$0"),
        (10, "<$0.0001"),
        (27_400_000, "$0.0274"),
        (1_284_020_000_000, "$1,284.02"),
        (99_999_120_000_000, "$99,999.12"),
        (1_234_567_890_000_000, "$1,234,568"),
        (123_400_000_000_000_000, f"$123.4{S}M"),
        (-10, "-<$0.0001"),
        (-27_400_000, "-$0.0274"),
        (-1_284_020_000_000, "-$1,284.02"),
    ],
)
def test_costs_show_what_matters_and_unknown_is_not_zero(nano: int | None, expected: str) -> None:
    assert display.cost(nano) == expected


def test_a_sum_with_unknown_costs_is_at_least_that() -> None:
    assert display.cost(5_000_000_000, unknown=2) == f"≥{S}$5.00"


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [
        (None, "–"),
        (840, f"840{S}ms"),
        (1700, f"1.7{S}s"),
        (192_000, f"3{S}min{S}12{S}s"),
        (999.7, f"1.0{S}s"),
        (59_990, f"1{S}min{S}0{S}s"),
        (18_120_000, f"5{S}h{S}2{S}min"),
        (273_600_000, f"3{S}days{S}4{S}h"),
    ],
)
def test_durations(milliseconds: float | None, expected: str) -> None:
    assert display.duration(milliseconds) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [(812, f"812{S}B"), (4200, f"4.1{S}KB"), (412 * 1024**2, f"412{S}MB"), (3 * 1024**5, f"3072{S}TB")],
)
def test_sizes(count: int, expected: str) -> None:
    assert display.size(count) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "now"),
        (7, f"7{S}s ago"),
        (119, f"1{S}min ago"),
        (7200, f"2{S}h ago"),
        (90_000, "yesterday"),
        (5 * 86_400, "5 days ago"),
        (-5, "now"),
    ],
)
def test_how_long_ago(seconds: int, expected: str) -> None:
    assert display.ago(NOW - seconds * SECOND, NOW) == expected


def test_how_long_still() -> None:
    assert display.until(None, NOW) == "never"
    assert display.until(NOW - 1, NOW) == "expired"
    assert display.until(NOW + 80 * 60 * SECOND, NOW) == f"in 1{S}h"
    assert display.until(NOW + (86_400 - 2) * SECOND, NOW) == f"in 24{S}h"
    assert display.until(NOW + (7 * 86_400 - 2) * SECOND, NOW) == "in 7 days"
    assert display.until(NOW + 5 * 86_400 * SECOND, NOW) == "in 5 days"


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (None, "Not scanned"),
        (0, "Low"),
        (24, "Low"),
        (25, "Medium"),
        (50, "High"),
        (75, "Critical"),
        (100, "Critical"),
    ],
)
def test_risk_levels(score: int | None, level: str) -> None:
    assert display.risk_level(score) == level


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 0, "0%"),
        (1, 80, "1.2%"),
        (1, 2, "50%"),
        (999, 1000, "99%"),
        (5, 5, "100%"),
        (20, 3, "667%"),
        (45, 480_000, "0.009%"),
        (1, 10**9, "0.001%"),
    ],
)
def test_shares(part: float, whole: float, expected: str) -> None:
    assert display.percent(part, whole) == expected


@pytest.mark.parametrize(
    ("per_second", "expected"), [(0, "0"), (0.04, "0"), (0.3, "0.3"), (9.96, "10.0"), (1234, "1,234")]
)
def test_rates_have_their_unit_and_no_empty_digit(per_second: float, expected: str) -> None:
    assert display.rate(per_second) == f"{expected} requests/s"


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the machine stand in another zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", "2026-01-01 12:00:00.000 UTC"),
        ("Europe/Lisbon", "2026-01-01 12:00:00.000 WET\n2026-01-01 12:00:00.000 UTC"),
        ("Europe/Madrid", "2026-01-01 13:00:00.000 CET\n2026-01-01 12:00:00.000 UTC"),
    ],
    indirect=["zone"],
)
def test_a_moment_is_told_in_two_zones_and_once_where_they_are_one(zone: None, expected: str) -> None:
    assert display.exact(NOW) == expected


@pytest.mark.parametrize("zone", ["Europe/Madrid"], indirect=True)
def test_days_of_the_other_half_of_the_year_are_those_of_the_clocks_then(zone: None) -> None:
    winter, summer = (datetime(2026, month, 1, tzinfo=machine_zone()) for month in (1, 7))
    assert winter.utcoffset() == timedelta(hours=1) and summer.utcoffset() == timedelta(hours=2)


def test_an_alert_seen_once_is_told_in_one_moment() -> None:
    assert seen(1, NOW, NOW) == f"once, {display.local(NOW)}"
    assert seen(2, NOW, NOW + SECOND) == f"2 times, {display.local(NOW)} to {display.local(NOW + SECOND)}"
