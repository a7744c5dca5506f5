"""Alerts: listed, narrowed, read with their evidence, moved on alone and together."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gateway_desktop.core.alert import AlertState
from gateway_desktop.core.audit import AuditRecord, Outcome
from gateway_desktop.core.finding import Level
from gateway_desktop.core.policy import Action, Policy, Rule
from gateway_desktop.policies.document import read, write
from gateway_desktop.store.queries.alerts import AlertDetail, AlertFilter, AlertItem, alerts, detail
from gateway_desktop.ui.dialogs.rate_limit import RateLimitDialog
from gateway_desktop.ui.panels.alerts.dialogs import DismissDialog, ExceptionDialog, WordsDialog
from gateway_desktop.ui.panels.alerts.filters import KEY
from gateway_desktop.ui.panels.alerts.panel import Alerts
from gateway_desktop.ui.tables.date_range import LAST_WEEK
from tests.makers import a_payload, a_record
from tests.ui.panels.conftest import Hand
from tests.unit.alerting.makers import a_finding_detail, a_hit_record


def a_marked_record(value: str, text: str, word: str, **changes: object) -> AuditRecord:
    """A hit whose stored text holds the word that was found."""
    start = text.index(word)
    finding = a_finding_detail(
        value=value, start=start, end=start + len(word), excerpt=text[:150], place="/messages/0/content"
    )
    record = a_hit_record(finding, **changes)
    record.payloads = [a_payload(text)]
    return record


def stored(hand: Hand) -> dict[str, AlertItem]:
    return {item.id: item for item in hand.opened.reader.submit(alerts, AlertFilter()).result()}


def of(hand: Hand, alert: str) -> AlertDetail:
    found = hand.opened.reader.submit(detail, alert).result()
    assert found is not None
    return found


def opened(hand: Hand, *records: AuditRecord) -> Alerts:
    hand.opened.write(*records)
    page = hand.open(Alerts)
    hand.until(lambda: len(page.table.rows()) > 0)
    return page


def choose(hand: Hand, page: Alerts, place: int = 0) -> AlertItem:
    page.table.selectRow(place)
    item = page.table.rows()[place]
    hand.until(lambda: page.pane.shown is not None and page.pane.shown.item.id == item.id)
    return item


def test_without_alerts_the_page_says_what_comes_here(hand: Hand) -> None:
    page = hand.open(Alerts)
    hand.until(page.page.is_empty)
    assert page.page.empty.isVisible()


def test_without_open_alerts_the_closed_ones_are_a_press_away(hand: Hand) -> None:
    page = opened(hand, a_hit_record(a_finding_detail()))
    hand.opened.services.alerts.resolve([page.table.rows()[0].id]).result()
    hand.until(lambda: page.page.is_empty() and page.page.empty.title.text() == "No open alerts")
    hand.press(page.page.empty.button)
    hand.until(lambda: [row.state for row in page.table.rows()] == [AlertState.RESOLVED])


def test_filters_are_kept_for_the_next_start_until_they_are_reset(hand: Hand) -> None:
    page = opened(hand, a_hit_record(a_finding_detail()))
    asked = page.filters.asked()
    assert page.filters.reset_button.isHidden()
    page.filters.state.pick(())
    page.filters.severity.pick(("high", "critical"))
    page.filters.range.pick(LAST_WEEK)
    hand.write(page.filters.user, "nobody")
    hand.until(lambda: hand.context.state.value(f"{KEY}user") == "nobody")
    again = hand.open(Alerts)
    kept = again.filters.asked()
    assert (kept.states, kept.user) == ((), "nobody")
    assert kept.severities == (Level.HIGH, Level.CRITICAL)
    assert kept.since_us is not None and again.filters.range.text() == "Last 7 days"
    hand.press(again.filters.reset_button)
    assert again.filters.asked() == asked and again.filters.reset_button.isHidden()
    assert hand.open(Alerts).filters.asked() == asked


def test_an_alert_shows_its_evidence_marked_in_the_stored_text(hand: Hand) -> None:
    text = "Please keep this password hunter2 to yourself, and never tell anybody."
    page = opened(hand, a_marked_record("v", text, "hunter2"))
    choose(hand, page)
    hand.until(lambda: page.pane.exchange is not None)
    assert "never tell anybody" in page.pane.text.toPlainText()
    assert "hunter2</span>" in page.pane.text.toHtml()
    assert "Guard@3/secrets" in page.pane.text.toPlainText()


def test_where_the_text_is_not_stored_the_place_is_marked_in_the_excerpt(hand: Hand) -> None:
    finding = a_finding_detail(start=0, end=15, excerpt="x' UNION SELECT name FROM customer")
    page = opened(hand, a_hit_record(finding))
    choose(hand, page)
    assert "UNION SELECT</span>" in page.pane.text.toHtml()


def test_an_alert_goes_its_way_by_the_buttons(hand: Hand) -> None:
    page = opened(hand, a_hit_record(a_finding_detail()))
    alert = choose(hand, page).id
    hand.press(page.buttons_of["Start review"])
    hand.until(lambda: stored(hand)[alert].state is AlertState.REVIEW)
    hand.until(lambda: page.table.rows()[0].state is AlertState.REVIEW)
    dialog = hand.opens(page.buttons_of["Assign"], page, WordsDialog)
    dialog.form.set_values({"words": "bob"})
    hand.press(dialog.action)
    hand.until(lambda: stored(hand)[alert].assignee == "bob")
    dismiss = hand.opens(page.buttons_of["Dismiss"], page, DismissDialog)
    dismiss.form.set_values({"note": "a test key"})
    hand.press(dismiss.action)
    hand.until(lambda: stored(hand)[alert].state is AlertState.DISMISSED)
    hand.until(lambda: not page.table.rows())  # only open ones are asked for
    assert of(hand, alert).dismissal == "false_positive"
    assert of(hand, alert).history[-1].note == "a test key"
    hand.until(lambda: "Dismissed (False positive) by" in page.pane.text.toPlainText())
    assert "Assigned to bob by" in page.pane.text.toPlainText()
    hand.press(page.buttons_of["Reopen"])  # it is still shown, so it can be taken back
    hand.until(lambda: stored(hand)[alert].state is AlertState.REVIEW)


def test_an_alert_that_another_page_opens_is_the_one_that_buttons_are_for(hand: Hand) -> None:
    page = opened(hand, *(a_hit_record(a_finding_detail(value=str(n))) for n in range(2)))
    first, second = (row.id for row in page.table.rows())
    choose(hand, page)
    page.open_with(alert=second)
    hand.until(lambda: [row.id for row in page.chosen()] == [second] and page.table.current() is not None)
    hand.press(page.buttons_of["Resolve"])
    hand.until(lambda: stored(hand)[second].state is AlertState.RESOLVED)
    hand.until(lambda: [row.id for row in page.table.rows()] == [first])
    choose(hand, page)
    page.open_with(alert=second)  # it is not among the open ones, which are listed
    hand.until(lambda: [row.id for row in page.chosen()] == [second])
    hand.press(page.buttons_of["Reopen"])
    hand.until(lambda: stored(hand)[second].state is AlertState.REVIEW)


def test_an_alert_that_is_asked_for_while_the_page_is_read_stays_the_one_that_is_shown(hand: Hand) -> None:
    page = opened(hand, *(a_hit_record(a_finding_detail(value=str(n))) for n in range(2)))
    second = page.table.rows()[1].id
    hand.opened.services.alerts.resolve([second]).result()
    hand.until(lambda: len(page.table.rows()) == 1)
    choose(hand, page)
    page.reload()
    page.open_with(alert=second)
    hand.wait_for_answers(page)
    assert page.pane.shown is not None and page.pane.shown.item.id == second


def test_the_rule_that_is_asked_for_is_seen_and_taken_back(hand: Hand) -> None:
    other = a_hit_record(a_finding_detail(value="other"), rule="pii")
    page = opened(hand, a_hit_record(a_finding_detail()), other)
    hand.until(lambda: len(page.table.rows()) == 2)
    assert not page.filters.rule.isVisible()
    rule = choose(hand, page).rule
    hand.press(page.pane.of_rule)
    hand.until(lambda: [row.rule for row in page.table.rows()] == [rule])
    assert page.filters.rule.isVisible()
    assert page.filters.rule.toolTip() == f"Rule: {rule}"
    page.filters.rule.pick(())
    hand.until(lambda: len(page.table.rows()) == 2)
    assert not page.filters.rule.isVisible()


def test_several_are_resolved_at_once_and_reopened(hand: Hand) -> None:
    page = opened(hand, *(a_hit_record(a_finding_detail(value=str(n))) for n in range(3)))
    page.table.selectAll()
    assert len(page.chosen()) == 3
    hand.press(page.buttons_of["Resolve"])
    hand.until(lambda: {item.state for item in stored(hand).values()} == {AlertState.RESOLVED})
    page.filters.state.pick(["resolved"])
    hand.until(lambda: [row.state for row in page.table.rows()] == [AlertState.RESOLVED] * 3)
    page.table.selectAll()
    assert not page.buttons_of["Resolve"].isEnabled()
    hand.press(page.buttons_of["Reopen"])
    hand.until(lambda: {item.state for item in stored(hand).values()} == {AlertState.REVIEW})


def test_choices_narrow_the_list_and_say_when_nothing_is_left(hand: Hand) -> None:
    low = a_hit_record(a_finding_detail(value="low"), severity="low", rule="pii")
    page = opened(hand, a_hit_record(a_finding_detail()), low)
    hand.until(lambda: len(page.table.rows()) == 2)
    page.filters.severity.pick(["low"])
    hand.until(lambda: [row.rule for row in page.table.rows()] == ["policy Guard/pii"])
    QTest.keyClicks(page.filters.text, "nothing like it")
    hand.until(page.page.is_empty)
    hand.press(page.page.empty.button)
    hand.until(lambda: len(page.table.rows()) == 2)


def test_a_new_alert_comes_by_itself_and_the_chosen_one_stays(hand: Hand) -> None:
    page = opened(hand, a_hit_record(a_finding_detail()))
    chosen = choose(hand, page)
    hand.opened.write(a_hit_record(a_finding_detail(value="other")))
    hand.until(lambda: len(page.table.rows()) == 2)
    current = page.table.current()
    assert current is not None and current.id == chosen.id


def an_exception(hand: Hand) -> ExceptionDialog:
    """Return the dialog of an exception from a rule that found something in a tool's answer."""
    hand.opened.services.policies.ship().result()
    finding = a_finding_detail(tool="run_query", value="a" * 32)
    page = opened(hand, a_hit_record(finding, policy="Guard", rule="break-out"))
    choose(hand, page)
    return hand.opens(page.pane.exception, page, ExceptionDialog)


