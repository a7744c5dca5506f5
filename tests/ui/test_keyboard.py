"""The keyboard alone: where a dialog begins, what Enter and Escape do, what shows where the keyboard is."""

from concurrent.futures import Future
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTableView, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.ui.boxes import in_row
from gateway_desktop.ui.charts.choice_chart import ChoiceChart
from gateway_desktop.ui.charts.series import Bars, Series
from gateway_desktop.ui.charts.time_series import BarChart
from gateway_desktop.ui.forms.editors import TextEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.forms.tick_list import TickListEditor
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels import PANELS
from gateway_desktop.ui.panels.people.group_dialogs import MembersDialog
from gateway_desktop.ui.panels.people.panel import People
from gateway_desktop.ui.panels.policies.dialogs import DocumentDialog, TryDialog, VersionsDialog
from gateway_desktop.ui.panels.policies.panel import Policies
from gateway_desktop.ui.panels.proxies.access_dialog import AccessDialog
from gateway_desktop.ui.panels.proxies.panel import Proxies
from gateway_desktop.ui.panels.proxies.proxy_dialog import ProxyDialog
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.theme import ROW_HEIGHT, theme
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.dialog import Dialog
from gateway_desktop.ui.widgets.flow import Flow
from tests.ui.panels.conftest import Hand, hand
from tests.ui.reachable import nameless, stops

__all__ = ["hand"]


def set_up(hand: Hand) -> None:
    hand.opened.services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_what_tab_leads_to_on_a_page_shows_that_the_keyboard_is_there(
    hand: Hand, panel: type[Panel], mode: str
) -> None:
    theme().set_mode(mode)
    set_up(hand)
    hand.opened.services.people.add_user("ana@example.org", "Ana").result()
    hand.opened.write_many(3)
    page = hand.open(panel)
    page.activateWindow()
    hand.until(page.isActiveWindow)
    tables = page.findChildren(QTableView)
    hand.until(lambda: all(table.model().rowCount() for table in tables if table.isVisible()))
    for table in tables:
        table.selectRow(0)
    hand.wait_for_answers(page)
    hand.until(lambda: all(chart._items for chart in page.findChildren(BarChart) if chart.bars()))
    for _ in range(3):  # what came last has its place
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    unmarked = []
    for each in stops(page):
        each.setFocus(Qt.FocusReason.TabFocusReason)
        marked = page.grab().toImage()
        each.clearFocus()
        if page.grab().toImage() == marked:
            unmarked.append(f"{type(each).__name__} {each.accessibleName()}")
    theme().set_mode("light")
    assert unmarked == []


def test_a_dialog_without_a_form_begins_in_the_first_thing_to_use(hand: Hand) -> None:
    set_up(hand)
    page = hand.open(Proxies)
    page.row_actions.run(page.row_actions.named("Access"))
    dialog = hand.dialog(page, AccessDialog)
    assert dialog.focusWidget() is dialog.everyone
    assert nameless(dialog) == []
    hand.until(dialog.isActiveWindow)
    QTest.keyClick(dialog.everyone, Qt.Key.Key_Down)
    assert dialog.only.isChecked()
    dialog.ticks[next(iter(dialog.ticks))].setFocus()
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Space)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    hand.wait_closed(page, AccessDialog)
    assert hand.opened.services.proxies.get("openai").result().restricted


def test_delete_asks_about_the_chosen_row_and_only_in_its_table(hand: Hand) -> None:
    set_up(hand)
    page = hand.open(Proxies)
    page.activateWindow()
    hand.until(page.isActiveWindow)
    page.table.selectRow(0)
    page.detail.address.line.setFocus()
    QTest.keyClick(page.detail.address.line, Qt.Key.Key_Delete)
    assert not any(dialog.isVisible() for dialog in page.findChildren(Confirmation))
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    dialog = hand.dialog(page, Confirmation)
    assert dialog.heading.text() == "Remove openai?"
    dialog.reject()


