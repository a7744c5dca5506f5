from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCompleter, QMenu
from pytestqt.qtbot import QtBot

from gateway_desktop.core.audit import AuditRecord, Category, Outcome, Payload, Severity
from gateway_desktop.core.call import TextPart
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.core.proxy import PayloadLevel
from gateway_desktop.store.queries import audit
from gateway_desktop.store.queries.paging import ACTIONS, AuditFilter
from gateway_desktop.store.system_events import write_system_event
from gateway_desktop.ui.charts.series import Bars
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.panels.audit_logs.panel import AuditLogs
from gateway_desktop.ui.panels.audit_logs.readings import Readings
from gateway_desktop.ui.panels.audit_logs.save_view import SaveView
from gateway_desktop.ui.panels.audit_logs.tab import LogTab
from gateway_desktop.ui.tables.filter_bar import FilterBar
from gateway_desktop.ui.theme import ROW_HEIGHT
from gateway_desktop.ui.widgets.long_text import joined
from tests.makers import a_payload, a_principal, a_record, a_system_event
from tests.ui.audit_logs import BEA, Logs
from tests.ui.conftest import Opened, Until
from tests.ui.heartbeat import Heartbeat
from tests.unit.alerting.makers import a_finding_detail, a_hit_detail

EMPTY = Bars((), 0, ())


def recent(**changes: object) -> AuditRecord:
    return a_record(started_us=now_us(), **changes)


@pytest.fixture
def logs(context: UiContext, opened: Opened, qtbot: QtBot, until: Until) -> Logs:
    return Logs(context, opened, qtbot, until, (1040, 740))


def models(tab: LogTab) -> list[str | None]:
    return [row.target for row in tab.table.window_of_rows.rows]


def offered(bar: FilterBar) -> list[str]:
    """Return what is offered for the word that is being typed."""
    completer = bar.findChild(QCompleter)
    assert completer is not None
    model = completer.completionModel()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def actors(tab: LogTab) -> list[str]:
    return [row.actor for row in tab.table.window_of_rows.rows]


# ---- rows and sums


def test_a_row_is_shown_with_user_model_tokens_cost_and_duration(logs: Logs) -> None:
    tab = logs.shown(recent(tokens_in=58_102, tokens_out=2_290, cost_nano=208_700_000, duration_ms=7300))
    shown = [tab.table.model().index(0, column).data() for column in range(1, 8)]
    assert shown == [
        "ana@example.com",
        "openai",
        "gpt-5-mini",
        "58,102",
        "2,290",
        "$0.2087",
        "7.3\N{NO-BREAK SPACE}s",
    ]


def test_the_sums_above_the_rows_are_those_of_the_filter(logs: Logs) -> None:
    tab = logs.shown(
        recent(), recent(outcome=Outcome.FAILED), recent(outcome=Outcome.BLOCKED), recent(principal=BEA)
    )
    logs.until(lambda: ("4", "requests") in tab.sums.strip.facts())
    logs.until(lambda: tab.sums.chart.bars() is not None)
    bars = tab.sums.chart.bars()
    assert bars is not None
    assert {series.name: sum(series.values) for series in bars.series} == {
        "success": 2,
        "abandoned": 0,
        "failed": 1,
        "blocked": 1,
    }
    tab.filter.set_text("user:bea")
    logs.until(lambda: ("1", "request") in tab.sums.strip.facts())


def test_system_events_stand_in_their_own_tab(logs: Logs) -> None:
    event = a_system_event(category=Category.SECURITY, event="policy updated", severity=Severity.WARNING)
    logs.opened.store.writer.submit(write_system_event, event).result()
    tab = logs.shown(recent())
    assert len(tab.table.window_of_rows.rows) == 1
    with logs.qtbot.waitSignal(logs.page.tab("system").table.shown):
        logs.page.open_with(tab="system")
    row = logs.page.current.table.window_of_rows.rows[0]
    assert (row.category, row.method, row.severity) == ("Security", "policy updated", "warning")


