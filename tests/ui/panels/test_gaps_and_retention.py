"""What is missing is marked, and why; what is due is removed from Settings."""

from gateway_desktop.store.database import Database
from gateway_desktop.ui.panels.audit_logs.panel import AuditLogs
from gateway_desktop.ui.panels.settings.panel import Settings
from gateway_desktop.ui.panels.settings.retention_part import RetentionPart
from gateway_desktop.ui.panels.user_activity.panel import UserActivity
from gateway_desktop.ui.widgets.confirm import Confirmation
from tests.makers import NOON_US, a_record
from tests.ui.conftest import Opened
from tests.ui.panels.conftest import Hand, open_part


def switch(opened: Opened, *states: bool) -> None:
    for state in states:
        opened.services.settings.set("audit.enabled", state).result()


def test_a_time_without_logging_is_marked_in_list_and_chart_and_on_user_activity(hand: Hand) -> None:
    hand.opened.write(a_record())
    switch(hand.opened, False, True)
    page = hand.open(AuditLogs)
    tab = page.current
    hand.until(lambda: "audit logging was off" in tab.sums.gap_note.text())
    hand.until(lambda: bool(tab.sums.chart.chart._gaps))
    bars = tab.sums.chart.chart.bars()
    hand.until(lambda: tab.sums.chart.chart.bars() is not None)
    bars = tab.sums.chart.chart.bars()
    assert bars is not None
    words = [tab.sums.chart.chart.words_of(place) for place in range(bars.count)]
    assert any("Audit logging was off" in each for each in words)
    activity = hand.open(UserActivity)
    hand.until(lambda: "audit logging was off" in activity.gap_note.text())


def test_nothing_is_marked_where_nothing_is_missing(hand: Hand) -> None:
    hand.opened.write(a_record())
    page = hand.open(AuditLogs)
    hand.until(lambda: page.current.sums.chart.chart.bars() is not None)
    assert page.current.sums.gap_note.text() == "" and page.current.sums.chart.chart._gaps == ()


def test_retention_runs_from_settings_and_says_what_is_gone(hand: Hand) -> None:
    batches = hand.opened.store.writer.batches

    def long_ago(_database: Database) -> None:
        batches._clock = lambda: NOON_US - 400 * 86_400_000_000

    hand.opened.store.writer.submit(long_ago).result()
    hand.opened.write(a_record(), a_record())
    page = hand.open(Settings)
    part = open_part(page, "Retention", RetentionPart)
    hand.until(lambda: page.pages["Retention"].form.value("retention.llm_days") == 365)
    hand.press(part.run)
    hand.press(hand.dialog(page, Confirmation).action)
    hand.until(lambda: "Removed 2 rows" in part.banner.text())
    hand.until(lambda: part.gone.text().startswith("2 LLM requests from before"))
    assert hand.events()[0] == "retention run"
    audit = hand.open(AuditLogs)
    audit.current.clear_filter()
    hand.until(lambda: "removed by retention: 2 rows" in audit.current.sums.gap_note.text())
