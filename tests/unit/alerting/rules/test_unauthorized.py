from gateway_desktop.alerting.rules.unauthorized import Unauthorized
from gateway_desktop.core.alert import AlertType
from gateway_desktop.core.audit import Outcome
from tests.makers import a_principal, a_record
from tests.unit.alerting.makers import NOON_US


def test_a_known_person_without_access_is_told_of() -> None:
    record = a_record(outcome=Outcome.BLOCKED, block_reason="access", error="Ana may not use model 'gpt-5'")
    (found,) = Unauthorized().of_exchange(record, NOON_US)
    assert found.type is AlertType.UNAUTHORIZED
    assert "gpt-5-mini" in found.title
    assert record.error is not None
    assert record.error in found.description


def test_strangers_and_other_refusals_are_not() -> None:
    rule = Unauthorized()
    assert not rule.of_exchange(a_record(block_reason="access", principal=a_principal(user_id=None)), NOON_US)
    assert not rule.of_exchange(a_record(block_reason="policy"), NOON_US)