def test_system_events_are_filtered_by_category_event_severity_and_actor(logs: Logs) -> None:
    ana, bea = a_principal(), BEA
    told = (
        a_system_event(category=Category.AUTHENTICATION, event="login", actor=ana),
        a_system_event(category=Category.AUTHENTICATION, event="token issued", actor=bea),
        a_system_event(
            category=Category.AUTHENTICATION,
            event="refresh token reuse detected",
            severity=Severity.CRITICAL,
            actor=bea,
        ),
        a_system_event(category=Category.AUTHORIZATION, event="access denied", actor=ana),
    )
    for event in told:
        logs.opened.store.writer.submit(write_system_event, event).result()
    logs.shown()
    with logs.qtbot.waitSignal(logs.page.tab("system").table.shown):
        logs.page.open_with(tab="system")
    tab = logs.page.current
    logs.until(lambda: len(tab.filter.choices["event"].options) >= len(told))
    for choice, value, left in (
        ("category", "Authorization", ["access denied"]),
        ("event", "login", ["login"]),
        ("severity", "critical", ["alert created", "refresh token reuse detected"]),
        ("user", f"={BEA.actor}", ["refresh token reuse detected", "token issued"]),
    ):
        with logs.qtbot.waitSignal(tab.table.shown):
            tab.filter.set_text("")
        with logs.qtbot.waitSignal(tab.table.shown):
            tab.filter.choices[choice].pick([value])
        assert sorted(row.method or "" for row in tab.table.window_of_rows.rows) == left, choice


def test_an_event_without_a_user_says_why_and_what_to_do(logs: Logs) -> None:
    nobody = Principal(PrincipalKind.ANONYMOUS, no_user_reason="The sign-in failed")
    event = a_system_event(category=Category.AUTHENTICATION, event="login failed", actor=nobody)
    logs.opened.store.writer.submit(write_system_event, event).result()
    logs.shown()
    with logs.qtbot.waitSignal(logs.page.tab("system").table.shown):
        logs.page.open_with(tab="system")
    logs.until(lambda: len(logs.page.current.table.window_of_rows.rows) == 1)
    told = chosen_detail(logs.page.current, logs.until)
    assert "Why is there no user? The sign-in failed. Add the person under Users & Groups" in told


# ---- the filter and its mirror


def test_choices_write_the_query_line_and_the_query_line_sets_the_choices(logs: Logs) -> None:
    tab = logs.shown(recent(), recent(principal=BEA), recent(outcome=Outcome.FAILED))
    logs.until(lambda: len(tab.filter.choices["user"].options) == 3)
    with logs.qtbot.waitSignal(tab.table.shown):
        tab.filter.choices["user"].pick(["=bea@example.com"])
    assert "user:=bea@example.com" in tab.filter.text()
    assert actors(tab) == ["bea@example.com"]
    with logs.qtbot.waitSignal(tab.table.shown):
        tab.filter.set_text("status:failed,blocked risk:none since:24h")
    assert tab.filter.choices["status"].values == ("failed", "blocked")
    assert tab.filter.choices["risk"].values == ("none",)
    assert tab.filter.choices["user"].values == ()
    assert tab.range.text() == "Last 24 hours"
    assert [row.outcome for row in tab.table.window_of_rows.rows] == ["failed"]


def test_the_date_range_writes_since_into_the_query_line(logs: Logs) -> None:
    tab = logs.shown(recent())
    assert tab.filter.text() == "since:7d"
    with logs.qtbot.waitSignal(tab.table.shown):
        tab.range.menu().actions()[0].trigger()
    assert tab.filter.text() == "since:1h"
    with logs.qtbot.waitSignal(tab.table.shown):
        tab.sums.chart.range_chosen.emit(1_767_268_800_000_000, 1_767_272_400_000_000)
    assert tab.filter.text() == "since:2026-01-01T12:00:00Z until:2026-01-01T13:00:00Z"
    assert tab.asked().until_us == 1_767_272_400_000_000


def test_a_filter_that_does_not_hold_says_why_and_the_rows_stay(logs: Logs) -> None:
    tab = logs.shown(recent())
    tab.filter.line.setText("status:sucess")
    tab.filter.apply()
    assert tab.filter.problem.text().startswith("status: 'sucess' is not one of")
    assert len(tab.table.window_of_rows.rows) == 1


