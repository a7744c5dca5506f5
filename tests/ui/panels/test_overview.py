"""Overview: three steps to the first row with the real gateway, and afterwards the state of everything."""

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gateway_desktop.app import Application, open_application
from gateway_desktop.core.audit import Outcome
from gateway_desktop.core.clock import now_us, start_of_day
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.core.status import State
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.queries.audit import count
from gateway_desktop.store.queries.configuration import key_rows, proxy_rows, user_rows
from gateway_desktop.store.queries.overview import overview
from gateway_desktop.store.queries.paging import parse_filter
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.display import UNKNOWN
from gateway_desktop.ui.panels.overview.columns import LATEST_COLUMNS
from gateway_desktop.ui.panels.overview.first_steps import LINES, STOPPED, WAITING
from gateway_desktop.ui.panels.overview.panel import Overview
from gateway_desktop.ui.panels.proxies.columns import state
from gateway_desktop.ui.panels.proxies.panel import Proxies
from gateway_desktop.ui.panels.proxies.proxy_dialog import ProxyDialog
from tests.end_to_end.program import free_port
from tests.makers import a_record
from tests.ui.conftest import Until
from tests.ui.panels.conftest import Hand


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Application]:
    with open_application(Paths(tmp_path / "live"), {"listen.port": free_port()}) as application:
        application.start_gateway()
        yield application


@pytest.fixture
def live(qtbot: QtBot, running: Application, until: Until, tmp_path: Path) -> Iterator[Hand]:
    """A hand at a window with a real gateway behind it."""
    context = UiContext(running, tmp_path / "live", Paths(tmp_path).resources)
    yield Hand(qtbot, context, running, until)
    context.deleteLater()


