"""A dialog that needs more height than the screen has."""

import importlib
import pkgutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from gateway_desktop import ui
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.ui.charts.chart_table import ChartTable
from gateway_desktop.ui.charts.series import Bars, Series
from gateway_desktop.ui.forms.editors import TextEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.panels.audit_logs.go_to_time import GoToTime
from gateway_desktop.ui.shortcuts import ShortcutSheet
from gateway_desktop.ui.tables.date_range import CustomRange
from gateway_desktop.ui.widgets.dialog import Dialog


def shown(qtbot: QtBot, fields: int) -> tuple[Dialog, list[QLineEdit]]:
    dialog = Dialog("Many things", "Save")
    qtbot.addWidget(dialog)
    each = [QLineEdit() for _ in range(fields)]
    for field in each:
        dialog.body.addWidget(field)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog, each


def test_its_buttons_stay_on_the_screen_and_its_fields_can_be_reached(qtbot: QtBot) -> None:
    dialog, fields = shown(qtbot, 60)
    assert dialog.screen().availableGeometry().contains(dialog.frameGeometry())
    assert dialog.rect().contains(dialog.action.geometry())
    last = fields[-1]
    assert last.visibleRegion().isEmpty()
    fields[-2].setFocus()
    QTest.keyClick(fields[-2], Qt.Key.Key_Tab)
    assert last.hasFocus() and not last.visibleRegion().isEmpty()


def test_one_that_has_room_shows_all_and_grows_with_what_is_added(qtbot: QtBot) -> None:
    dialog, fields = shown(qtbot, 3)
    before = dialog.height()
    added = [QLineEdit() for _ in range(3)]
    for field in added:
        dialog.body.addWidget(field)
    qtbot.waitUntil(lambda: dialog.height() > before)
    assert all(field.visibleRegion().boundingRect() == field.rect() for field in (*fields, *added))


def test_one_that_loses_a_pixel_to_rounding_scrolls_nothing(qtbot: QtBot) -> None:
    dialog, fields = shown(qtbot, 3)
    for field in fields:
        field.setFixedHeight(50)
    dialog.fit()
    dialog.resize(dialog.width(), dialog.height() - 1)  # as window systems do at a scale of 1.5
    QApplication.processEvents()
    assert dialog._area.verticalScrollBar().maximum() == 0


def test_one_that_grows_beyond_the_screen_stays_on_it(qtbot: QtBot) -> None:
    dialog, _ = shown(qtbot, 3)
    screen = dialog.screen().availableGeometry()
    dialog.move(dialog.x(), screen.bottom() - dialog.height())
    for _ in range(60):
        dialog.body.addWidget(QLineEdit())
    qtbot.waitUntil(lambda: dialog.height() > screen.height() * 0.9)
    assert screen.contains(dialog.frameGeometry())
    assert dialog.rect().contains(dialog.action.geometry())


def test_one_that_shall_be_high_is_no_higher_than_the_screen(qtbot: QtBot) -> None:
    dialog = Dialog("A long list", "Save")
    qtbot.addWidget(dialog)
    dialog.setMinimumHeight(2000)
    with qtbot.waitExposed(dialog):
        dialog.show()
    assert dialog.screen().availableGeometry().contains(dialog.frameGeometry())
    assert dialog.rect().contains(dialog.action.geometry())


def test_one_that_shall_be_wide_is_no_wider_than_the_screen(qtbot: QtBot) -> None:
    dialog = Dialog("Many columns", "Save", width=3000)
    qtbot.addWidget(dialog)
    dialog.body.addWidget(QLineEdit())
    with qtbot.waitExposed(dialog):
        dialog.show()
    assert dialog.frameGeometry().width() <= dialog.screen().availableGeometry().width()
    assert dialog.rect().contains(dialog.action.geometry())


@pytest.mark.parametrize("place", ["address", "elsewhere"])  # at its field, in the banner
def test_a_long_text_without_a_space_that_a_problem_names_makes_it_no_wider(place: str, qtbot: QtBot) -> None:
    dialog = Dialog("A form", "Save")
    qtbot.addWidget(dialog)
    dialog.add_form(Entry("address", "Address", TextEditor()))
    with qtbot.waitExposed(dialog):
        dialog.show()
    before = dialog.size()
    dialog.show_problem(ConfigurationError(place, f"'{'x' * 2000}' is no address"))
    qtbot.waitUntil(lambda: dialog.height() > before.height())
    assert dialog.width() == before.width()
    assert dialog.rect().contains(dialog.action.geometry())


def test_one_that_a_person_made_smaller_stays_so_and_scrolls(qtbot: QtBot) -> None:
    dialog, fields = shown(qtbot, 10)
    dialog.resize(dialog.width(), dialog.height() - 100)
    smaller = dialog.height()
    qtbot.waitUntil(lambda: fields[-1].visibleRegion().isEmpty())
    QApplication.processEvents()
    assert dialog.height() == smaller and dialog.rect().contains(dialog.action.geometry())


def test_all_dialogs_of_the_window_are_of_this_kind() -> None:
    for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."):
        importlib.import_module(module.name)
    ours = [kind for kind in QDialog.__subclasses__() if kind.__module__.startswith(ui.__name__)]
    assert ours == [Dialog]


def test_the_sheet_of_many_shortcuts_stays_on_the_screen(qtbot: QtBot) -> None:
    sheet = ShortcutSheet("Page", [(f"Ctrl+{n}", f"Action {n}") for n in range(60)])
    with qtbot.waitExposed(sheet):
        sheet.show()
    assert sheet.screen().availableGeometry().contains(sheet.frameGeometry())
    assert sheet.rect().contains(sheet.cancel.geometry())
    sheet.reject()


@pytest.mark.parametrize("place", ["table", "range", "moment"])
def test_small_ones_keep_their_buttons_where_there_is_no_room(place: str, qtbot: QtBot) -> None:
    bars = Bars((0, 1_000_000), 2_000_000, (Series("failed", "critical", (1.0, 2.0)),))
    asked: Dialog
    match place:
        case "table":
            asked = ChartTable("Requests", bars, None)
        case "range":
            asked = CustomRange(0, 1)
        case _:
            asked = GoToTime()
    with qtbot.waitExposed(asked):
        asked.show()
    asked.resize(asked.width(), 160)
    qtbot.waitUntil(lambda: asked.height() < 260)
    assert asked.rect().contains(asked.cancel.geometry())
    asked.reject()


def test_a_long_title_ends_in_dots_and_is_told_in_its_tooltip(qtbot: QtBot) -> None:
    title = f"Remove {'y' * 300}?"
    asked = Dialog(title, "Remove", width=440)
    with qtbot.waitExposed(asked):
        asked.show()
    qtbot.waitUntil(lambda: asked.heading.toolTip() == title)
    asked.reject()


def test_rows_of_a_list_are_as_high_as_elsewhere_in_a_dialog_over_a_page(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    asked = Dialog("Rules", "Save")
    rows = QListWidget()
    rows.addItems(["first", "second"])
    asked.body.addWidget(rows)
    rows.setCurrentRow(0)
    with qtbot.waitExposed(asked):
        asked.open_over(owner)
    first, second = (rows.visualItemRect(rows.item(place)) for place in range(2))
    assert (second.top(), second.height()) == (first.bottom() + 1, first.height())
    asked.reject()