def test_typing_completes_names_and_known_values(logs: Logs) -> None:
    tab = logs.shown(recent(principal=BEA))
    logs.until(lambda: len(tab.filter.choices["user"].options) == 2)
    tab.filter.line.clear()
    QTest.keyClicks(tab.filter.line, "user:be")
    assert offered(tab.filter) == ["user:bea@example.com"]
    tab.filter.line.clear()
    QTest.keyClicks(tab.filter.line, "action:")
    assert offered(tab.filter) == [f"action:{value}" for value in ACTIONS]


def test_a_cell_offers_to_include_only_its_value(logs: Logs) -> None:
    tab = logs.shown(recent(), recent(target="gpt-5.1"))
    model = next(column for column in tab.table.columns if column.name == "target")
    menu = QMenu(tab)
    assert tab.table.cell_menu is not None
    tab.table.cell_menu(model, tab.table.window_of_rows.rows[0], menu)
    with logs.qtbot.waitSignal(tab.table.shown):
        next(action for action in menu.actions() if action.text().startswith("Include")).trigger()
    assert models(tab) == ["gpt-5.1"]


def test_a_status_can_be_excluded(logs: Logs) -> None:
    tab = logs.shown(recent(outcome=Outcome.FAILED), recent())
    status = next(column for column in tab.table.columns if column.name == "outcome")
    menu = QMenu(tab)
    assert tab.table.cell_menu is not None
    tab.table.cell_menu(status, tab.table.window_of_rows.rows[0], menu)
    with logs.qtbot.waitSignal(tab.table.shown):
        next(action for action in menu.actions() if action.text() == "Exclude success").trigger()
    assert tab.filter.text().endswith("-status:success")
    assert [row.outcome for row in tab.table.window_of_rows.rows] == ["failed"]


def test_filter_live_tab_and_views_are_kept_from_start_to_start(logs: Logs) -> None:
    tab = logs.shown(recent())
    tab.filter.set_text("user:ana since:30d")
    save_as(logs, "Failed")
    logs.page.live.setChecked(False)
    again = AuditLogs(logs.page.context)
    logs.qtbot.addWidget(again)
    with logs.qtbot.waitSignal(again.current.table.shown):
        again.show()
    assert again.current.filter.text() == "user:ana since:30d"
    assert not again.live.isChecked()
    assert views(again) == ["Failed"]


def views(page: AuditLogs) -> list[str]:
    """Return the named filters that the menu offers."""
    menu = page.views.menu()
    menu.aboutToShow.emit()
    names = [action.text() for action in menu.actions()]
    return names[: names.index("")] if "" in names else []


def save_as(logs: Logs, name: str) -> SaveView:
    """Ask to keep the filter, and write a name for it."""
    menu = logs.page.views.menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == "Save this filter…").trigger()
    dialog = next(each for each in logs.page.findChildren(SaveView) if each.isVisible())
    field = dialog.focusWidget()
    QTest.keyClicks(field, name)
    QTest.keyClick(field, Qt.Key.Key_Return)
    return dialog


def test_a_view_without_a_name_is_refused_and_one_in_use_replaced_only_when_asked(logs: Logs) -> None:
    tab = logs.shown(recent())
    dialog = save_as(logs, "  ")
    assert dialog.isVisible() and dialog.form.error("name") == "A view needs a name."
    QTest.keyClicks(dialog.focusWidget(), "R&D / Ana")
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    logs.until(lambda: not any(each.isVisible() for each in logs.page.findChildren(SaveView)))
    assert views(logs.page) == ["R&&D - Ana"]
    former = tab.filter.text()
    tab.filter.set_text("status:failed")
    dialog = save_as(logs, "r&d / ana")
    assert dialog.isVisible() and dialog.form.note("name") == "R&D - Ana is there already."
    logs.page.views.menu().actions()[0].trigger()
    assert tab.filter.text() == former
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    assert not dialog.isVisible() and views(logs.page) == ["r&&d - ana"]
    logs.page.views.menu().actions()[0].trigger()
    assert tab.filter.text() == "status:failed"


# ---- nothing to show


def test_no_match_is_told_apart_from_no_rows(logs: Logs) -> None:
    tab = logs.shown(recent(), recent())
    tab.filter.set_text("user:nobody")
    logs.until(lambda: tab.empty.isVisible())
    assert tab.empty.title.text() == "No match"
    assert tab.empty.sentence.text() == "0 of 2 requests match the filter."
    with logs.qtbot.waitSignal(tab.table.shown):
        QTest.mouseClick(tab.empty.button, Qt.MouseButton.LeftButton)
    assert len(tab.table.window_of_rows.rows) == 2
    assert tab.table.isVisible()


