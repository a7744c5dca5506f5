from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gateway_desktop.ui.charts.chart_table import ChartTable, copy_csv
from gateway_desktop.ui.charts.series import Bars, Series
from gateway_desktop.ui.charts.time_series import AXIS_WIDTH, BarChart
from gateway_desktop.ui.theme import SMALL, font, theme
from tests.ui.conftest import Until

HOUR_US = 3_600_000_000
NOON_US = 1_767_268_800_000_000
BARS = Bars(
    tuple(NOON_US + hour * HOUR_US for hour in range(10)),
    NOON_US + 10 * HOUR_US,
    (Series("success", "accent", tuple(range(10))), Series("failed", "high", (1,) * 10)),
)


def chart(qtbot: QtBot, until: Until) -> BarChart:
    made = BarChart("Requests over time")
    qtbot.addWidget(made)
    made.resize(1000 + AXIS_WIDTH, 92)
    made.show()
    made.show_bars(BARS)
    until(lambda: bool(made._items))
    return made


def test_the_exact_numbers_are_told_for_the_bar_under_the_mouse(qtbot: QtBot, until: Until) -> None:
    shown = chart(qtbot, until)
    assert shown.words_at(350).splitlines()[1:] == ["1 failed", "3 success"]
    assert shown.words_at(1000 + AXIS_WIDTH) == ""
    at = QPoint(350, 20)
    QTest.mouseMove(shown._glass, at)
    until(lambda: QToolTip.text() == shown.words_at(350))
    rested = QHelpEvent(QEvent.Type.ToolTip, at, shown._glass.mapToGlobal(at))
    QApplication.sendEvent(shown._glass, rested)
    assert QToolTip.text() == shown.words_at(350)


def test_a_request_of_just_now_is_seen_though_its_bucket_has_only_begun(qtbot: QtBot, until: Until) -> None:
    shown = chart(qtbot, until)
    starts = tuple(NOON_US + hour * HOUR_US for hour in range(0, 168, 2))

    def drawn(last: int) -> list[list[int]]:
        values = (*(0,) * (len(starts) - 1), last)
        shown.show_bars(Bars(starts, starts[-1] + 1_000_000, (Series("success", "accent", values),)))
        picture = shown._plot.grab().toImage()
        return [[picture.pixel(x, y) for y in range(picture.height())] for x in range(picture.width())]

    differ = [x for x, (one, other) in enumerate(zip(drawn(0), drawn(1), strict=True)) if one != other]
    assert len(differ) >= 3 and min(differ) >= 990


def test_the_lines_of_a_chart_of_three_requests_say_what_they_stand_for(qtbot: QtBot, until: Until) -> None:
    shown = chart(qtbot, until)
    shown.show_bars(Bars((NOON_US,), NOON_US + HOUR_US, (Series("success", "accent", (3,)),)))
    axis = shown._plot.getPlotItem().getAxis("right")
    assert axis._tickLevels == [[(2.0, "2"), (4.0, "4")]]


def test_the_axis_has_room_for_what_it_says(qtbot: QtBot, until: Until) -> None:
    shown = chart(qtbot, until)
    shown.measure("Cost over time", "known cost", lambda value: f"${value:,.2f}")
    shown.show_bars(Bars((NOON_US,), NOON_US + HOUR_US, (Series("gpt-5", "accent", (80_000,)),)))
    axis = shown._plot.getPlotItem().getAxis("right")
    assert axis._tickLevels == [[(40_000.0, "$40,000.00"), (80_000.0, "$80,000.00")]]
    widest = QFontMetrics(font(SMALL)).horizontalAdvance("$80,000.00")
    until(lambda: axis.width() > widest)


def test_a_screen_reader_hears_the_sums(qtbot: QtBot, until: Until) -> None:
    shown = chart(qtbot, until)
    assert shown.accessibleDescription() == "55 requests: 45 success, 10 failed"
    shown.show_bars(Bars((NOON_US,), NOON_US + HOUR_US, (Series("success", "accent", (1,)),)))
    assert shown.accessibleDescription() == "1 request: 1 success"


def test_dragging_chooses_a_range_and_a_click_does_not(qtbot: QtBot, until: Until) -> None:
    shown = chart(qtbot, until)
    ranges: list[tuple[int, int]] = []
    shown.range_chosen.connect(lambda since, until: ranges.append((since, until)))
    glass = shown._glass
    QTest.mouseClick(glass, Qt.MouseButton.LeftButton, pos=QPoint(500, 40))
    assert ranges == []
    QTest.mousePress(glass, Qt.MouseButton.LeftButton, pos=QPoint(700, 40))
    QTest.mouseMove(glass, QPoint(400, 40))
    QTest.mouseRelease(glass, Qt.MouseButton.LeftButton, pos=QPoint(200, 40))
    assert ranges == [(NOON_US + 2 * HOUR_US, NOON_US + 7 * HOUR_US)]


def test_the_bars_turn_with_the_theme(qtbot: QtBot, until: Until) -> None:
    shown = chart(qtbot, until)
    in_light = shown.grab().toImage()
    theme().set_mode("dark")
    in_dark = shown.grab().toImage()
    theme().set_mode("light")
    assert in_light != in_dark
    assert shown.grab().toImage() == in_light


def test_the_keyboard_walks_from_bar_to_bar_and_narrows_the_range(qtbot: QtBot, until: Until) -> None:
    shown = chart(qtbot, until)
    ranges: list[tuple[int, int]] = []
    shown.range_chosen.connect(lambda since, until: ranges.append((since, until)))
    for _ in range(3):
        QTest.keyClick(shown, Qt.Key.Key_Left)
    QTest.keyClick(shown, Qt.Key.Key_Return)
    assert ranges == [(NOON_US + 7 * HOUR_US, NOON_US + 8 * HOUR_US)]


def test_the_table_behind_has_every_bar_and_copies_as_csv(qtbot: QtBot, until: Until) -> None:
    shown = chart(qtbot, until)
    QTest.keyClick(shown, Qt.Key.Key_Space)
    table = shown.findChild(ChartTable)
    assert table is not None
    assert table.table.rowCount() == 10
    assert [table.table.item(3, place).text() for place in (2, 3)] == ["3", "1"]  # type: ignore[union-attr]
    copy_csv(BARS)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "From (UTC),Until (UTC),Success,Failed"
    assert lines[4] == "2026-01-01T15:00:00.000000Z,2026-01-01T16:00:00.000000Z,3,1"
    table.accept()