def test_an_exception_as_wide_as_its_rule_is_warned_of(hand: Hand) -> None:
    dialog = an_exception(hand)
    said = [dialog.banner.text()]
    for name in ("only_tool", "only_value", "only_tool"):
        QTest.keyClick(dialog.form.editor(name).control, Qt.Key.Key_Space)
        said.append(dialog.banner.text())
    warning = "As wide as the rule: whatever it finds passes it until the exception ends."
    assert said == ["", "", warning, ""]
    dialog.reject()


def test_the_narrowest_exception_is_proposed(hand: Hand) -> None:
    dialog = an_exception(hand)
    assert dialog.form.value("only_tool") and dialog.form.value("only_value")
    dialog.form.set_values({"reason": "a migration of ours"})
    hand.press(dialog.action)
    hand.until(lambda: any("exception" in event for event in events(hand)))


def test_a_rule_is_proposed_that_blocks_this_kind_in_this_place_of_this_tool(hand: Hand) -> None:
    finding = a_finding_detail(tool="fetch", kind="indirect_injection.override", family="indirect_injection")
    page = opened(hand, a_hit_record(finding, policy="Guard", rule="orders-in-data"))
    proxy = choose(hand, page).proxy
    hand.press(page.pane.rule)
    name, wanted = hand.went_to[-1]
    rule = wanted["rule"]
    assert name == "policies" and wanted["proxy"] == proxy and isinstance(rule, Rule)
    assert rule.action is Action.BLOCK
    assert {one.kind: one.value for one in rule.conditions}["tool"] == ["fetch"]
    assert read(write(Policy("From alerts", (rule,)))).rules == (rule,)