def test_without_any_row_the_page_says_what_will_be_here(logs: Logs) -> None:
    tab = logs.shown()
    logs.until(lambda: tab.empty.isVisible())
    assert tab.empty.title.text() == "No requests yet"
    with logs.qtbot.waitSignal(logs.page.context.page_wanted) as wanted:
        QTest.mouseClick(tab.empty.button, Qt.MouseButton.LeftButton)
    assert wanted.args[0] == "proxies"


# ---- live


def test_new_rows_are_followed_at_the_edge(logs: Logs) -> None:
    tab = logs.shown(recent())
    logs.opened.write(recent(target="gpt-new"))
    logs.until(lambda: models(tab) == ["gpt-new", "gpt-5-mini"])
    assert tab.table.verticalScrollBar().value() == 0


def test_the_first_row_ever_appears_by_itself(logs: Logs) -> None:
    tab = logs.shown()
    logs.until(lambda: tab.empty.isVisible())
    logs.opened.write(recent())
    logs.until(lambda: tab.table.isVisible() and len(models(tab)) == 1)


def test_scrolled_away_nothing_moves_and_the_new_rows_are_counted(logs: Logs) -> None:
    logs.opened.write_many(200)
    tab = logs.shown()
    tab.table.verticalScrollBar().setValue(10 * ROW_HEIGHT)
    top = tab.table.indexAt(QPoint(5, 5)).row(), tab.table.window_of_rows.first_id()
    logs.opened.write_many(3, target="gpt-new")
    logs.until(lambda: tab.sums.strip.chip.isVisible())
    assert tab.sums.strip.chip.text() == "Paused – 3 new"
    assert (tab.table.indexAt(QPoint(5, 5)).row(), tab.table.window_of_rows.first_id()) == top
    QTest.mouseClick(tab.sums.strip.chip, Qt.MouseButton.LeftButton)
    logs.until(lambda: models(tab)[:3] == ["gpt-new"] * 3)
    assert not tab.sums.strip.chip.isVisible()


def test_a_row_stays_chosen_whose_details_open_over_the_place_where_it_was_pressed(logs: Logs) -> None:
    logs.opened.write_many(60)
    tab = logs.shown()
    shown = tab.table.viewport()
    at = QPoint(40, shown.height() - ROW_HEIGHT)
    row = tab.table.indexAt(at).row()
    QTest.mousePress(shown, Qt.MouseButton.LeftButton, pos=at)
    logs.until(lambda: tab.detail.isVisible() and tab.table.indexAt(at).row() != row)
    assert tab.table.selectionModel().isRowSelected(row)
    QTest.mouseMove(shown, at + QPoint(1, 1))
    QTest.mouseRelease(shown, Qt.MouseButton.LeftButton, pos=at + QPoint(1, 1))
    assert tab.table.selectionModel().isRowSelected(row)


def test_with_live_off_new_rows_are_only_counted(logs: Logs) -> None:
    tab = logs.shown(recent())
    QTest.mouseClick(logs.page.live, Qt.MouseButton.LeftButton)
    logs.opened.write(recent(), recent())
    logs.until(lambda: tab.sums.strip.chip.text() == "Paused – 2 new")
    assert len(models(tab)) == 1
    QTest.mouseClick(logs.page.live, Qt.MouseButton.LeftButton)
    logs.until(lambda: len(models(tab)) == 3)


def test_a_row_that_comes_while_new_ones_are_counted_is_counted_too(logs: Logs) -> None:
    tab = logs.shown(recent())
    tab.set_live(False)
    logs.page.context.bridge.blockSignals(True)  # the page hears of these two only
    for _ in range(2):
        logs.opened.write(recent())
        tab.follow()
    logs.until(lambda: tab.sums.strip.chip.text() == "Paused – 2 new")


def test_the_chosen_row_stays_chosen_while_rows_come(logs: Logs) -> None:
    tab = logs.shown(recent(target="mine"))
    tab.table.step(1)
    logs.opened.write_many(20)
    logs.until(lambda: len(models(tab)) == 21)
    chosen = tab.table.current()
    assert chosen is not None and chosen.target == "mine"
    assert [index.row() for index in tab.table.selectionModel().selectedRows()] == [20]