@pytest.fixture
def call() -> Iterator[Callable[[str, str], "Future[dict[str, Any]]"]]:
    """Ask the sandbox something in a thread, as a tool of its own would."""
    pool = ThreadPoolExecutor(1)

    def post(url: str, key: str) -> dict[str, Any]:
        body = {"model": "sandbox", "messages": [{"role": "user", "content": "Hello"}]}
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        with urlopen(Request(url, json.dumps(body).encode(), headers), timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    yield lambda url, key: pool.submit(post, url, key)
    pool.shutdown()


def test_the_first_row_stands_there_within_three_steps(
    live: Hand, call: Callable[[str, str], "Future[dict[str, Any]]"]
) -> None:
    live.opened.services.settings.set("inspection.enabled", "false").result()  # no waiting for the detectors
    page = live.open(Overview)
    steps = page.steps
    assert steps.isVisible()
    assert not (steps.proxy_step.done or steps.tool_step.done or steps.row_step.done)
    assert steps.proxy_step.mark.current

    live.press(steps.sandbox)
    live.until(lambda: steps.proxy_step.done and steps.lines.isVisible() and steps.key.text() != "")
    key = steps.key.text()
    assert key.startswith("gwd_")
    assert len(live.opened.reader.submit(proxy_rows).result()) == 1
    assert len(live.opened.reader.submit(user_rows).result()) == 1
    assert len(live.opened.reader.submit(key_rows).result()) == 1

    assert steps.lines.tool() == "curl"
    live.until(lambda: page.focusWidget() is steps.lines.block.button)  # the pressed one is gone
    live.press(steps.lines.block.button)
    copied = QGuiApplication.clipboard().text()
    base = live.context.status().base_url
    assert key in copied
    assert f"{base}/sandbox/" in copied
    assert not steps.row_step.done

    answer = call(f"{base}/sandbox/v1/chat/completions", key)
    assert answer.result(60)["choices"]
    live.until(lambda: steps.row_step.done)
    assert "through sandbox: success" in steps.row_text.text()
    assert page.requests.number == "1"
    assert [row.proxy for row in page.latest.rows()] == ["sandbox"]

    live.press(steps.real)  # what comes next
    assert live.went_to == [("proxies", {"add": True})]

    live.press(steps.close_steps)
    assert not steps.isVisible()
    assert key not in steps.key.text()
    assert not live.open(Overview).steps.isVisible()


def test_why_the_gateway_does_not_start_is_told_above_every_page_and_nowhere_else(live: Hand) -> None:
    control = live.opened.services.gateway_control
    port = control.status().port
    control.stop().result()
    page = live.open(Overview)
    live.until(lambda: page.gateway.switch.text() == "Start gateway")
    with socket.create_server(("127.0.0.1", port)):
        live.press(page.gateway.switch)
        live.until(lambda: page.gateway.state.text() == "Failed")
        live.until(page.gateway.switch.isEnabled)
        assert "is in use" in control.status().problem
    assert not page.banner.text()
    live.press(page.gateway.switch)
    live.until(lambda: page.gateway.state.text() == "Running")
    assert not page.banner.text()


def test_every_tool_has_lines_with_the_key(live: Hand) -> None:
    page = live.open(Overview)
    live.press(page.steps.sandbox)
    live.until(lambda: page.steps.lines.isVisible() and page.steps.key.text() != "")
    lines, key = page.steps.lines, page.steps.key.text()
    tools = [lines.tabs.tabText(index) for index in range(lines.tabs.count())]
    assert tools[0] == "curl"
    assert {"OpenAI SDK", "Anthropic SDK", "Gemini SDK", "Claude Code", "Codex", "Cursor"} <= set(tools)
    for tool in tools:
        lines.choose(tool)
        assert key in lines.text() + lines.block.note.text() or tool == "Cursor", tool


def test_the_gateway_is_stopped_and_started_with_the_button(live: Hand) -> None:
    page = live.open(Overview)
    assert page.gateway.state.text() == "Running"
    live.press(page.gateway.address.button)
    assert QGuiApplication.clipboard().text() == live.context.status().base_url
    live.press(page.gateway.switch)
    live.until(lambda: page.gateway.state.text() == "Stopped")
    assert live.context.status().state is State.STOPPED
    assert page.gateway.address.text() == "not listening"
    live.press(page.gateway.switch)
    live.until(lambda: page.gateway.state.text() == "Running")
    assert live.context.status().state is State.RUNNING


def test_whoever_waits_for_the_first_row_is_told_that_the_gateway_does_not_run(live: Hand) -> None:
    page = live.open(Overview)
    live.press(page.steps.sandbox)
    live.until(lambda: page.steps.row_text.text() == WAITING)
    live.press(page.gateway.switch)
    live.until(lambda: page.steps.row_text.text() == STOPPED)


def test_a_sandbox_that_is_added_again_asks_for_the_key_that_there_is(hand: Hand) -> None:
    hand.opened.services.first_steps.first_key().result()
    hand.opened.services.proxies.remove("sandbox").result()
    page = hand.open(Overview)
    hand.press(page.steps.sandbox)
    hand.until(lambda: page.steps.proxy_step.done and page.steps.lines.isVisible())
    assert page.steps.tool_text.text() == LINES and not page.steps.key.isVisible()
    assert page.steps.new_key.isVisible()
    assert len(hand.opened.reader.submit(key_rows).result()) == 1


def test_a_first_request_that_was_refused_says_why(hand: Hand) -> None:
    hand.opened.services.first_steps.first_key().result()
    page = hand.open(Overview)
    hand.until(lambda: page.steps.row_text.text() == STOPPED)
    nobody = Principal(PrincipalKind.ANONYMOUS, no_user_reason="Unknown key gwd_AbCdEf")
    hand.opened.write(a_record(principal=nobody, outcome=Outcome.BLOCKED, block_reason="credential"))
    hand.until(lambda: page.steps.row_text.text().endswith(": blocked. Refused: Unknown key gwd_AbCdEf."))
    assert not page.steps.row_step.done


def test_a_card_opens_the_rows_that_it_counts(hand: Hand) -> None:
    hand.opened.write_many(1)
    hand.opened.write_many(2, kind="mcp", target="read_file", outcome=Outcome.BLOCKED, block_reason="access")
    page = hand.open(Overview)
    hand.until(lambda: page.requests.number == "3")
    assert [row.target for row in page.latest.rows()].count("read_file") == 2
    hand.press(page.blocked)
    name, wanted = hand.went_to[-1]
    assert name == "audit_logs" and "tab" not in wanted  # it looks itself where the rows are
    found = hand.opened.reader.submit(count, parse_filter("mcp", str(wanted["filter"]))).result()
    assert found == (2, False)


def test_a_dead_upstream_is_diagnosed_in_the_dialog(live: Hand) -> None:
    page = live.open(Proxies)
    live.press(page.add)
    dialog = live.dialog(page, ProxyDialog)
    dialog.provider.choose("ollama")
    live.fill(dialog.form, upstream=f"http://127.0.0.1:{free_port()}")
    live.press(dialog.test)
    live.until(lambda: "cannot be reached" in dialog.diagnosis.summary.text())
    assert dialog.diagnosis.summary.property("banner") == "critical"
    assert dialog.focusWidget() is dialog.test  # and not Cancel, which Enter would press
    live.fill(dialog.form, upstream="http://nobody.invalid")
    live.press(dialog.test)
    live.until(lambda: "is the name right, and this machine online?" in dialog.diagnosis.summary.text())


def test_the_sandbox_can_be_tried_from_its_page(live: Hand) -> None:
    live.opened.services.first_steps.first_key().result()
    page = live.open(Proxies)
    assert page.detail.sandbox.isVisible()
    live.press(page.detail.test)
    live.until(lambda: page.detail.diagnosis.summary.property("banner") == "success")
    assert "Models: sandbox" in page.detail.diagnosis.steps.text()


def test_proxies_shows_that_a_call_failed_while_it_is_looked_at(live: Hand) -> None:
    live.opened.services.settings.set("inspection.enabled", "false").result()  # no waiting for the detectors
    live.opened.services.proxies.add(NewProxy("openai", f"http://127.0.0.1:{free_port()}")).result()
    made = live.opened.services.first_steps.first_key().result()
    page = live.open(Proxies)
    row = next(row for row in page.table.rows() if row.proxy.name == "openai")
    page.table.select(row.proxy.id)
    assert page.detail.said("Last error") == "None"
    headers = {"Authorization": f"Bearer {made.key}"}
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(f"{live.context.status().base_url}/openai/v1/models", headers=headers), timeout=30)
    refused.value.close()
    live.until(lambda: "cannot be reached" in page.detail.said("Last error"))
    assert [state(row) for row in page.table.rows()] == ["Failing", "Running"]