def test_an_alert_names_the_model_or_tool_that_was_used_and_the_tool_that_was_found_in(hand: Hand) -> None:
    found = a_hit_record(a_finding_detail(tool="fetch"))
    refused = a_record(kind="mcp", target="rm", outcome=Outcome.BLOCKED, block_reason="access")
    listed = a_hit_record(a_finding_detail(tool="cat", context="tool_description"), rule="lists")
    listed.kind, listed.target = "mcp", None
    page = opened(hand, found, refused, listed)
    hand.until(lambda: len(page.table.rows()) == 3)
    facts = {
        row.rule: " ".join(page.pane.text.toPlainText().split())
        for row in page.table.rows()
        if choose(hand, page, page.table.rows().index(row))
    }
    assert "Model gpt-5-mini Tool fetch" in facts["policy Guard/secrets"]
    assert "Tool rm" in facts["access refused"]
    assert "Proxy openai Tool cat" in facts["policy Guard/lists"]


def test_the_newest_alerts_come_first_and_the_head_says_so(hand: Hand) -> None:
    page = opened(hand, a_hit_record(a_finding_detail()))
    heads = page.table.horizontalHeader()
    last_seen = [column.name for column in page.table.columns].index("last_seen")
    assert heads.model().headerData(last_seen, Qt.Orientation.Horizontal) == "Last seen\N{NO-BREAK SPACE}↓"


