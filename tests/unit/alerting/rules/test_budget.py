from gateway_desktop.alerting.rules.budget import Budget
from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.finding import Level
from tests.makers import a_record
from tests.unit.alerting.makers import NOON_US


def threshold(share: int, period: str = "2026-01") -> SystemEvent:
    after: dict[str, object] = {"threshold": share, "period": period}
    return SystemEvent(Category.SYSTEM, "budget threshold", "group team, month", after=after)


def test_each_threshold_of_a_period_is_an_alert_of_its_own() -> None:
    rule = Budget()
    found = [one for share in (50, 90, 100) for one in rule.of_event(threshold(share), NOON_US)]
    assert [one.severity for one in found] == [Level.LOW, Level.MEDIUM, Level.HIGH]
    assert len({one.fingerprint for one in found}) == 3
    (later,) = rule.of_event(threshold(50, "2026-02"), NOON_US)
    assert later.fingerprint != found[0].fingerprint


def test_a_refusal_by_a_budget_is_told() -> None:
    (found,) = Budget().of_exchange(a_record(block_reason="budget", error="The budget is spent"), NOON_US)
    assert found.description == "The budget is spent"
    assert not Budget().of_exchange(a_record(block_reason="access"), NOON_US)
