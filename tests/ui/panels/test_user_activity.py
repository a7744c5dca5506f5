"""User Activity: the numbers are the rows, everybody is one owner, and an empty page says the true cause."""

import threading
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway_desktop.core.audit import AuditRecord, Outcome
from gateway_desktop.core.budget import Period
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.money import DOLLAR
from gateway_desktop.core.people import User
from gateway_desktop.core.principal import ANONYMOUS
from gateway_desktop.core.rate_limit import Measure
from gateway_desktop.core.scope import Scope
from gateway_desktop.services.budgets import Wanted
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.queries.audit import count
from gateway_desktop.store.queries.paging import parse_filter
from gateway_desktop.ui.charts.chart_table import ChartTable
from gateway_desktop.ui.export_dialog import ExportDialog
from gateway_desktop.ui.panels.user_activity import panel
from gateway_desktop.ui.panels.user_activity.activity_chart import COST, REQUESTS, TOKENS
from gateway_desktop.ui.panels.user_activity.panel import UserActivity
from gateway_desktop.ui.panels.user_activity.reading import Activity, activity
from gateway_desktop.ui.tables.date_range import ALL_TIME, PRESETS, DateRange
from tests.makers import a_principal, a_record
from tests.ui.panels.conftest import Hand
from tests.ui.panels.oauth_rows import SignedIn

NO_CREDENTIAL = "No credential was sent"


def person(hand: Hand, name: str) -> User:
    return hand.opened.services.people.add_user(f"{name}@example.org", name.capitalize()).result()


def request(user: User | None, **changes: object) -> AuditRecord:
    """A request of a user, or of somebody who sent no credential, begun just now."""
    principal = ANONYMOUS
    if user is not None:
        principal = a_principal(user_id=user.id, actor=user.shown, display_name=user.display_name)
    return a_record(principal=principal, started_us=now_us(), **changes)


def refused() -> AuditRecord:
    return request(None, outcome=Outcome.BLOCKED, block_reason="credential", cost_nano=0)


def filled(hand: Hand) -> tuple[User, User]:
    """Three requests of Ana, two of Jonas (one blocked), one without a credential."""
    hand.opened.services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()
    ana, jonas = person(hand, "ana"), person(hand, "jonas")
    blocked = request(jonas, outcome=Outcome.BLOCKED, block_reason="access", cost_nano=0)
    hand.opened.write(*(request(ana) for _ in range(3)), request(jonas), blocked, refused())
    return ana, jonas


def opened(hand: Hand) -> UserActivity:
    filled(hand)
    return hand.open(UserActivity)


def test_the_cards_are_the_sums_of_the_table_and_of_the_rows(hand: Hand) -> None:
    page = opened(hand)
    hand.until(lambda: page.stack.currentWidget() is page.list)
    rows = page.table.rows()
    assert page.cards.users.number == "2"
    assert page.cards.requests.number == "6" == str(sum(row.requests for row in rows))
    assert page.cards.blocked.number == "2" == str(sum(row.blocked for row in rows))
    assert [row.actor for row in rows] == ["ana@example.org", "jonas@example.org", ""]
    page.cards.blocked.click()
    (name, wanted) = hand.went_to[-1]
    assert name == "audit_logs"
    behind = parse_filter("llm", str(wanted["filter"]))
    assert hand.opened.reader.submit(count, behind).result() == (2, False)


def test_each_card_opens_the_rows_behind_it(hand: Hand) -> None:
    page = opened(hand)
    hand.until(lambda: page.stack.currentWidget() is page.list)
    for card in (page.cards.users, page.cards.requests, page.cards.blocked, page.cards.cost):
        hand.press(card)
    filters = [str(wanted["filter"]) for _, wanted in hand.went_to]
    assert filters == ["-user:none since:7d", "since:7d", "status:blocked since:7d", "cost:>0 since:7d"]
    counts = [hand.opened.reader.submit(count, parse_filter("llm", text)).result()[0] for text in filters]
    assert counts == [5, 6, 2, 4]


def test_the_chart_holds_every_request_once(hand: Hand) -> None:
    page = opened(hand)
    hand.until(lambda: page.chart.chart.bars() is not None)
    bars = page.chart.chart.bars()
    assert bars is not None
    assert {series.name: sum(series.values) for series in bars.series} == {"allowed": 4, "blocked": 2}


