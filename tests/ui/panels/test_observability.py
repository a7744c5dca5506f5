"""Observability: what it shows is what gateway, store and machine say."""

import time
from zoneinfo import ZoneInfo

import pytest
from pytestqt.qtbot import QtBot

from gateway_desktop.core.audit import Outcome
from gateway_desktop.core.clock import datetime_of, now_us
from gateway_desktop.core.figures import Figures, PolicyFigures, ProxyFigures, StoreFigures
from gateway_desktop.services.log_lines import LogLine
from gateway_desktop.services.sinks import NewSink
from gateway_desktop.store.sizes import note_size
from gateway_desktop.ui.panels.observability.charts import LATENCY, SIZE, HistoryChart
from gateway_desktop.ui.panels.observability.columns import LOG_COLUMNS
from gateway_desktop.ui.panels.observability.panel import LOG, SINKS, Observability
from gateway_desktop.ui.panels.settings.integrations import Integrations, SinkDialog
from gateway_desktop.ui.panels.settings.panel import Settings
from gateway_desktop.ui.widgets.confirm import Confirmation
from tests.fakes.receiver import receiver
from tests.makers import a_record
from tests.ui.panels.conftest import Hand, open_part

FIGURES = Figures(
    active=3,
    proxies=(
        ProxyFigures(
            "openai", "llm", 1200, 12, 3, per_minute=20.0, p50_ms=840, p95_ms=4_000, upstream={"5xx": 12}
        ),
        ProxyFigures("files", "mcp", last_error="The upstream cannot be reached"),
    ),
    policies=(PolicyFigures("Watch", 1_000, 10, 5.0),),
    store=StoreFigures(backlog_rows=2_000, lag_ms=1_500, size_bytes=5 << 20),
)


def test_an_empty_house_has_numbers_and_says_what_is_missing(hand: Hand) -> None:
    page = hand.open(Observability)
    hand.until(lambda: page.cards.disk.number != "–")
    assert page.proxies.is_empty() and page.proxies.empty.title.text() == "No proxies yet"
    assert page.cards.cost.note == "no budgets" and page.cards.memory.number.endswith("B")
    assert page.cards.database.note == "growth unknown"


def test_cards_in_two_lines_are_whole_where_the_page_is_as_low_as_it_may_be(hand: Hand) -> None:
    page = hand.open(Observability)
    layout = page.layout()
    assert layout is not None
    wide = 693  # of a window on a screen of 1366x768 at 150 percent

    def settled() -> bool:
        low = layout.totalMinimumHeightForWidth(wide)
        page.resize(wide, low)
        return (
            page.height() == low
            and page.cards.disk.y() > page.cards.flight.y()
            and page.chart.boxes[0].y() < page.chart.boxes[-1].y()  # the legend, too
        )

    hand.until(settled)
    assert page.cards.height() == page.cards.heightForWidth(page.cards.width())


def test_health_of_each_proxy_stands_in_its_row_and_trouble_in_colour(hand: Hand) -> None:
    page = hand.open(Observability)
    page._timer.stop()
    hand.until(lambda: page.cards.disk.number != "–")
    page._show_figures(FIGURES)
    texts = [[column.text(row) for column in page.proxies.table.columns] for row in page.proxies.table.rows()]
    assert texts[0][:6] == ["openai", "LLM", "0", "20", "1,200", "12 (1.0%)"]
    assert (texts[0][-1], texts[1][-1]) == ("5xx", "Failing")
    assert (page.cards.flight.number, page.cards.backlog.note_token) == ("3", "high")
    page.tabs.setCurrentIndex(1)
    assert page.policies.table.columns[4].text(page.policies.table.rows()[0]) == "5 µs"


