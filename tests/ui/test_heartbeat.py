import time

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from gateway_desktop.core.clock import now_us
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.panels.audit_logs.panel import AuditLogs
from tests.makers import a_record
from tests.ui.conftest import Opened, Until
from tests.ui.heartbeat import Heartbeat, p99

BUSY_MS = 50
LATE_MS = 250  # other processes of the machine may be at work


def test_a_freeze_is_noticed(qtbot: QtBot) -> None:
    def freeze() -> None:
        end = time.perf_counter() + 0.2
        while time.perf_counter() < end:
            pass

    with Heartbeat() as heart:
        QTimer.singleShot(20, freeze)
        qtbot.wait(400)
    assert max(heart.late_ms) > 150


def test_scrolling_through_thousands_of_rows_does_not_freeze_the_window(
    context: UiContext, opened: Opened, qtbot: QtBot
) -> None:
    opened.write_many(3000)
    page = AuditLogs(context)
    qtbot.addWidget(page)
    page.resize(1040, 740)
    with qtbot.waitSignal(page.current.table.shown):
        page.show()
    table = page.current.table
    bar = table.verticalScrollBar()
    with Heartbeat() as heart:
        while not table.window_of_rows.at_oldest:
            with qtbot.waitSignal(table.shown):
                bar.setValue(bar.maximum())
            qtbot.wait(90)
        while not table.window_of_rows.at_newest:
            with qtbot.waitSignal(table.shown):
                bar.setValue(0)
            qtbot.wait(90)
    assert len(heart.late_ms) > 100
    assert p99(heart.busy_ms) < BUSY_MS, sorted(heart.busy_ms)[-5:]
    assert p99(heart.late_ms) < LATE_MS, sorted(heart.late_ms)[-5:]


def test_following_a_stream_of_new_rows_does_not_freeze_the_window(
    context: UiContext, opened: Opened, qtbot: QtBot, until: Until
) -> None:
    opened.write_many(600)
    page = AuditLogs(context)
    qtbot.addWidget(page)
    page.resize(1040, 740)
    with qtbot.waitSignal(page.current.table.shown):
        page.show()
    left = [40]

    def write_some() -> None:
        left[0] -= 1
        for _ in range(20):
            opened.store.writer.append(a_record(started_us=now_us(), target="gpt-late"), None)

    with Heartbeat() as heart:
        timer = QTimer(interval=50)
        timer.timeout.connect(write_some)
        timer.start()
        until(lambda: left[0] <= 0)
        timer.stop()
    assert p99(heart.busy_ms) < BUSY_MS, sorted(heart.busy_ms)[-5:]
    assert p99(heart.late_ms) < LATE_MS, sorted(heart.late_ms)[-5:]
    until(lambda: ("1,400", "requests") in page.current.sums.strip.facts())
    assert {row.target for row in page.current.table.window_of_rows.rows[:100]} == {"gpt-late"}