def test_the_numbers_follow_what_comes_in(hand: Hand) -> None:
    ana, _ = filled(hand)
    page = hand.open(UserActivity)
    hand.until(lambda: page.cards.requests.number == "6")
    hand.opened.write(request(ana))
    hand.until(lambda: page.cards.requests.number == "7")


def test_blocked_requests_are_split_by_reason(hand: Hand) -> None:
    page = opened(hand)
    hand.until(lambda: page.cards.blocked.number == "2")
    tip = page.cards.blocked.toolTip()
    assert "1 without a valid key" in tip
    assert "1 without access" in tip


def test_view_opens_the_user_and_back_returns(hand: Hand) -> None:
    ana, _ = filled(hand)
    hand.opened.services.keys.create("ana@example.org", name="laptop").result()
    page = hand.open(UserActivity)
    hand.until(lambda: bool(page.table.rows()))
    page.table.opened.emit(page.table.rows()[0])
    hand.until(lambda: page.stack.currentWidget() is page.user_page)
    view = page.user_page
    assert view.title.text() == "ana@example.org"
    assert view.facts["Name"].text() == "Ana"
    assert view.facts["Keys"].text() == "1"
    assert view.cards[0].number == "3"
    assert len(view.recent.rows()) == 3
    assert [use.target for use in view.models.rows()] == ["gpt-5-mini"]
    assert [item.key.name for item in view.keys.rows()] == ["laptop"]
    assert "user created" in [row.method for row in view.security.rows()]
    hand.press(view.show_all)
    name, wanted = hand.went_to[-1]
    asked = parse_filter("llm", str(wanted["filter"]))
    assert name == "audit_logs"
    assert hand.opened.reader.submit(count, asked).result() == (3, False)
    hand.press(view.back)
    assert page.stack.currentWidget() is page.list
    assert ana.id == page.table.rows()[0].user_id


def test_the_unattributed_stand_in_one_row_with_the_reasons(hand: Hand) -> None:
    page = opened(hand)
    hand.until(lambda: bool(page.table.rows()))
    page.table.opened.emit(page.table.rows()[-1])
    hand.until(lambda: page.stack.currentWidget() is page.user_page)
    assert page.user_page.title.text() == "Unattributed"
    assert page.user_page.facts["Why"].text() == f"{NO_CREDENTIAL} (1)"
    hand.press(page.user_page.show_all)
    asked = parse_filter("llm", str(hand.went_to[-1][1]["filter"]))
    assert hand.opened.reader.submit(count, asked).result() == (1, False)


def test_another_page_can_open_a_user(hand: Hand) -> None:
    ana, _ = filled(hand)
    page = hand.open(UserActivity)
    page.open_with(user=ana.id)
    hand.until(lambda: page.stack.currentWidget() is page.user_page)
    assert page.user_page.title.text() == "ana@example.org"


def test_an_empty_page_names_the_true_cause_in_order_each_with_its_button(hand: Hand) -> None:
    services = hand.opened.services
    services.settings.change({"audit.enabled": False}).result()
    page = hand.open(UserActivity)
    hand.until(lambda: page.empty.title.text() == "Audit logging is off")
    hand.press(page.empty.button)
    services.settings.change({"audit.enabled": True}).result()
    hand.until(lambda: page.empty.title.text() == "No proxy is running")
    hand.press(page.empty.button)
    services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()
    hand.until(lambda: page.empty.title.text() == "Nothing has come through yet")
    hand.press(page.empty.button)
    assert hand.went_to == [("settings", {"section": "Logging"}), ("proxies", {}), ("overview", {})]
    hand.opened.write(refused())
    hand.until(lambda: page.stack.currentWidget() is page.list)
    hand.until(page.nobody.isVisible)
    assert NO_CREDENTIAL in page.nobody.text()
    page.range.pick(PRESETS[0][1])
    hand.until(lambda: page.cards.requests.number == "1")


