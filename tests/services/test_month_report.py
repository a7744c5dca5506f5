"""A person's month: the numbers of the user view, everything that people wrote escaped."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from gateway_desktop.core.audit import Outcome
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.ids import new_id
from gateway_desktop.services.month_report import month_report, month_span
from gateway_desktop.store.whose import add_up
from tests.makers import a_principal, a_record
from tests.services.conftest import Office


def test_a_month_has_the_numbers_and_no_markup_of_others(office: Office) -> None:
    now = datetime.now(UTC)
    principal = a_principal(user_id="user-1", actor="ana@example.com")
    said = {"principal": principal, "started_us": now_us(), "payloads": []}
    model = a_record(**said, target="<script>x", cost_nano=2 * 10**9, tokens_in=1_200, tokens_out=300)
    tool = {
        **said,
        "kind": "mcp",
        "proxy": "files",
        "method": "tools/call",
        "target": "read",
        "cost_nano": 0,
        "tokens_in": 0,
        "tokens_out": 0,
    }
    for record in (model, model, a_record(**tool), a_record(**tool, outcome=Outcome.FAILED)):
        office.store.writer.append(replace(record, exchange_id=new_id()))
    office.store.writer.append(a_record(principal=a_principal(user_id="user-2", actor="bo@example.com")))
    office.store.writer.submit(lambda database: add_up(database.raw(), 0)).result()
    page = office.ask(month_report, "ana@example.com", f"{now:%Y-%m}", UTC)
    assert "<script>" not in page
    assert "<div>Requests<b>4</b>" in page and "<div>Cost<b>$4.00</b>" in page
    assert ">3k</b>2.4k in, 600 out<" in page
    model_row = "&lt;script&gt;x</td><td class=n>2</td><td class=n>2,400</td><td class=n>600</td>"
    assert f"<td>{model_row}<td class=n>$4.00</td>" in page
    tool_row = "<td>read</td><td class=n>2</td><td class=n>50.0%</td><td class=n>1</td><td class=n>0</td>"
    assert tool_row in page
    for told in ("Success, 3", "Failed, 1", "&lt;script&gt;x, $4.00", "&lt;script&gt;x, 3k"):
        assert f"<title>{now.day}: {told}</title>" in page
    assert f"<td>{now:%a} {now.day}</td><td class=n>4</td><td class=n>1</td><td class=n>0</td>" in page
    empty = office.ask(month_report, "ana@example.com", "2025-01", UTC)
    assert "Nothing was asked in this month." in empty and "January 2025" in empty


def test_what_cannot_be_told_is_one_sentence(office: Office) -> None:
    with pytest.raises(ConfigurationError, match="month: '2026-13' is not like 2026-01"):
        month_span("2026-13", UTC)
    for month in ("9999-12", "0001-01"):
        with pytest.raises(ConfigurationError, match=f"month: '{month}' is not within 1970-01 and 2099-12"):
            month_span(month, UTC)
    with pytest.raises(ConfigurationError, match="user: 'eve' never asked"):
        office.ask(month_report, "eve", "2026-01", UTC)


def test_a_month_of_this_machine_begins_and_ends_as_its_clocks_went_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as machine:
        machine.setenv("TZ", "Europe/Vienna")
        time.tzset()
        spans = [month_span(month, None) for month in ("2025-01", "2025-03", "2025-07")]
    time.tzset()
    assert spans == [
        month_span(month, ZoneInfo("Europe/Vienna")) for month in ("2025-01", "2025-03", "2025-07")
    ]
