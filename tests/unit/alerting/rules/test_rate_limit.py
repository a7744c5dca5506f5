from gateway_desktop.alerting.rules.rate_limit import RateLimit
from gateway_desktop.core.alert import AlertType
from tests.makers import a_record
from tests.unit.alerting.makers import NOON_US


def test_refusals_by_a_limit_are_one_alert_a_principal_and_proxy() -> None:
    rule = RateLimit()
    (first,) = rule.of_exchange(a_record(block_reason="rate_limit", target="gpt-5"), NOON_US)
    (again,) = rule.of_exchange(a_record(block_reason="rate_limit", target="gpt-5-mini"), NOON_US)
    assert first.type is AlertType.RATE_LIMIT
    assert first.fingerprint == again.fingerprint
    assert not rule.of_exchange(a_record(), NOON_US)
