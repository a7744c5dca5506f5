"""Ranked bars: exact numbers, the keyboard, copies, and the way to whom a bar is of."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gateway_desktop.ui.charts.ranked_bars import Ranked, RankedBars

ANA, BO = Ranked("a", "ana@example.com", 30, 2), Ranked("b", "=bo", 4, 0)


def drawn(qtbot: QtBot) -> RankedBars:
    chart = RankedBars("Users with most requests")
    qtbot.addWidget(chart)
    chart.resize(600, 168)
    chart.show_bars([ANA, BO])
    chart.show()
    return chart


def test_a_screen_reader_hears_the_names_and_the_pointer_the_numbers(qtbot: QtBot) -> None:
    chart = drawn(qtbot)
    assert chart.accessibleDescription() == "ana@example.com 32, =bo 4"
    assert chart.bar_at(3) == 0
    assert chart.bar_at(160) is None
    assert ANA.words == "ana@example.com\n2 blocked\n30 allowed"


def test_the_keyboard_and_the_mouse_open_a_bar(qtbot: QtBot) -> None:
    chart = drawn(qtbot)
    opened: list[str] = []
    chart.opened.connect(opened.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(chart, key)
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton)  # its middle is below both bars
    assert opened == ["b"]


def test_what_is_copied_holds_no_formula(qtbot: QtBot) -> None:
    assert drawn(qtbot).csv().splitlines() == ["User,Allowed,Blocked", "ana@example.com,30,2", "'=bo,4,0"]
