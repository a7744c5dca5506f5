"""A person's month: the numbers of the user view, everything that people wrote escaped."""

import re
import time
from datetime import UTC, datetime

import pytest

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.services.month_report import month_report, month_span
from tests.makers import a_principal, a_record
from tests.services.conftest import Office


def test_a_month_has_the_numbers_and_no_markup_of_others(office: Office) -> None:
    now = datetime.now(UTC)
    principal = a_principal(user_id="user-1", actor="ana@example.com")
    record = a_record(principal=principal, target="<script>x", started_us=time.time_ns() // 1000)
    for _ in range(3):
        office.store.writer.append(record)
    office.store.writer.append(a_record(principal=a_principal(user_id="user-2", actor="bo@example.com")))
    office.store.writer.submit(lambda _database: None).result()
    page = office.ask(month_report, "ana@example.com", f"{now:%Y-%m}", UTC)
    assert "<script>" not in page and "&lt;script&gt;x" in page
    assert "<td>Requests</td><td class=n>3</td>" in page
    assert f"Day {now.day}: 3</title>" in page
    assert len(re.findall("<rect ", page)) >= 28
    empty = office.ask(month_report, "ana@example.com", "2025-01", UTC)
    assert "Nothing was asked in this month." in empty


def test_what_cannot_be_told_is_one_sentence(office: Office) -> None:
    with pytest.raises(ConfigurationError, match="month: '2026-13' is not like 2026-01"):
        month_span("2026-13", UTC)
    with pytest.raises(ConfigurationError, match="user: 'eve' never asked"):
        office.ask(month_report, "eve", "2026-01", UTC)