def test_without_a_sandbox_the_steps_lead_to_a_provider_and_to_a_key(hand: Hand) -> None:
    page = hand.open(Overview)
    hand.press(page.steps.provider)
    hand.opened.services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()
    hand.until(lambda: page.steps.proxy_step.done)
    assert "openai" in page.steps.proxy_text.text()
    hand.press(page.steps.new_key)
    assert hand.went_to == [("proxies", {"add": True}), ("api_keys", {"create": True})]


def test_each_number_opens_what_is_behind_it(hand: Hand) -> None:
    hand.opened.write_many(2)
    hand.opened.write_many(1, outcome=Outcome.FAILED, error="Connection refused")
    page = hand.open(Overview)
    hand.until(lambda: page.requests.number == "3")
    assert page.failed.number == "1"
    for card in (page.requests, page.users, page.failed, page.blocked, page.cost):
        hand.press(card)
    names = [name for name, _ in hand.went_to]
    assert names == ["audit_logs", "user_activity", "audit_logs", "audit_logs", "user_activity"]


def test_trouble_is_listed_with_what_went_wrong(hand: Hand) -> None:
    hand.opened.write_many(1)
    hand.opened.write_many(1, outcome=Outcome.FAILED, error="Connection refused by api.openai.com:443")
    page = hand.open(Overview)
    hand.until(lambda: len(page.trouble.rows()) == 1)
    model = page.trouble.model()
    assert model.index(0, 4).data() == "Connection refused by api.openai.com:443"
    page.trouble.opened.emit(page.trouble.rows()[0])
    name, wanted = hand.went_to[-1]
    assert name == "audit_logs"
    assert wanted["filter"] == f"id:{page.trouble.rows()[0].exchange_id}"


def test_a_row_that_came_after_the_question_is_counted_where_it_is_listed(hand: Hand) -> None:
    asked_us = now_us()
    hand.opened.write(a_record(started_us=now_us()))
    found = hand.opened.reader.submit(overview, start_of_day(UTC), asked_us).result()
    assert len(found.latest) == found.today.requests == 1


def test_what_has_no_price_shows_none(hand: Hand) -> None:
    hand.opened.write(a_record(kind="mcp", target="read_file", tokens_in=None, tokens_out=None, cost_nano=0))
    page = hand.open(Overview)
    hand.until(lambda: len(page.latest.rows()) == 1)
    row = {column.name: place for place, column in enumerate(LATEST_COLUMNS)}
    model = page.latest.model()
    assert [model.index(0, row[name]).data() for name in ("input", "output", "cost")] == [UNKNOWN] * 3
    assert "$" not in page.steps.row_text.text()


def test_of_a_refusal_it_is_said_what_the_caller_was_told(hand: Hand) -> None:
    told = "Key gwd_AbCdEf... was revoked"
    hand.opened.write(a_record(outcome=Outcome.BLOCKED, block_reason="credential", error=told))
    page = hand.open(Overview)
    hand.until(lambda: len(page.trouble.rows()) == 1)
    assert page.trouble.model().index(0, 4).data() == f"Refused: {told}"


def test_a_row_that_comes_in_is_shown_without_being_asked_for(hand: Hand) -> None:
    hand.opened.write_many(1)
    page = hand.open(Overview)
    hand.until(lambda: len(page.latest.rows()) == 1)
    hand.opened.write(a_record(target="gpt-new"))
    hand.until(lambda: page.latest.rows()[0].target == "gpt-new")