def test_under_traffic_sums_are_read_again_only_after_a_pause(context: UiContext, until: Until) -> None:
    read: list[Readings] = []
    often = Readings(context, 1, lambda: read.append(often))
    seldom = Readings(context, 600_000, lambda: read.append(seldom))
    for readings in (often, seldom):
        readings.read()
        readings.read_soon()
    until(lambda: read.count(often) == 2)
    assert read.count(seldom) == 1
    seldom.read()  # another filter does not wait
    assert read.count(seldom) == 2


def test_rows_that_come_during_an_answer_are_counted_afterwards(
    context: UiContext, opened: Opened, until: Until
) -> None:
    counted: list[tuple[int, bool]] = []
    asked = AuditFilter()
    readings = Readings(context, 1, lambda: readings.ask("count", counted.append, audit.count, asked))
    readings.read()
    opened.write(recent())
    readings.read_soon()
    until(lambda: counted[-1:] == [(1, False)])
    assert len(counted) <= 2


def test_tokens_and_cost_are_told_per_user_and_per_model(logs: Logs) -> None:
    tab = logs.shown(
        recent(tokens_in=20_000, tokens_out=400, cost_nano=2_500_000_000),
        recent(tokens_in=100, tokens_out=10, cost_nano=1_000_000, target="gpt-5.1"),
        recent(principal=BEA, target="gpt-5.1", tokens_in=50, tokens_out=0, cost_nano=None),
    )
    logs.until(tab.sums.rates.isVisible)
    users, models_ = (tab.sums.rates.lines[name] for name in ("user", "model"))
    assert "20.5\N{NO-BREAK SPACE}k tokens, $2.50" in users.text()
    assert "50 tokens, \N{GREATER-THAN OR EQUAL TO}\N{NO-BREAK SPACE}$0" in users.text()
    assert "gpt-5-mini" in models_.text() and "160 tokens" in models_.text()
    assert "gpt-5.1\N{LEFT-TO-RIGHT MARK}: 2 requests, 160 tokens" in models_.toolTip()
    assert "1 of unknown cost" in models_.toolTip()
    models_.linkActivated.emit("model:gpt-5.1")
    logs.until(lambda: models(tab) == ["gpt-5.1", "gpt-5.1"])


# ---- one row


def chosen_detail(tab: LogTab, until: Until) -> str:
    tab.table.step(1)
    until(lambda: tab.detail._detail is not None)
    return tab.detail._summary.toPlainText()


def test_the_details_say_why_a_row_was_not_scanned(logs: Logs) -> None:
    logs.opened.write(recent(detail={"not_scanned": "no text to look at"}))
    assert "Not scanned: no text to look at" in chosen_detail(logs.shown(), logs.until)


def test_the_details_say_what_was_found_what_it_adds_to_the_risk_and_which_rules_held(logs: Logs) -> None:
    text = "Please keep this password hunter2 to yourself, and never tell anybody."
    start = text.index("hunter2")
    found = a_finding_detail(start=start, end=start + 7, excerpt=text)
    held = a_hit_detail(policy="Watch", action="log", message="Keep keys out of prompts.")
    risk = [{"points": 61, "why": "a secret on its way out"}, {"points": 20, "why": "its words"}]
    detail = {"findings": [found], "policies": [held], "risk": risk, "findings_left_out": 3}
    tab = logs.shown(recent(risk=61, detail=detail))
    chosen_detail(tab, logs.until)
    findings = tab.detail._findings
    tab.detail.tabs.setCurrentWidget(findings)
    assert tab.detail.tabs.tabText(tab.detail.tabs.currentIndex()) == "Findings"
    told = findings.toPlainText()
    assert "Risk score 61 High" in told and "+61" in told and "a secret on its way out" in told
    assert "81 together, capped at 61" in told
    assert "Watch@3/secrets" in told and "log: Keep keys out of prompts." in told
    assert "secret.test in request at /messages/0/content" in told and "It looks like a key." in told
    assert "3 more are not kept" in told
    assert "hunter2</span>" in findings.toHtml()


