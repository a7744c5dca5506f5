"""Keys of an upstream's own that its API hands out."""

import pytest

from gateway_desktop.alerting.rules.way_past import WayPast
from gateway_desktop.core.alert import AlertType
from tests.makers import a_record
from tests.unit.alerting.makers import NOON_US


@pytest.mark.parametrize(
    "path",
    [
        "/v1/realtime/client_secrets",
        "/v1/realtime/client%5Fsecrets/",
        "/v1/realtime/calls",
        "/v1/realtime/calls/call_1/accept",
        "/v1/realtime/translations/client_secrets",
        "/v1/live/sessions",
        "/v1/live/sessions/sess_1/fork",
        "/v1/chatkit/sessions",
        "/v1alpha/auth_tokens",
    ],
)
def test_a_key_that_goes_past_the_gateway_is_told_of(path: str) -> None:
    (found,) = WayPast().of_exchange(a_record(method="other", endpoint=f"POST {path}"), NOON_US)
    assert found.type is AlertType.SUSPICIOUS
    assert (found.title, found.subject.actor) == (
        "ana@example.com was let past the gateway by openai",
        "ana@example.com",
    )
    assert path in found.description


@pytest.mark.parametrize(
    "changes",
    [
        {"http_status": 403},
        {"http_status": None},
        {"endpoint": "GET /v1/realtime/client_secrets"},
        {"endpoint": "POST /v1/files"},
        {"endpoint": "POST /v1/live/sessions/sess_1/hangup"},
        {"kind": "mcp"},
    ],
)
def test_what_was_refused_or_only_read_is_not(changes: dict[str, object]) -> None:
    told = {"method": "other", "endpoint": "POST /v1/realtime/client_secrets", **changes}
    assert not WayPast().of_exchange(a_record(**told), NOON_US)