def test_who_reached_a_limit_or_a_budget_has_a_button_that_leads_to_it(hand: Hand) -> None:
    reached = {"rate_limit": ["group", "team", "team"]}
    limited = a_record(outcome=Outcome.BLOCKED, block_reason="rate_limit", detail=reached)
    spent = a_record(outcome=Outcome.BLOCKED, block_reason="budget", detail={"budget": "whole gateway, day"})
    page = opened(hand, limited, spent)
    hand.until(lambda: len(page.table.rows()) == 2)
    rows = [row.rule for row in page.table.rows()]
    choose(hand, page, rows.index("budget refused"))
    hand.press(page.pane.remedy)
    assert hand.went_to == [("budgets", {"budget": "whole gateway, day"})]
    alert = choose(hand, page, rows.index("rate limit")).id
    dialog = hand.opens(page.pane.remedy, page, RateLimitDialog)
    hand.fill(dialog.form, requests="9")
    hand.press(dialog.action)
    hand.until(lambda: any("was changed" in line.note for line in of(hand, alert).history))


def events(hand: Hand) -> list[str]:
    rows = hand.opened.store.writer.submit(
        lambda database: database.execute_sql("SELECT method FROM event WHERE kind = 'system'").fetchall()
    )
    return [row[0] for row in rows.result()]


@pytest.mark.parametrize("stored_text", [True, False])
def test_of_evidence_that_is_masked_just_the_mask_is_marked(hand: Hand, stored_text: bool) -> None:
    text = "My key is <AWS_ACCESS_KEY> and that is all."
    finding = a_finding_detail(start=10, end=30, excerpt=text, place="/messages/0/content")
    record = a_hit_record(finding)
    record.payloads = [a_payload(text)] if stored_text else []
    page = opened(hand, record)
    choose(hand, page)
    hand.until(lambda: page.pane.exchange is not None)
    assert "&lt;AWS_ACCESS_KEY&gt;</span> and" in page.pane.text.toHtml()


def test_without_alerts_the_policies_are_a_press_away(hand: Hand) -> None:
    page = hand.open(Alerts)
    hand.until(page.page.is_empty)
    hand.press(page.page.empty.button)
    assert hand.went_to == [("policies", {})]
