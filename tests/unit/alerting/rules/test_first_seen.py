from gateway_desktop.alerting.memory import LEARNING_US
from gateway_desktop.alerting.rules.first_seen import FirstSeen
from tests.makers import a_record
from tests.unit.alerting.makers import NOON_US

LATER_US = NOON_US + LEARNING_US


def test_after_two_weeks_a_new_address_and_a_new_model_are_told_once() -> None:
    rule = FirstSeen()
    assert not rule.of_exchange(a_record(), NOON_US)
    new = a_record(client_ip="192.0.2.7", target="gpt-5")
    assert {one.rule for one in rule.of_exchange(new, LATER_US)} == {
        "first use of address",
        "first use of model",
    }
    assert not rule.of_exchange(new, LATER_US + 1)


def test_new_things_within_two_weeks_are_learnt_quietly() -> None:
    rule = FirstSeen()
    rule.of_exchange(a_record(), NOON_US)
    assert not rule.of_exchange(a_record(client_ip="192.0.2.7"), LATER_US - 1)
    assert not rule.of_exchange(a_record(client_ip="192.0.2.7"), LATER_US)


def test_a_first_tool_of_somebody_who_never_used_tools_is_not_told() -> None:
    rule = FirstSeen()
    rule.of_exchange(a_record(), NOON_US)
    tool = a_record(kind="mcp", method="tools/call", target="read_file")
    assert not rule.of_exchange(tool, LATER_US)
    other = a_record(kind="mcp", method="tools/call", target="send_mail")
    assert [one.rule for one in rule.of_exchange(other, LATER_US)] == ["first use of tool"]


def test_what_was_seen_is_known_after_the_program_starts_again() -> None:
    before, after = FirstSeen(), FirstSeen()
    before.of_exchange(a_record(), NOON_US)
    after.restore(before.learnt())
    assert not after.of_exchange(a_record(), LATER_US)
    assert after.of_exchange(a_record(client_ip="192.0.2.7"), LATER_US)
