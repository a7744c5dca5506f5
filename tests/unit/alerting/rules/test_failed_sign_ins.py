from gateway_desktop.alerting.rules.failed_sign_ins import CREDENTIALS, SIGN_INS, WINDOW_US, FailedSignIns
from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.principal import ANONYMOUS
from tests.makers import a_record
from tests.unit.alerting.makers import NOON_US


def failed(name: str = "ana@example.com", address: str = "192.0.2.1") -> SystemEvent:
    return SystemEvent(Category.AUTHENTICATION, "login failed", name, client_ip=address)


def test_a_burst_of_failed_sign_ins_is_told_with_expected_and_observed() -> None:
    rule = FailedSignIns()
    for n in range(SIGN_INS - 1):
        assert not rule.of_event(failed(), NOON_US + n)
    by_name, by_address = sorted(rule.of_event(failed(), NOON_US + SIGN_INS), key=lambda one: one.title)[::-1]
    assert by_name.title == "Many failed sign-ins: ana@example.com"
    assert by_address.title == "Many failed sign-ins: 192.0.2.1"
    assert by_name.details == {"observed": SIGN_INS, "expected": "fewer than 5", "window": "10 minutes"}


def test_old_failures_do_not_count() -> None:
    rule = FailedSignIns()
    for n in range(SIGN_INS - 1):
        rule.of_event(failed(), NOON_US + n)
    assert not rule.of_event(failed(), NOON_US + WINDOW_US + SIGN_INS)


def test_many_unknown_credentials_from_one_address_are_told() -> None:
    rule = FailedSignIns()
    record = a_record(block_reason="credential", principal=ANONYMOUS, client_ip="192.0.2.9")
    told = [bool(list(rule.of_exchange(record, NOON_US + n))) for n in range(CREDENTIALS)]
    assert told == [False] * (CREDENTIALS - 1) + [True]


def test_a_locked_account_is_told_at_once() -> None:
    event = SystemEvent(Category.AUTHENTICATION, "account locked", "ana@example.com", details="5 failures")
    (found,) = FailedSignIns().of_event(event, NOON_US)
    assert found.title == "Account locked: ana@example.com"