def test_the_details_tell_what_was_counted_where_no_tokens_were(logs: Logs) -> None:
    detail = {"usage": {"input_audio_seconds": 203}}
    logs.opened.write(recent(tokens_in=None, tokens_out=None, detail=detail))
    assert "203 input audio seconds" in chosen_detail(logs.shown(), logs.until)


def test_where_nothing_was_found_the_details_say_so(logs: Logs) -> None:
    tab = logs.shown(recent(risk=0))
    chosen_detail(tab, logs.until)
    assert "Nothing was found." in tab.detail._findings.toPlainText()


def test_the_details_tell_the_row_and_its_texts(logs: Logs) -> None:
    tab = logs.shown(recent(payloads=[a_payload("What is two and two?")]))
    told = chosen_detail(tab, logs.until)
    assert "ana@example.com" in told and "12 in" in told and "Not scanned" in told
    assert " UTC\nUser" in told
    assert "What is two and two?" in tab.detail._request.text()
    assert tab.detail._response.text().strip() == "There was no text."


def test_a_raw_text_of_more_than_a_megabyte_says_so_and_loads_all_of_it(logs: Logs) -> None:
    logs.page.context.state.setValue("audit/body", "Raw")
    logs.page = AuditLogs(logs.page.context)  # as at the next start
    logs.qtbot.addWidget(logs.page)
    texts = [
        Payload("request", TextPart(f"/messages/{n}/content", "user", f"{n} " * 100_000)) for n in range(6)
    ]
    for n in range(1, 6):  # a conversation: of each row its last text is new, and stored
        logs.opened.write(recent(payloads=texts[:n]))
    tab = logs.shown(recent(payloads=texts))
    chosen_detail(tab, logs.until)
    body = tab.detail._request
    tab.detail.tabs.setCurrentWidget(body)
    assert body._raw.isVisible()
    assert len(joined(body._raw.toPlainText())) == 1_000_000 and body.more.isVisible()
    body.more.click()
    assert joined(body._raw.toPlainText()) == body.text() and not body.more.isVisible()


@pytest.mark.parametrize("mode", ["Pretty", "Raw"])
def test_a_long_text_without_spaces_does_not_freeze_the_window_and_is_copied_as_it_is(
    logs: Logs, mode: str
) -> None:
    logs.page.context.state.setValue("audit/body", mode)
    logs.page = AuditLogs(logs.page.context)  # as at the next start
    logs.qtbot.addWidget(logs.page)
    text = "iVBORw0KGgoAAAANSUhEUgAA" * 10_000
    tab = logs.shown(recent(payloads=[a_payload(text)]))
    body = tab.detail._request
    with Heartbeat() as heart:
        chosen_detail(tab, logs.until)
        tab.detail.tabs.setCurrentWidget(body)
        logs.qtbot.wait(400)
        shown = body._pretty if mode == "Pretty" else body._raw
        shown.selectAll()
        shown.copy()
    assert max(heart.busy_ms) < 100, sorted(heart.busy_ms)[-5:]
    assert text in QApplication.clipboard().text()


def test_the_details_tell_what_else_was_used(logs: Logs) -> None:
    used = {"web_search_requests": 2, "advisor_input_tokens": 1_900}
    logs.opened.write(recent(detail={"usage": used}))
    told = chosen_detail(logs.shown(), logs.until)
    assert "2 web search requests" in told and "1,900 advisor input" in told


def test_a_credential_that_the_upstream_refuses_is_not_taken_for_ours(logs: Logs) -> None:
    logs.opened.write(recent(outcome=Outcome.FAILED, http_status=401, error="Incorrect API key provided"))
    assert "Failed · HTTP 401 from the upstream" in chosen_detail(logs.shown(), logs.until)


def test_a_row_without_a_user_says_why_and_what_to_do(logs: Logs) -> None:
    nobody = Principal(PrincipalKind.ANONYMOUS, no_user_reason="Unknown key gwd_AbCdEf...")
    refused = recent(principal=nobody, outcome=Outcome.BLOCKED, block_reason="credential", payloads=[])
    logs.opened.write(replace(refused, tokens_in=None, tokens_out=None))
    told = chosen_detail(logs.shown(), logs.until)
    assert "Why is there no user? Unknown key gwd_AbCdEf... Create a key" in told
    assert "first token" not in told  # there was none


