"""The tabs MCP Proxy and Agent2Agent, in the real window parts, on rows that the real writer wrote."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument, QTextLayout
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gateway_desktop.core.audit import AuditRecord, Outcome
from gateway_desktop.core.clock import now_us
from gateway_desktop.services.audit_columns import COLUMNS
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.panels.audit_logs.a2a import state_badge
from gateway_desktop.ui.panels.audit_logs.panel import KINDS
from gateway_desktop.ui.panels.audit_logs.tab import LogTab
from gateway_desktop.ui.tables.column import Badge
from tests.makers import a_record
from tests.ui.audit_logs import BEA, Logs
from tests.ui.conftest import Opened, Until

TASK = "0f6c1e2a-task"


def called(kind: str, **changes: object) -> AuditRecord:
    """Return an exchange of now without tokens, as both protocols leave it."""
    plain = {"tokens_in": None, "tokens_out": None, "cost_nano": 0, "finish": None, "response_model": None}
    return a_record(started_us=now_us(), kind=kind, **(plain | changes))


def to_agent(**changes: object) -> AuditRecord:
    known = {
        "task": TASK,
        "context": "c1",
        "protocol_version": "1.0",
        "left_out": ["GRPC: gRPC is not proxied"],
    }
    standard = {"target": "Weather agent", "method": "SendMessage", "finish": "completed", "detail": known}
    return called("a2a", **(standard | changes))


def of_tool(**changes: object) -> AuditRecord:
    known = {
        "server": "everything 1.2",
        "protocol_version": "2025-11-25",
        "parameters": '{"message":"hello"}',
    }
    return called("mcp", **({"target": "echo", "method": "tools/call", "detail": known} | changes))


@pytest.fixture
def logs(context: UiContext, opened: Opened, qtbot: QtBot, until: Until) -> Logs:
    return Logs(context, opened, qtbot, until, (1180, 740))


def cells(tab: LogTab) -> dict[str, str]:
    """Return the first row by column."""
    model = tab.table.model()
    return {
        column.name: str(model.index(0, place).data() or "")
        for place, column in enumerate(tab.table.columns)
        if not tab.table.isColumnHidden(place)
    }


def test_a_request_to_an_agent_is_shown_with_agent_method_task_and_state(logs: Logs) -> None:
    logs.opened.write(to_agent())
    shown = cells(logs.shown(tab="a2a"))
    assert (shown["actor"], shown["target"], shown["method"]) == (
        "ana@example.com",
        "Weather agent",
        "SendMessage",
    )
    assert shown["task"] == TASK
    row = logs.page.current.table.window_of_rows.rows[0]
    assert state_badge(row) == Badge("Completed", "success")
    assert "Task state" in [column.title for column in logs.page.current.table.columns if not column.hidden]


def test_a_call_of_a_tool_is_shown_with_method_and_tool_and_no_tokens(logs: Logs) -> None:
    tab = logs.shown(of_tool(), to_agent(), tab="mcp")
    shown = cells(tab)
    assert (shown["method"], shown["target"]) == ("tools/call", "echo")
    assert "tokens_in" not in shown
    hidden = {column.name: column.hidden for column in tab.table.columns}
    assert [name for name in ("server", "protocol_version", "parameters", "session") if hidden[name]]
    tab.table.step(1)
    logs.until(lambda: "everything 1.2" in tab.detail._summary.toPlainText())
    assert '{"message":"hello"}' in tab.detail._summary.toPlainText()
    assert tab.detail._title.text() == "tools/call echo"
    logs.until(lambda: ("1", "call") in tab.sums.strip.facts())
    assert not {"tokens in", "cost"} & {name for _, name in tab.sums.strip.facts()}


def test_success_and_failure_are_told_per_user_and_per_tool(logs: Logs) -> None:
    tab = logs.shown(
        of_tool(),
        of_tool(),
        of_tool(outcome=Outcome.FAILED),
        of_tool(principal=BEA, target="search", outcome=Outcome.FAILED),
        of_tool(principal=BEA, target="search", outcome=Outcome.BLOCKED),
        tab="mcp",
    )
    logs.until(lambda: tab.sums.rates.isVisible())
    users, tools = tab.sums.rates.lines["user"].text(), tab.sums.rates.lines["tool"].text()
    assert "67% ok, 33% failed of 3" in users.replace("\N{NO-BREAK SPACE}", "")
    assert "50% failed of 2, 1 blocked" in users.replace("\N{NO-BREAK SPACE}", "")
    assert "echo" in tools
    assert "search" in tools
    assert "0 abandoned" in tab.sums.rates.lines["tool"].toolTip()


def test_the_number_beside_a_name_from_right_to_left_stands_after_it(logs: Logs) -> None:
    tab = logs.shown(of_tool(target="بحث"), tab="mcp")
    logs.until(lambda: tab.sums.rates.isVisible())
    document = QTextDocument()
    document.setHtml(tab.sums.rates.lines["tool"].text())
    text = document.toPlainText()
    layout = QTextLayout(text)
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    places = [line.cursorToX(text.index(part))[0] for part in ("بحث", "100", "% ok")]  # type: ignore[index]
    assert places == sorted(set(places))


def test_a_narrow_window_names_fewer_and_cuts_none(logs: Logs) -> None:
    tools = [f"{kind}_of_a_rather_long_name" for kind in ("search", "insertion", "removal")]
    logs.opened.write(*(of_tool(target=tool) for tool in tools))
    logs.page.resize(712, 400)
    tab = logs.shown(tab="mcp")
    rates = tab.sums.rates
    logs.until(rates.isVisible)
    line = rates.lines["tool"]
    logs.until(lambda: "2 more" in line.text() and line.sizeHint().width() <= line.width())
    tab.table.step(1)
    logs.until(lambda: tab.detail.isVisible() and not rates.isVisible())
    logs.page.resize(1400, 800)
    logs.until(lambda: rates.isVisible() and "1 more" in line.text())


def test_a_click_on_a_tool_filters_by_it(logs: Logs) -> None:
    tab = logs.shown(of_tool(), of_tool(target="search"), tab="mcp")
    logs.until(lambda: tab.sums.rates.isVisible())
    tab.sums.rates.lines["tool"].linkActivated.emit("tool:search")
    logs.until(lambda: [row.target for row in tab.table.window_of_rows.rows] == ["search"])
    assert "tool:search" in tab.filter.text()


def test_tab_comes_to_the_names_that_filter_and_shows_where_it_is(logs: Logs) -> None:
    tab = logs.shown(of_tool(), of_tool(target="search"), tab="mcp")
    users, tools = tab.sums.rates.lines.values()
    logs.until(lambda: not tools.visibleRegion().isEmpty())
    logs.page.activateWindow()
    logs.until(logs.page.isActiveWindow)
    unmarked = users.grab().toImage()
    users.setFocus(Qt.FocusReason.TabFocusReason)
    assert users.grab().toImage() != unmarked
    for line in (users, tools):  # the only user, then the first tool
        QTest.keyClick(line, Qt.Key.Key_Tab)
        assert tools.hasFocus() and users.grab().toImage() == unmarked
    QTest.keyClick(tools, Qt.Key.Key_Return)
    logs.until(lambda: len(tab.table.window_of_rows.rows) == 1)
    assert f"tool:{tab.table.window_of_rows.rows[0].target}" in tab.filter.text()


def test_the_details_of_a_request_to_an_agent_name_context_protocol_and_what_was_left_out(logs: Logs) -> None:
    tab = logs.shown(to_agent(), tab="a2a")
    tab.table.selectRow(0)
    logs.until(lambda: "gRPC is not proxied" in tab.detail._summary.toPlainText())
    told = tab.detail._summary.toPlainText()
    for word in ("Weather agent", TASK, "c1", "1.0", "Task state"):
        assert word in told
    assert "Cost" not in told


def test_a_filter_by_agent_and_method_shows_only_those(logs: Logs) -> None:
    tab = logs.shown(to_agent(), to_agent(target="Other agent", method="GetTask"), tab="a2a")
    tab.filter.set_text('agent:"Weather agent" method:SendMessage')
    logs.until(lambda: [row.method for row in tab.table.window_of_rows.rows] == ["SendMessage"])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.tab)
def test_what_the_window_shows_can_be_exported(logs: Logs, kind: object) -> None:
    for log in KINDS:
        if log is kind:
            shown = {column.name for column in logs.page.tab(log.tab).table.columns}
            assert shown <= {column.key for column in COLUMNS[log.tab]}