def test_the_user_view_tells_the_live_sessions(hand: Hand) -> None:
    made = SignedIn(hand.opened)
    ana = made.user()
    client = made.client("Claude Code")
    made.session(client, ana)
    made.session(client, ana, ended=True)
    page = hand.open(UserActivity)
    page.open_with(user=ana.id)
    sessions = page.user_page.facts["Sessions"]
    hand.until(lambda: sessions.text() == "1 live")
    assert sessions.toolTip().startswith("Claude Code at openai, since ")


def test_a_range_that_is_too_narrow_is_widened_by_the_button(hand: Hand) -> None:
    page = opened(hand)
    page.range.pick(DateRange(None, 1_600_000_000_000_000, 1_600_000_100_000_000))
    hand.until(lambda: page.empty.title.text() == "Nothing in this range")
    hand.until(page.empty.isVisible)
    hand.press(page.empty.button)
    hand.until(lambda: page.stack.currentWidget() is page.list)
    assert page.range.chosen == ALL_TIME


def test_the_range_is_kept_from_start_to_start(hand: Hand) -> None:
    page = opened(hand)
    page.range.pick(PRESETS[3][1])
    assert hand.open(UserActivity).range.chosen.label == "Last 30 days"


def test_the_period_before_is_compared_with(hand: Hand) -> None:
    page = opened(hand)
    hand.until(lambda: page.cards.requests.number == "6")
    assert page.cards.requests.note == ""  # the audit is some seconds old
    shown = page._shown
    assert shown is not None
    for before, words in ((0, "none in the week before"), (4, "+50% on the week before")):
        cards = replace(shown.cards, previous=replace(shown.cards, requests=before))
        page.cards.show_cards(replace(shown, cards=cards), page.range.chosen)
        assert page.cards.requests.note == words


def test_a_chosen_user_narrows_cards_table_chart_and_the_rows_behind(hand: Hand) -> None:
    ana, _ = filled(hand)
    page = hand.open(UserActivity)
    hand.until(lambda: page.cards.requests.number == "6")
    assert [option.label for option in page.filters.user.options] == [
        "Unattributed",
        "ana@example.org",
        "jonas@example.org",
    ]
    page.filters.user.pick((ana.id,))
    hand.until(lambda: page.cards.requests.number == "3")
    assert [row.actor for row in page.table.rows()] == ["ana@example.org"]
    bars = page.chart.chart.bars()
    assert bars is not None and sum(sum(series.values) for series in bars.series) == 3
    page.cards.requests.click()
    behind = parse_filter("llm", str(hand.went_to[-1][1]["filter"]))
    assert hand.opened.reader.submit(count, behind).result() == (3, False)
    hand.press(page.filters.reset)
    hand.until(lambda: page.cards.requests.number == "6")


def test_what_nobody_asked_for_is_another_cause_than_no_traffic(hand: Hand) -> None:
    page = opened(hand)
    hand.until(lambda: page.cards.requests.number == "6")
    page.filters.kind.pick(("mcp",))
    hand.until(lambda: page.stack.currentWidget() is page.empty)
    page.empty.chosen.emit()
    hand.until(lambda: page.stack.currentWidget() is page.list)
    assert not page.filters.narrowed()


def test_groups_are_the_same_requests(hand: Hand) -> None:
    page = opened(hand)
    hand.until(lambda: page.cards.requests.number == "6")
    page.by.setCurrentIndex(1)
    assert page.group_table.isVisible()
    assert sum(row.requests for row in page.group_table.rows()) == 6
    page.group_table.opened.emit(next(row for row in page.group_table.rows() if row.group))
    hand.until(lambda: page.cards.requests.number == "5")
    assert page.table.isVisible()


def test_the_chart_can_show_models_and_leave_one_out(hand: Hand) -> None:
    page = opened(hand)
    hand.until(lambda: page.cards.requests.number == "6")
    page.chart.what.setCurrentIndex(TOKENS)
    hand.until(lambda: page.chart.chart.accessibleName() == "Tokens by model")
    bars = page.chart.chart.bars()
    assert bars is not None
    tokens = sum(row.tokens_in + row.tokens_out for row in page.table.rows())
    assert [series.name for series in bars.series] == ["gpt-5-mini"]
    assert sum(bars.series[0].values) == tokens > 0
    page.chart.what.setCurrentIndex(COST)
    hand.until(lambda: page.chart.chart.accessibleName() == "Cost by model")
    assert "$" in page.chart.chart.accessibleDescription()
    page.chart.what.setCurrentIndex(REQUESTS)
    hand.until(lambda: len(page.chart.boxes) == 2 and page.chart.boxes[0].isVisible())
    hand.press(page.chart.boxes[0])
    shown = page.chart.chart.bars()
    assert shown is not None and [series.name for series in shown.series] == ["blocked"]


