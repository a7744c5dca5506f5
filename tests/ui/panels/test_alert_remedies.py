"""The button of an alert that stops what it tells of: pressed, confirmed, done, and in its history."""

from collections.abc import Callable

from gateway_desktop.core.audit import Category, Outcome
from gateway_desktop.core.finding import Context
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.store.queries.alerts import AlertFilter, alerts, detail
from gateway_desktop.store.queries.configuration import key_rows, user_rows
from gateway_desktop.store.queries.oauth import session_rows
from gateway_desktop.store.queries.tool_pins import pin_rows
from gateway_desktop.store.system_events import write_system_event
from gateway_desktop.ui.dialogs.rate_limit import RateLimitDialog
from gateway_desktop.ui.panels.alerts.panel import Alerts
from gateway_desktop.ui.widgets.confirm import Confirmation
from tests.makers import a_principal, a_record, a_system_event
from tests.ui.panels.conftest import Hand
from tests.ui.panels.listed_tools import lists, server
from tests.ui.panels.oauth_rows import SignedIn
from tests.unit.alerting.makers import a_finding_detail, a_hit_record


def opened(hand: Hand) -> Alerts:
    """Open the page with the one alert there is, chosen."""
    hand.until(lambda: len(hand.opened.reader.submit(alerts, AlertFilter()).result()) == 1)
    page = hand.open(Alerts)
    hand.until(lambda: len(page.table.rows()) == 1)
    page.table.selectRow(0)
    hand.until(lambda: page.pane.remedy.isVisible())
    return page


def press(hand: Hand, says: str) -> Alerts:
    page = opened(hand)
    assert page.pane.remedy.text() == says
    hand.press(page.pane.remedy)
    return page


def press_and_confirm(hand: Hand, says: str, done: Callable[[], bool]) -> None:
    said: list[str] = []
    hand.context.message.connect(said.append)
    page = press(hand, says)
    assert not done()  # a question comes first
    hand.press(hand.dialog(page, Confirmation).action)
    hand.until(done)
    alert = page.table.rows()[0].id

    def noted() -> bool:
        found = hand.opened.reader.submit(detail, alert).result()
        return found is not None and any(line.note.endswith(": done") for line in found.history)

    hand.until(noted)
    assert len(said) == 1 and said[0].endswith(": done")  # the history is out of sight


def tell(hand: Hand, event: str, **changes: object) -> None:
    told = a_system_event(category=Category.SECURITY, event=event, **changes)
    hand.opened.store.writer.submit(write_system_event, told).result()


def hit(hand: Hand, who: Principal) -> None:
    record = a_hit_record(a_finding_detail())
    record.principal = who
    hand.opened.write(record)


def test_a_refused_access_leads_to_who_may_use_the_proxy(hand: Hand) -> None:
    hand.opened.write(a_record(outcome=Outcome.BLOCKED, block_reason="access"))
    press(hand, "Change access")
    assert hand.went_to == [("proxies", {"proxy": "openai"})]


def test_a_changed_tool_leads_to_the_tool(hand: Hand) -> None:
    tell(hand, "tool changed", resource="files: changed: read", proxy="files")
    press(hand, "Open the tool")
    assert hand.went_to == [("tools", {"tool": "files: changed: read"})]


def test_a_reached_rate_limit_is_changed(hand: Hand) -> None:
    reached = {"rate_limit": ["group", "team", "team"]}
    hand.opened.write(a_record(outcome=Outcome.BLOCKED, block_reason="rate_limit", detail=reached))
    page = press(hand, "Change the limit")
    assert hand.dialog(page, RateLimitDialog).isVisible()


def test_the_key_that_met_a_rule_is_revoked(hand: Hand) -> None:
    ana = hand.opened.services.people.add_user("ana@example.com").result()
    key = hand.opened.services.keys.create(ana.id).result()
    hit(hand, a_principal(api_key_id=key.id))

    def revoked() -> bool:
        return all(row.key.revoked_us is not None for row in hand.opened.reader.submit(key_rows).result())

    press_and_confirm(hand, "Revoke the key", revoked)


def test_the_session_that_met_a_rule_is_revoked(hand: Hand) -> None:
    signed_in = SignedIn(hand.opened)
    ana = signed_in.user()
    session = signed_in.session(signed_in.client(), ana)
    who = Principal(PrincipalKind.OAUTH, user_id=ana.id, actor=str(ana.email), session=session.id)
    hit(hand, who)

    def ended() -> bool:
        return [one.status for one in hand.opened.reader.submit(session_rows).result()] == ["revoked"]

    press_and_confirm(hand, "Revoke the session", ended)


def test_whose_token_came_twice_is_deactivated(hand: Hand) -> None:
    ana = hand.opened.services.people.add_user("ana@example.com").result()
    who = Principal(PrincipalKind.OAUTH, user_id=ana.id, actor=str(ana.email))
    tell(hand, "refresh token reuse detected", resource="Claude Code", proxy="openai", actor=who)

    def inactive() -> bool:
        return not any(row.user.active for row in hand.opened.reader.submit(user_rows).result())

    press_and_confirm(hand, "Deactivate the user", inactive)


def test_the_tool_that_brought_an_injection_is_disabled(hand: Hand) -> None:
    lists(hand, server(hand), fetch="Fetch a page")
    found = a_finding_detail(tool="fetch", context=str(Context.TOOL_RESULT))
    record = a_hit_record(found)
    record.kind, record.proxy = "mcp", "files"
    hand.opened.write(record)

    def disabled() -> bool:
        return [str(row.pin.state) for row in hand.opened.reader.submit(pin_rows).result()] == ["disabled"]

    press_and_confirm(hand, "Disable the tool", disabled)