@pytest.mark.parametrize(
    ("kind", "reason", "error", "fix"),
    [
        (PrincipalKind.ANONYMOUS, "No credential was sent", "", "or enable OAuth for the proxy"),
        (PrincipalKind.ANONYMOUS, "The access token is unknown; sign in again", "", "Sign in again in the"),
        (PrincipalKind.OAUTH, "The owner of the access token is gone", "", "Add the person under Users"),
        (PrincipalKind.OAUTH, "The upstream's token is opaque, and no introspection", "", "Introspection"),
        (PrincipalKind.OAUTH, "The upstream's token is of ben@x.org, who is no user", "", "with that e-mail"),
        (PrincipalKind.OAUTH, "The upstream's token vouches for no e-mail address", "", "has to vouch for"),
        (PrincipalKind.API_KEY, None, "API keys are not taken at 'openai'", "let keys be good there too"),
        (PrincipalKind.OAUTH, None, "OAuth is off at the proxy 'openai'", "Enable it: OAuth Proxy"),
        (PrincipalKind.OAUTH, None, "The access token has expired", "Sign in again in the application"),
    ],
)
def test_a_refused_sign_in_says_what_helps(
    logs: Logs, kind: PrincipalKind, reason: str | None, error: str, fix: str
) -> None:
    actor = "" if reason else "ana@example.org"
    who = Principal(kind, actor=actor, no_user_reason=reason)
    logs.opened.write(
        recent(principal=who, outcome=Outcome.BLOCKED, block_reason="credential", error=error, payloads=[])
    )
    assert fix in chosen_detail(logs.shown(), logs.until)


@pytest.mark.parametrize("level", [PayloadLevel.NOTHING, PayloadLevel.METADATA])
def test_a_text_that_is_not_stored_says_which_setting_left_it_out(logs: Logs, level: PayloadLevel) -> None:
    tab = logs.shown(recent(payloads=[], detail={"payloads": str(level)}))
    chosen_detail(tab, logs.until)
    assert "Proxies, openai, Stored texts" in tab.detail._request.text()
    assert str(level) in tab.detail._request.text()


def test_at_1280_pixels_the_details_stand_below_so_that_all_columns_stay(logs: Logs) -> None:
    tab = logs.shown(recent())
    chosen_detail(tab, logs.until)
    assert tab.splitter.orientation() is Qt.Orientation.Vertical
    bar = tab.table.horizontalScrollBar()
    assert bar.maximum() == 0
    logs.page.resize(1700, 900)
    logs.until(lambda: tab.splitter.orientation() is Qt.Orientation.Horizontal)
    assert tab.table.horizontalScrollBar().maximum() == 0
    QTest.keyClick(tab.detail, Qt.Key.Key_Escape)
    assert not tab.detail.isVisible()


@pytest.mark.parametrize("size", [(752, 560), (1072, 665)])  # the second: in a window of 1280x720
def test_in_a_low_window_the_chart_makes_room_for_the_details(logs: Logs, size: tuple[int, int]) -> None:
    logs.opened.write(recent())
    logs.page.resize(*size)
    tab = logs.shown()
    assert tab.sums.chart.isVisible()
    chosen_detail(tab, logs.until)
    assert not tab.sums.chart.isVisible()
    QTest.keyClick(tab.table, Qt.Key.Key_Escape)
    assert tab.sums.chart.isVisible() and not tab.detail.isVisible()


def test_who_opens_texts_is_told_once_for_each_exchange(logs: Logs) -> None:
    tab = logs.shown(recent(payloads=[a_payload("a text")]))
    chosen_detail(tab, logs.until)

    def told() -> list[str | None]:
        rows = logs.opened.reader.submit(audit.page, AuditFilter("system")).result().rows
        return [row.target for row in rows if row.method == "payload opened"]

    assert told() == []
    tab.detail.tabs.setCurrentWidget(tab.detail._request)
    tab.detail.tabs.setCurrentWidget(tab.detail._response)
    tab.detail._copy_json()
    logs.until(lambda: len(told()) > 0)
    logs.opened.write(recent())  # after what was queued before
    assert len(told()) == 1


