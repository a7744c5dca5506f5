"""What people do with alerts."""

import json

import pytest

from gateway_desktop.core.alert import AlertState
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.tool_pin import Listed, Listing
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.alerts import MOST_NEW
from gateway_desktop.store.queries.alerts import AlertDetail, AlertFilter, alerts, detail
from tests.services.conftest import Office
from tests.unit.alerting.makers import a_finding_detail, a_hit_record


@pytest.fixture
def ids(office: Office) -> list[str]:
    for value in ("one", "two"):
        office.store.writer.append(a_hit_record(a_finding_detail(value=value)))
    office.store.writer.submit(lambda _: None).result(60)
    return [item.id for item in office.ask(alerts, AlertFilter())]


def found(office: Office, alert: str) -> AlertDetail:
    one = office.ask(detail, alert)
    assert one is not None
    return one


def test_an_alert_goes_its_way_and_everything_is_in_its_history(office: Office, ids: list[str]) -> None:
    service = office.services.alerts
    service.review(ids[:1]).result(60)
    service.assign(ids[:1], "bob").result(60)
    service.note(ids[:1], "It is a test key.").result(60)
    service.dismiss(ids[:1], "false_positive", "Known").result(60)
    service.review(ids[:1]).result(60)
    one = found(office, ids[0])
    assert one.item.state is AlertState.REVIEW
    assert one.item.assignee == "bob"
    assert one.dismissal == ""
    assert [(line.what, line.note) for line in one.history] == [
        ("created", ""),
        ("under_review", ""),
        ("assigned", ""),
        ("note", "It is a test key."),
        ("false_positive", "Known"),
        ("reopened", ""),
    ]
    assert {line.actor for line in one.history[1:]} == {"local:ana@laptop"}
    names = [event for event, _ in office.told()]
    assert names[2:] == ["alert reviewed", "alert assigned", "alert dismissed", "alert reopened"]


def test_approving_one_tool_does_not_resolve_the_alert_that_tells_of_very_many(office: Office) -> None:
    services = office.services
    new = NewProxy("files", "http://127.0.0.1:9/mcp", kind=Kind.MCP)
    proxy_id = services.proxies.add(new).result(60).id
    names = [f"tool-{number:03}" for number in range(MOST_NEW + 2)]
    for says in ("before", "after"):
        listed = tuple(Listed(name, says, json.dumps({"name": name, "says": says})) for name in names)
        services.tool_pins.report(Listing(proxy_id, listed)).result(60)
    (many,) = office.ask(alerts, AlertFilter(text="More than"))
    assert many.title.endswith(f"files: {names[-1]}")
    services.tool_pins.approve("files", names[0]).result(60)
    services.tool_pins.approve("files", names[-1]).result(60)
    assert found(office, many.id).item.state is AlertState.NEW
    (one,) = office.ask(alerts, AlertFilter(text=names[0]))
    assert one.state is AlertState.RESOLVED


def test_several_are_moved_at_once_or_none(office: Office, ids: list[str]) -> None:
    service = office.services.alerts
    service.resolve(ids[:1]).result(60)
    with pytest.raises(ConfigurationError, match="it cannot become resolved"):
        service.resolve(ids).result(60)
    assert found(office, ids[1]).item.state is AlertState.NEW
    service.review(ids).result(60)
    assert {found(office, one).item.state for one in ids} == {AlertState.REVIEW}


def test_a_reason_and_a_note_must_make_sense(office: Office, ids: list[str]) -> None:
    service = office.services.alerts
    with pytest.raises(ConfigurationError, match="false_positive"):
        service.dismiss(ids, "because").result(60)
    with pytest.raises(ConfigurationError, match="write something"):
        service.note(ids, "  ").result(60)
    with pytest.raises(ConfigurationError, match="there is none"):
        service.review(["nonsense"]).result(60)
    with pytest.raises(ConfigurationError, match="give more of the id"):
        service.review([ids[0][:8]]).result(60)
