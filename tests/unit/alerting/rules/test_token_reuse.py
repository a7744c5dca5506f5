from gateway_desktop.alerting.rules.token_reuse import TokenReuse
from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.finding import Level
from tests.makers import a_principal
from tests.unit.alerting.makers import NOON_US


def test_reuse_of_a_refresh_token_is_critical_and_names_the_user() -> None:
    event = SystemEvent(
        Category.AUTHENTICATION, "refresh token reuse detected", "Editor", proxy="files", actor=a_principal()
    )
    (found,) = TokenReuse().of_event(event, NOON_US)
    assert found.severity is Level.CRITICAL
    assert found.subject.user_id == "user-1"
    assert found.proxy == "files"


def test_an_ordinary_refresh_is_not_told() -> None:
    assert not TokenReuse().of_event(SystemEvent(Category.AUTHENTICATION, "token refreshed"), NOON_US)