def test_a_copied_curl_command_holds_no_credential(logs: Logs) -> None:
    payload = a_payload()
    payload.part = TextPart("/messages/0/content", "user", "it's <OPENAI_KEY>")
    tab = logs.shown(recent(payloads=[payload], endpoint="POST /v1/chat/completions"))
    chosen_detail(tab, logs.until)
    tab.detail._copy_curl()
    command = QApplication.clipboard().text()
    assert "/openai/v1/chat/completions" in command
    assert "Bearer $GATEWAY_KEY" in command
    assert '"role": "user"' in command and '"model": "gpt-5-mini"' in command


def test_times_are_shown_as_ago_or_exactly(logs: Logs) -> None:
    tab = logs.shown(a_record())
    with logs.qtbot.waitSignal(tab.table.shown):
        tab.clear_filter()
    cell = tab.table.model().index(0, 0)
    logs.page.times.show_relative(False)
    logs.page.times.show_utc(True)
    assert cell.data() == "1 Jan 12:00:00"
    tab.table.entered.emit(cell)  # the mouse comes to it
    assert "2026-01-01 12:00:00.000 UTC" in cell.data(Qt.ItemDataRole.ToolTipRole)
    logs.page.times.show_relative(True)
    assert cell.data() != "1 Jan 12:00:00"


def test_the_chart_shows_latency_tokens_and_cost_and_leaves_out_what_is_not_ticked(logs: Logs) -> None:
    logs.opened.write_many(3, duration_ms=500, cost_nano=20_000_000)
    chart = logs.shown().sums.chart
    logs.until(lambda: len(chart.boxes) == 4)
    assert chart.titles[1:] == ("Latency over time: p50, p95 and p99", "Tokens by model", "Cost by model")
    chart.what.setCurrentIndex(1)
    logs.until(lambda: [one.name for one in (chart.bars() or EMPTY).series] == ["p99", "p95", "p50"])
    assert 490 < (chart.bars() or EMPTY).highest < 510
    chart.what.setCurrentIndex(3)
    logs.until(lambda: "$0.06" in chart.chart.accessibleDescription())
    chart.what.setCurrentIndex(0)
    logs.until(lambda: len(chart.boxes) == 4)
    chart.boxes[0].click()
    assert "success" not in chart.chart.accessibleDescription()


def test_rates_of_success_are_shares_of_each_bar(logs: Logs) -> None:
    outcomes = (Outcome.SUCCESS, Outcome.SUCCESS, Outcome.FAILED)
    logs.shown(*(a_record(kind="mcp", outcome=outcome) for outcome in outcomes))
    logs.page.open_with(tab="mcp")
    chart = logs.page.current.sums.chart
    chart.what.setCurrentIndex(1)
    logs.until(lambda: 99 < (chart.bars() or EMPTY).highest < 101)
    shares = {one.name: round(sum(one.values)) for one in (chart.bars() or EMPTY).series}
    assert shares == {"success": 67, "abandoned": 0, "failed": 33, "blocked": 0}


def test_what_another_page_asks_for_is_shown_where_the_rows_are(logs: Logs) -> None:
    logs.opened.write(recent(), *(a_record(kind="mcp", target="read_file") for _ in range(3)))
    logs.shown(a_record(kind="mcp", target="read_file", outcome=Outcome.BLOCKED))
    logs.page.open_with(filter="user:ana")
    logs.until(
        lambda: logs.page.current.kind.tab == "mcp" and len(logs.page.current.table.window_of_rows.rows) == 4
    )
    assert [logs.page.bar.tabText(place) for place in range(3)] == [
        "LLM Proxy (1)",
        "MCP Proxy",
        "Agent2Agent",
    ]
    logs.page.bar.setCurrentIndex(0)
    assert logs.page.current.filter.text() == "user:ana"
    assert logs.page.bar.tabText(0) == "LLM Proxy"
    logs.page.open_with(filter="status:blocked")
    logs.until(
        lambda: logs.page.current.kind.tab == "mcp" and len(logs.page.current.table.window_of_rows.rows) == 1
    )


def test_a_cost_that_is_hardly_any_is_told_in_the_sums_and_the_details(logs: Logs) -> None:
    tab = logs.shown(recent(cost_nano=900))
    assert "<$0.0001" in chosen_detail(tab, logs.until)
    sums = QTextDocument()
    logs.until(lambda: "cost" in tab.sums.strip.numbers.text())
    sums.setHtml(tab.sums.strip.numbers.text())
    assert "<$0.0001" in sums.toPlainText()
