from gateway_desktop.alerting.rules.configuration import Configuration
from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.finding import Level
from tests.unit.alerting.makers import NOON_US


def test_a_configuration_that_cannot_be_loaded_is_told() -> None:
    event = SystemEvent(
        Category.SYSTEM, "configuration not loaded", severity=Severity.CRITICAL, details="why"
    )
    (found,) = Configuration().of_event(event, NOON_US)
    assert found.severity is Level.HIGH
    assert found.description == "why"
    assert not Configuration().of_event(SystemEvent(Category.SYSTEM, "started"), NOON_US)
