from collections.abc import Iterator

from gateway_desktop.alerting.rules.volume import Volume
from gateway_desktop.core.alert import Occurrence
from gateway_desktop.core.clock import HOUR_US
from tests.makers import a_record
from tests.unit.alerting.makers import DAY_US, NOON_US

MONDAY_US = NOON_US + 4 * DAY_US - 12 * HOUR_US


def a_life(rule: Volume, days: int) -> Iterator[Occurrence]:
    """Twenty requests an hour, from 9 to 17, on weekdays."""
    for day in range(days):
        if day % 7 < 5:
            for hour in range(9, 17):
                for n in range(20):
                    yield from rule.of_exchange(a_record(), MONDAY_US + day * DAY_US + hour * HOUR_US + n)


def test_a_usual_life_says_nothing() -> None:
    assert list(a_life(Volume(), 40)) == []


def test_ten_times_as_much_is_told_once_with_expected_observed_and_window() -> None:
    rule = Volume()
    assert list(a_life(rule, 26)) == []
    at = MONDAY_US + 28 * DAY_US + 10 * HOUR_US
    found = [one for n in range(400) for one in rule.of_exchange(a_record(tokens_in=1, tokens_out=1), at + n)]
    assert [one.rule for one in found] == ["unusual requests"]
    assert found[0].details["expected"] == "about 20"
    assert found[0].details["window"] == "this hour"


def test_the_first_request_at_night_is_told() -> None:
    rule = Volume()
    assert list(a_life(rule, 26)) == []
    found = list(rule.of_exchange(a_record(), MONDAY_US + 28 * DAY_US + 3 * HOUR_US))
    assert [one.rule for one in found] == ["unusual hour"]


def test_it_does_not_speak_while_it_learns() -> None:
    rule = Volume()
    list(a_life(rule, 8))
    at = MONDAY_US + 9 * DAY_US + 3 * HOUR_US
    assert not [one for n in range(2000) for one in rule.of_exchange(a_record(), at + n)]


def test_what_was_learnt_is_known_after_the_program_starts_again() -> None:
    before, after = Volume(), Volume()
    list(a_life(before, 26))
    after.restore(before.learnt())
    assert before.learnt() == []
    at = MONDAY_US + 28 * DAY_US + 10 * HOUR_US
    assert [one.rule for n in range(400) for one in after.of_exchange(a_record(), at + n)] == [
        "unusual requests"
    ]