def test_the_chart_shows_requests_latency_and_size(hand: Hand) -> None:
    hand.opened.write(a_record(duration_ms=100), a_record(duration_ms=100, outcome=Outcome.FAILED))
    for hours in (15, 0):
        hand.opened.store.writer.submit(
            note_size, now_us() - hours * 3_600_000_000, (10 - hours // 5) << 20
        ).result()
    page = hand.open(Observability)
    hand.until(lambda: page.chart.chart.bars() is not None)

    def shown(name: str) -> float:
        bars = page.chart.chart.bars()
        assert bars is not None
        return next(series for series in bars.series if series.name == name).values[-1]

    assert (shown("success"), shown("failed")) == (1, 1)
    page.chart.what.setCurrentIndex(LATENCY)
    assert abs(shown("p95") - 100) < 3
    assert "100" in page.chart.chart.words_of(23) and "p99" in page.chart.chart.accessibleDescription()
    page.chart.what.setCurrentIndex(SIZE)
    assert shown("database") == 10
    hand.until(lambda: page._growth is not None)
    page.chart.chart.range_chosen.emit(now_us() - 3_600_000_000, now_us())
    assert hand.went_to[-1][0] == "audit_logs" and "since:" in str(hand.went_to[-1][1]["filter"])


def test_half_days_of_the_chart_begin_at_midnight_and_noon_of_the_zone(qtbot: QtBot) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    chart = HistoryChart(zone)
    qtbot.addWidget(chart)
    chart.range.setCurrentIndex(2)
    starts = chart.starts(now_us())
    assert len(starts) == 60 and {datetime_of(start, zone).hour for start in starts} == {0, 12}


def test_a_sink_is_tested_from_its_row(hand: Hand) -> None:
    with receiver() as there:
        hand.opened.services.sinks.add(NewSink("hook", "webhook", there.url, records=("exchanges",))).result()
        page = hand.open(Observability)
        page.tabs.setCurrentIndex(SINKS)
        hand.until(lambda: len(page.sinks.table.rows()) == 1)
        assert page.sink_actions.buttons["Test"].isVisible()  # greyed until a sink is chosen
        page.sinks.table.selectRow(0)
        hand.press(page.sink_actions.buttons["Test"])
        hand.until(lambda: len(there.posts) == 1)
        there.answers[:] = [500]
        hand.press(page.sink_actions.buttons["Test"])
        hand.until(lambda: "answered 500" in page.sinks.banner.text())
    hand.press(page.manage)
    assert hand.went_to[-1] == ("settings", {"section": "Integrations"})


def test_the_log_is_read_from_a_level_on_and_an_entry_is_shown_whole(hand: Hand) -> None:
    folder = hand.opened.paths.logs
    folder.mkdir()
    head = "2026-01-01T12:00:0{}.000Z {:<8} main gateway_desktop.app: {}\n"
    lines = [head.format(1, "INFO", "started"), head.format(2, "ERROR", "broke\nTraceback of it")]
    (folder / "gateway-desktop.log").write_text("".join(lines))
    page = hand.open(Observability)
    page.open_with(tab="log")
    assert page.tabs.currentIndex() == LOG
    hand.until(lambda: len(page.log.table.rows()) == 2)
    page.log.level.setCurrentIndex(3)
    hand.until(lambda: [row.level for row in page.log.table.rows()] == ["ERROR"])
    page.log.table.selectRow(0)
    assert "Traceback of it" in page.log.text.toPlainText()


def test_the_log_tells_the_time_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    line = LogLine(1, "2026-01-01T20:30:01.250Z", "INFO", "main", "gateway_desktop.app", "started")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert LOG_COLUMNS[0].text(line) == "05:30:01.250"
        tooltip = LOG_COLUMNS[0].tooltip
        assert tooltip is not None
        assert tooltip(line) == "2026-01-02 05:30:01.250 JST\n2026-01-01 20:30:01.250 UTC"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_page_does_not_look_while_it_is_not_seen(hand: Hand) -> None:
    page = hand.open(Observability)
    hand.until(lambda: page.cards.disk.number != "–")
    page.hide()
    looks = page._looks
    page._look()
    assert page._looks == looks


def test_a_webhook_is_added_in_settings_and_its_key_shown_once(hand: Hand) -> None:
    with receiver() as there:
        page = hand.open(Settings)
        part = open_part(page, "Integrations", Integrations)
        dialog = hand.opens(part.add, page, SinkDialog)
        dialog.kind.choose("webhook")
        hand.fill(dialog.form, name="hook", address="http://example.com")
        hand.press(dialog.action)
        assert "https://" in dialog.form.error("address")
        hand.fill(dialog.form, address=there.url)
        hand.press(dialog.action)
        hand.until(lambda: hasattr(dialog, "made"))
        assert dialog.made.text().startswith("whsec_")
        hand.press(dialog.cancel)
        hand.until(lambda: len(part.table.rows()) == 1)
        part.table.selectRow(0)
        hand.press(part.row_actions.buttons["Remove…"])
        hand.press(hand.dialog(page, Confirmation).action)
        hand.until(part.page.is_empty)
        assert hand.events()[:2] == ["sink removed", "sink created"]


@pytest.mark.slow
def test_looking_takes_the_window_no_time(hand: Hand) -> None:
    hand.opened.write_many(20_000)
    page = hand.open(Observability)
    hand.until(lambda: page.cards.disk.number != "–")
    begun = time.perf_counter()
    for _ in range(20):
        page._look_now()
        page._read_sums()
        page._read_history()
    assert (time.perf_counter() - begun) / 20 < 0.05