def test_escape_ends_a_search_and_goes_back_to_all_rows(hand: Hand) -> None:
    for number in range(9):
        hand.opened.services.proxies.add(NewProxy(f"proxy-{number}", "https://api.example.com")).result()
    page = hand.open(Proxies)
    page.activateWindow()
    hand.until(page.isActiveWindow)
    page.page.focus_find()
    QTest.keyClicks(page.page.search, "proxy-3")
    assert [row.proxy.name for row in page.table.rows()] == ["proxy-3"]
    QTest.keyClick(page.page.search, Qt.Key.Key_Escape)
    assert len(page.table.rows()) == 9 and page.page.search.text() == ""
    assert page.table.hasFocus()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_ctrl_enter_does_what_the_button_does_where_enter_alone_begins_a_line(
    hand: Hand, key: Qt.Key
) -> None:
    page = hand.open(Policies)
    page.open_new()
    dialog = hand.dialog(page, DocumentDialog)
    dialog.tabs.setCurrentWidget(dialog.text)
    dialog.text.setPlainText("name: Ours\nrules: []")
    dialog.text.setFocus()
    hand.until(dialog.isActiveWindow)
    QTest.keyClick(dialog.text, key)
    assert dialog.document() == "\nname: Ours\nrules: []"
    QTest.keyClick(dialog.text, key, Qt.KeyboardModifier.ControlModifier)
    hand.wait_closed(page, DocumentDialog)
    hand.until(lambda: "Ours" in [row.name for row in page.table.rows()])


def test_the_keyboard_stays_on_a_button_whose_dialog_stays_open(qtbot: QtBot) -> None:
    dialog = Dialog("Try", "Try")
    dialog.body.addWidget(QLineEdit())
    qtbot.addWidget(dialog)
    answer: Future[None] = Future()
    dialog.do(lambda: answer)
    with qtbot.waitExposed(dialog):
        dialog.show()
    dialog.action.setFocus()
    QTest.keyClick(dialog.action, Qt.Key.Key_Space)
    assert not dialog.action.isEnabled()
    answer.set_exception(Unavailable("It is away."))
    qtbot.waitUntil(dialog.action.isEnabled)
    assert dialog.focusWidget() is dialog.action


def test_escape_leaves_a_dialog_and_nothing_is_done(hand: Hand) -> None:
    set_up(hand)
    page = hand.open(Proxies)
    page.open_add()
    dialog = hand.dialog(page, ProxyDialog)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Escape)
    hand.wait_closed(page, ProxyDialog)
    assert [row.proxy.name for row in page.table.rows()] == ["openai"]


def test_escape_asks_before_what_was_typed_is_lost(hand: Hand) -> None:
    set_up(hand)
    page = hand.open(Proxies)
    page.open_add()
    dialog = hand.dialog(page, ProxyDialog)
    name = dialog.form.editor("name").control
    QTest.keyClicks(name, "mistral")
    QTest.keyClick(name, Qt.Key.Key_Escape)
    question = hand.dialog(dialog, Dialog)
    assert question.heading.text() == "Discard the changes?"
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert dialog.isVisible() and "mistral" in dialog.form.value("name")
    dialog.close()  # as the window's own button does
    hand.press(hand.dialog(dialog, Dialog).action)
    hand.wait_closed(page, ProxyDialog)
    page.row_actions.run(page.row_actions.named("Remove…"))
    asked = hand.dialog(page, Confirmation)
    QTest.keyClicks(asked.line, "open")
    QTest.keyClick(asked.line, Qt.Key.Key_Escape)  # of a word to confirm nothing is lost
    hand.wait_closed(page, Confirmation)


def test_a_question_about_what_cannot_be_undone_waits_for_the_word(hand: Hand) -> None:
    set_up(hand)
    page = hand.open(Proxies)
    page.row_actions.run(page.row_actions.named("Remove…"))
    dialog = hand.dialog(page, Confirmation)
    assert dialog.focusWidget() is dialog.line
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.isVisible() and not dialog.action.isEnabled()
    QTest.keyClicks(dialog.line, "openai")
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    hand.wait_closed(page, Confirmation)
    hand.until(lambda: not page.table.rows())


