import csv
import io
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gateway_desktop.core.audit import Outcome
from gateway_desktop.core.clock import now_us
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.export_dialog import ExportDialog
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels.alerts.panel import Alerts
from gateway_desktop.ui.panels.audit_logs.panel import AuditLogs
from gateway_desktop.ui.panels.people.panel import People
from gateway_desktop.ui.panels.user_activity.panel import UserActivity
from tests.makers import a_record
from tests.ui.conftest import Opened, Until


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def dialog(context: UiContext, owner: QWidget, text: str, columns: list[str]) -> ExportDialog:
    made = ExportDialog(context, "llm", "LLM Proxy", text, columns)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    made.open_over(owner)
    return made


def test_the_filtered_rows_are_written_all_of_them_and_the_manifest_stands_beside(
    opened: Opened, context: UiContext, qtbot: QtBot, owner: QWidget, until: Until, tmp_path: Path
) -> None:
    now = now_us()
    failed = [a_record(started_us=now, outcome=Outcome.FAILED) for _ in range(3)]
    opened.write(a_record(started_us=now), *failed)
    shown = dialog(context, owner, "status:failed", ["started_us", "actor"])
    until(lambda: shown._rows.text() == "3, the oldest first")
    target = tmp_path / "rows.csv"
    shown._path.setText(str(target))
    shown._visible.setChecked(True)
    QTest.mouseClick(shown.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown._done is not None, timeout=20_000)
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 4
    assert len(rows[0]) == 2
    assert (tmp_path / "rows.csv.manifest.json").is_file()
    assert "3 rows in" in shown._said.text()
    assert shown.action.text() == "Open folder"


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_left(
    opened: Opened, context: UiContext, qtbot: QtBot, owner: QWidget, tmp_path: Path
) -> None:
    opened.write(a_record())
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    shown = dialog(context, owner, "", [])
    shown._path.setText(str(blocked / "rows.csv"))
    QTest.mouseClick(shown.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown.action.isEnabled() and bool(shown._said.text()), timeout=20_000)
    assert shown._done is None


def test_a_file_that_is_there_is_replaced_only_on_request_and_a_file_needs_a_name(
    opened: Opened, context: UiContext, owner: QWidget, until: Until
) -> None:
    opened.write(a_record(started_us=now_us()))
    shown = dialog(context, owner, "", [])
    until(lambda: shown._rows.text() == "1")
    shown._path.setText(" ")
    QTest.mouseClick(shown.action, Qt.MouseButton.LeftButton)
    assert shown._said.text() == "Name the file to write."
    for name in ("~nobody-here/rows.csv", str(context.data / ("a" * 300))):
        shown._path.setText(name)
        QTest.mouseClick(shown.action, Qt.MouseButton.LeftButton)
        assert shown._said.text().startswith("This file cannot be written: ")
    there = context.data / "exports" / "rows.csv"
    there.parent.mkdir()
    there.write_text("mine")
    shown._path.setText("rows.csv")  # beside the others, not wherever the program was started
    QTest.mouseClick(shown.action, Qt.MouseButton.LeftButton)
    assert "is there already" in shown._said.text()
    assert there.read_text() == "mine"
    shown._path.setText("other.csv")
    assert shown.action.text() == "Export"
    shown._path.setText("rows.csv")
    for label in ("Export", "Replace it"):
        assert shown.action.text() == label
        QTest.mouseClick(shown.action, Qt.MouseButton.LeftButton)
    until(lambda: shown._done is not None)
    assert there.read_text() != "mine"


def test_the_page_exports_its_own_filter(opened: Opened, context: UiContext, qtbot: QtBot) -> None:
    opened.write(a_record(started_us=now_us()))
    page = AuditLogs(context)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.current.table.shown):
        page.show()
    page.current.filter.set_text("user:ana")
    assert page.export()
    shown = page.findChild(ExportDialog)
    assert shown is not None
    assert (shown._tab, shown._filter) == ("llm", "user:ana")
    assert shown._columns[:4] == ["started_us", "actor", "proxy", "target"]
    shown.reject()


@pytest.mark.parametrize(("place", "suffix"), [(0, ".csv"), (1, ".jsonl")])
def test_the_name_of_the_file_follows_the_format(
    place: int, suffix: str, context: UiContext, owner: QWidget
) -> None:
    shown = dialog(context, owner, "", [])
    shown._format.setCurrentIndex(1)
    shown._format.setCurrentIndex(place)
    assert shown._path.text().endswith(suffix)


@pytest.mark.parametrize("panel", [UserActivity, Alerts, People])
def test_lists_export_the_rows_of_their_filter(
    opened: Opened, context: UiContext, qtbot: QtBot, until: Until, tmp_path: Path, panel: type[Panel]
) -> None:
    opened.services.people.add_user("ana@example.com").result()
    opened.services.proxies.add(NewProxy("openai", "https://api.example.com")).result()
    opened.write(a_record(started_us=now_us()))
    page = panel(context)
    qtbot.addWidget(page)
    page.show()
    if isinstance(page, People):
        page.open_with(tab="access")
    until(page.export)
    until(lambda: page.findChild(ExportDialog) is not None)
    shown = page.findChild(ExportDialog)
    assert shown is not None
    shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    target = tmp_path / "rows.csv"
    shown._path.setText(str(target))
    QTest.mouseClick(shown.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown._done is not None, timeout=20_000)
    rows = list(csv.reader(io.StringIO(target.read_bytes().decode(), newline="")))
    assert len(rows) - 1 == (0 if panel is Alerts else 1)
    assert shown._rows.text() == ("0" if panel is Alerts else "1")
    if panel is not Alerts:
        assert rows[1][0] == "ana@example.com"


def test_a_database_that_was_taken_away_is_told_in_a_sentence(
    opened: Opened, context: UiContext, owner: QWidget, until: Until
) -> None:
    opened.write(a_record())
    shown = dialog(context, owner, "", [])
    until(lambda: shown._rows.text() == "1")
    opened.store.close()  # which else makes an empty one in its place
    opened.paths.database.unlink()
    QTest.mouseClick(shown.action, Qt.MouseButton.LeftButton)
    until(shown.action.isEnabled)
    assert shown._said.text() == f"Data folder: there is no database in {opened.paths.data}."
