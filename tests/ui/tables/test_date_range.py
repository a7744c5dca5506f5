from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from gateway_desktop.core.clock import microseconds
from gateway_desktop.ui.tables.date_range import ALL_TIME, PRESETS, DateRange, DateRangeButton

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOON_US = 1_767_268_800_000_000


@pytest.mark.parametrize(("label", "preset"), PRESETS)
def test_a_range_survives_being_written_into_a_filter(label: str, preset: DateRange) -> None:
    assert DateRange.of_terms(*preset.terms()) == preset
    assert preset.label == label


def test_a_range_between_two_moments_survives_too() -> None:
    chosen = DateRange(None, NOON_US, NOON_US + 3_600_000_000)
    assert chosen.terms() == ("2026-01-01T12:00:00Z", "2026-01-01T13:00:00Z")
    assert DateRange.of_terms(*chosen.terms()) == chosen


def test_moments_of_another_year_are_told_with_it() -> None:
    first, last = datetime(1999, 12, 31, 22).astimezone(), datetime(2000, 1, 1, 8, 30).astimezone()
    told = DateRange(None, microseconds(first), microseconds(last)).label
    assert told == "1999-12-31 22:00 – 2000-01-01 08:30"
    now = datetime.now().astimezone().replace(hour=13, minute=5)
    assert DateRange(None, microseconds(now), None).label == f"{now.day} {now:%b} 13:05 – now"


def test_the_last_hour_ends_now() -> None:
    assert DateRange(3600).bounds(NOON) == (NOON_US - 3_600_000_000, None)
    assert ALL_TIME.bounds(NOON) == (None, None)


def test_a_time_that_cannot_be_read_is_no_end() -> None:
    for since in ("yesterday", "99999999999d", f"{'9' * 30}h"):
        assert DateRange.of_terms(since, "") == ALL_TIME


def test_the_button_says_what_was_picked(qtbot: QtBot) -> None:
    button = DateRangeButton()
    qtbot.addWidget(button)
    with qtbot.waitSignal(button.picked) as picked:
        button.menu().actions()[3].trigger()
    assert picked.args == [PRESETS[3][1]]
    assert button.text() == "Last 30 days"
    assert button.accessibleName() == "Date range: Last 30 days"