def test_a_word_to_type_is_shown_as_it_is(qtbot: QtBot) -> None:
    dialog = Confirmation("Remove?", "", "Remove", lambda: pytest.fail(), typed="<b>a & b</b>")
    qtbot.addWidget(dialog)
    assert any("&lt;b&gt;a &amp; b" in label.text() for label in dialog.findChildren(QLabel))


def test_the_policy_dialogs_begin_above_their_buttons_and_say_all_names(hand: Hand) -> None:
    hand.opened.services.policies.save("name: Ours\nrules: []", "first").result()
    page = hand.open(Policies)
    page.open_new()
    dialog = hand.dialog(page, DocumentDialog)
    assert dialog.focusWidget() not in (dialog.cancel, dialog.action, None)
    assert nameless(dialog) == []
    dialog.reject()
    page.table.selectRow(0)
    page.row_actions.run(page.row_actions.named("Versions"))
    versions = hand.dialog(page, VersionsDialog)
    assert versions.focusWidget() is versions.list
    assert versions.list.item(0).text().endswith("· first")
    assert "\n" not in versions.list.item(0).text().partition("\n")[2]


def test_a_text_for_policies_is_typed_at_once_and_tab_leaves_it(hand: Hand) -> None:
    page = hand.open(Policies)
    page.open_try()
    trial = hand.dialog(page, TryDialog)
    assert trial.focusWidget() is trial.text
    QTest.keyClick(trial.text, Qt.Key.Key_Tab)
    assert trial.focusWidget() is trial.outcome
    trial.reject()
    page.open_new()
    document = hand.dialog(page, DocumentDialog)
    document.tabs.setCurrentWidget(document.text)
    document.text.setFocus()
    before = document.text.toPlainText()
    QTest.keyClick(document.text, Qt.Key.Key_Tab)
    assert document.focusWidget() is not document.text
    assert document.text.toPlainText() == before


def test_a_list_of_ticks_shows_where_the_keyboard_is_and_space_ticks(qtbot: QtBot) -> None:
    editor = TickListEditor([(name, name) for name in "abcdefghijklmnopqrstuvwxyz"])
    qtbot.addWidget(editor)
    editor.show()
    assert stops(editor) == [editor.search, editor.list]
    editor.list.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(editor.list, Qt.Key.Key_Down)
    QTest.keyClick(editor.list, Qt.Key.Key_Space)
    assert editor.value() == tuple(item.text() for item in editor.list.selectedItems()) != ()


def test_what_is_pasted_into_a_search_is_found_without_the_space_around_it(qtbot: QtBot) -> None:
    editor = TickListEditor([(name, name) for name in "abcdefghijklmnopqrstuvwxyz"])
    qtbot.addWidget(editor)
    editor.search.insert(" m\n")
    assert [item.text() for item in map(editor.list.item, range(26)) if not item.isHidden()] == ["m"]


def test_tab_leads_through_the_search_of_a_list_of_ticks_both_ways(qtbot: QtBot) -> None:
    dialog = Dialog("Choose", "Save")
    ticks = TickListEditor([(name, name) for name in "abcdefghijklmnopqrstuvwxyz"])
    before, after = TextEditor(), TextEditor()
    dialog.add_form(Entry("a", "Before", before), Entry("b", "Letters", ticks), Entry("c", "After", after))
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    way = [before.line, ticks.search, ticks.list, after.line]
    for key, stops_ in ((Qt.Key.Key_Tab, way), (Qt.Key.Key_Backtab, way[::-1])):
        stops_[0].setFocus()
        for here, there in pairwise(stops_):
            QTest.keyClick(here, key)
            assert dialog.focusWidget() is there
    dialog.reject()


