"""Audit Logs over a database of `make_rows.py`: `python tests/benchmarks/measure_window.py FOLDER`.

FOLDER holds gateway.sqlite. Each line is the time from the click to the rows on the screen, and the longest
that the main thread was kept busy meanwhile.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from gateway_desktop.core.paths import Paths
from gateway_desktop.ui.application import make_application
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.garbage import GarbageCollector
from gateway_desktop.ui.panels.audit_logs.panel import AuditLogs
from gateway_desktop.ui.tables.record_table import RecordTable
from tests.ui.conftest import Opened
from tests.ui.heartbeat import Heartbeat, p99


def say(line: str) -> None:
    """Write one line."""
    sys.stdout.write(f"{line}\n")


def settle(milliseconds: int) -> None:
    """Let the window do what it wants to do for a while."""
    end = time.perf_counter() + milliseconds / 1000
    while time.perf_counter() < end:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)


def until_shown(table: RecordTable[Any], act: Callable[[], object]) -> float:
    """Return the milliseconds from an action to the rows that it brings."""
    loop = QEventLoop()
    table.shown.connect(loop.quit)
    started = time.perf_counter()
    act()
    loop.exec()
    table.shown.disconnect(loop.quit)
    return (time.perf_counter() - started) * 1000


def measure(page: AuditLogs) -> None:
    """Print each action's time."""
    tab = page.current
    table = tab.table
    bar = table.verticalScrollBar()
    actions: list[tuple[str, Callable[[], object]]] = [
        ("one user of the last 90 days", lambda: tab.filter.set_text("user:user007 since:90d")),
        ("the rarest user", lambda: tab.filter.set_text("user:user199 since:90d")),
        ("failed and blocked", lambda: tab.filter.set_text("status:failed,blocked since:90d")),
        ("all rows", lambda: tab.filter.set_text("since:90d")),
        ("the oldest row", table.go_oldest),
        ("back to the newest row", table.go_newest),
        *[(f"scroll to the end of the page, {n}", lambda: bar.setValue(bar.maximum())) for n in range(1, 6)],
    ]
    for name, act in actions:
        with Heartbeat() as heart:
            shown = until_shown(table, act)
            settle(300)
        say(f"{name:38}{shown:8.0f} ms to the rows{max(heart.busy_ms):8.0f} ms busy at most")
    with Heartbeat() as heart:
        for _ in range(40):
            until_shown(table, lambda: bar.setValue(bar.maximum()))
            settle(30)
    late, busy = p99(heart.late_ms), p99(heart.busy_ms)
    say(f"scrolling through 40 half pages: late p99 {late:.0f} ms, busy p99 {busy:.0f} ms")


def main(folder: Path) -> int:
    """Open the page and measure."""
    resources = Paths(folder).resources
    application = make_application(resources)
    GarbageCollector(application)  # as the application has it
    opened = Opened(folder)
    context = UiContext(opened, folder, resources)
    page = AuditLogs(context)
    page.resize(1280, 800)
    shown = until_shown(page.current.table, page.show)
    say(f"{'first page':38}{shown:8.0f} ms to the rows")
    settle(1000)
    measure(page)
    page.close()
    context.deleteLater()
    application.processEvents()
    opened.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