def test_the_user_view_shows_which_limits_and_budgets_apply_and_how_much_is_used(hand: Hand) -> None:
    services, ana = hand.opened.services, person(hand, "ana")
    for name in ("openai", "unused"):
        services.proxies.add(NewProxy(name, "https://api.openai.com")).result()
        services.rate_limits.set(Scope.PROXY, name, {Measure.TOKENS: 5_000}).result()
    hand.opened.write(request(ana, cost_nano=9 * DOLLAR))
    services.rate_limits.set(Scope.GROUP, "team", {Measure.REQUESTS: 60}).result()
    services.budgets.set(Scope.USER, ana.id, Period.MONTH, Wanted(10 * DOLLAR)).result()
    page = hand.open(UserActivity)
    page.open_with(user=ana.id)
    bounds = page.user_page.bounds
    hand.until(lambda: bool(bounds.rows()))
    assert [(row.whose, row.what, row.used) for row in bounds.rows()] == [
        ("User ana@example.org", "$10.00 a month", "$9.00 of $10.00"),
        ("Group team", "60 requests/min", "0 of 60"),
        ("Proxy openai", "5,000 tokens/min", "0 of 5,000"),
    ]


def test_a_report_of_a_month_is_written_from_the_user_view(hand: Hand) -> None:
    ana = person(hand, "ana")
    hand.opened.write(request(ana))
    page = hand.open(UserActivity)
    page.open_with(user=ana.id)
    hand.until(page.user_page.report.isVisible)
    page.user_page._offer_months()
    page.user_page._months.actions()[0].trigger()
    hand.until(lambda: bool(page.findChildren(ExportDialog)))
    dialog = page.findChildren(ExportDialog)[0]
    dialog.action.click()
    hand.until(lambda: dialog._done is not None)
    assert dialog._done is not None
    text = dialog._done.path.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "ana@example.org" in text
    assert hand.events()[0] == "export written"
    dialog.close()


def test_a_load_that_takes_long_offers_a_shorter_range_and_one_user(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(hand)
    hand.until(lambda: page.cards.requests.number == "6")
    assert not page.slow.isVisible()
    on = threading.Event()

    def when_let(*asked: Any) -> Activity:
        on.wait(30)
        return activity(*asked)

    monkeypatch.setattr(panel, "activity", when_let)
    page.range.pick(ALL_TIME)
    hand.until(page.slow.isVisible)
    assert page.cards.requests.number == "6"  # the old numbers stand until the new ones are there
    hand.press(page.slow.one_user)
    popup = page.filters.user._popup
    hand.until(popup.isVisible)
    popup.hide()
    assert page.slow.button.text() == "Last 90 days"
    hand.press(page.slow.button)
    on.set()
    hand.wait_for_answers(page)
    assert page.range.chosen.label == "Last 90 days"
    page.reload()
    hand.until(lambda: not page.slow.isVisible())


@pytest.mark.parametrize("what", [REQUESTS, TOKENS])
def test_days_of_the_chart_are_told_in_the_zone_of_the_team(hand: Hand, what: int) -> None:
    there = ZoneInfo("Pacific/Kiritimati")
    hand.opened.services.settings.set("team.time_zone", there.key).result()
    page = opened(hand)
    page.range.pick(PRESETS[4][1])
    page.chart.what.setCurrentIndex(what)
    hand.until(lambda: page.chart.chart.bars() is not None)
    hand.wait_for_answers(page)
    page.chart.chart.open_table()
    table = hand.dialog(page, ChartTable).table
    moments = [item.text() for row in range(table.rowCount()) if (item := table.item(row, 0)) is not None]
    assert f"{datetime.now(there):%-d %b} 00:00:00" in moments