def test_the_members_of_a_group_are_ticked_at_once(hand: Hand) -> None:
    hand.opened.services.people.add_user("ana@example.org", "Ana").result()
    page = hand.open(People)
    page.tabs.setCurrentIndex(1)
    hand.until(lambda: bool(page.groups.rows()))
    page.groups.selectRow(0)
    page.group_actions.run(page.group_actions.named("Members"))
    dialog = hand.dialog(page, MembersDialog)
    assert dialog.focusWidget() is dialog.ticks.list
    dialog.reject()


def test_enter_in_the_search_of_a_list_of_ticks_leads_to_what_was_found_and_accepts_no_dialog() -> None:
    dialog = Dialog("Choose", "Save")
    editor = TickListEditor([(name, name) for name in "abcdefghijklmnopqrstuvwxyz"])
    dialog.add_form(Entry("letters", "Letters", editor))
    saved: list[object] = []
    dialog.action.clicked.connect(lambda: saved.append(editor.value()))
    dialog.show()
    QTest.keyClicks(editor.search, "m")
    QTest.keyClick(editor.search, Qt.Key.Key_Return)
    QTest.keyClick(editor.list, Qt.Key.Key_Space)
    assert (editor.value(), saved) == (("m",), [])
    dialog.reject()


def test_tab_follows_a_row_of_choices_and_a_legend_drawn_later(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    flow, chart = Flow(), ChoiceChart(("Requests", "Cost"))
    first, third, second = (QPushButton(name) for name in ("first", "third", "second"))
    flow.add(first)
    flow.add(third)
    last = QPushButton("last")
    column = QVBoxLayout(owner)
    for widget in (flow, chart, last):
        column.addWidget(widget)
    flow.insert_widget(1, second)
    owner.show()
    chart.show_choice(0, Bars((0, 10), 20, (Series("all", "accent", (1, 2)),)), "requests")
    qtbot.waitUntil(lambda: all(box.isVisible() for box in chart.boxes))
    assert stops(owner) == [first, second, third, chart.what, *chart.boxes, chart.chart, last]


def test_a_filter_in_force_shows_that_the_keyboard_is_there_by_a_wider_frame(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    button = QPushButton("Status")
    button.setProperty("active", "true")
    in_row(button, of=owner, margins=8)
    with qtbot.waitActive(owner):
        owner.show()
        owner.activateWindow()
    inner = button.width() // 2, 1  # below the outer pixel, which has this colour anyway
    size = button.sizeHint()
    button.setFocus()
    assert button.grab().toImage().pixelColor(*inner) == theme().color("accent")
    assert button.sizeHint() == size
    button.clearFocus()
    assert button.grab().toImage().pixelColor(*inner) == theme().color("surface")


COLUMNS: tuple[Column[str], ...] = (Column("name", "Name", lambda row: row, width=200),)


def test_a_table_shows_at_which_row_the_keyboard_is(qtbot: QtBot, tmp_path: Path) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    button = QPushButton("before")
    state = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    table: SimpleTable[str] = SimpleTable(COLUMNS, lambda row: row, state, "rows", "Rows")
    column = QVBoxLayout(owner)
    column.addWidget(button)
    column.addWidget(table)
    owner.resize(400, 300)
    with qtbot.waitActive(owner):
        owner.show()
        owner.activateWindow()
    table.show_rows(["a", "b"])
    button.setFocus()
    assert table.current() is None
    QTest.keyClick(button, Qt.Key.Key_Tab)
    qtbot.waitUntil(table.hasFocus)
    assert table.current() == "a" and table.selectionModel().isRowSelected(0)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert table.current() == "b"
    ground = table.viewport().grab().toImage().pixelColor(190, 30 + 10)
    assert ground == theme().color("accent background")
    line = table.viewport().grab().toImage().pixelColor(190, 2 * ROW_HEIGHT - 1)
    assert line == theme().color("accent")  # the ground alone is hardly another than that of a chosen row
    button.setFocus()
    assert table.viewport().grab().toImage().pixelColor(190, 30 + 10) == QColor(theme().hex("selection"))
