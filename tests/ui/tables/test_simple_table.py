from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gateway_desktop.ui.tables.column import Badge, Column
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.theme import theme


class Thing(NamedTuple):
    """A row."""

    name: str
    size: int | None


COLUMNS: tuple[Column[Thing], ...] = (
    Column(
        "name", "Name", lambda thing: thing.name, stretch=True, tooltip=lambda thing: f"about {thing.name}"
    ),
    Column("size", "Size", lambda thing: thing.size, numeric=True),
    Column("state", "State", lambda thing: thing.name, badge=lambda thing: Badge(thing.name, "success")),
    Column("view", "", lambda _: "View", link=True),
)
THINGS = (Thing("bea", 3), Thing("Ana", 20), Thing("cai", None))


def table(qtbot: QtBot, tmp_path: Path) -> SimpleTable[Thing]:
    state = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    made: SimpleTable[Thing] = SimpleTable(COLUMNS, lambda thing: thing.name, state, "things", "Things")
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    made.show_rows(THINGS)
    return made


def names(shown: SimpleTable[Thing]) -> list[str]:
    return [shown.model().index(row, 0).data() for row in range(shown.model().rowCount())]


def test_rows_are_sorted_by_a_click_on_the_head_numbers_as_numbers(qtbot: QtBot, tmp_path: Path) -> None:
    shown = table(qtbot, tmp_path)
    heads = shown.horizontalHeader()
    heads.sectionClicked.emit(0)
    assert names(shown) == ["Ana", "bea", "cai"]
    heads.sectionClicked.emit(1)
    assert names(shown) == ["cai", "bea", "Ana"]
    heads.sectionClicked.emit(1)
    assert names(shown) == ["Ana", "bea", "cai"]


def test_the_chosen_row_stays_chosen_when_rows_are_read_again(qtbot: QtBot, tmp_path: Path) -> None:
    shown = table(qtbot, tmp_path)
    shown.select("cai")
    said: list[Thing | None] = []
    shown.chosen.connect(said.append)
    shown.show_rows((Thing("cai", 9), Thing("dora", 1)))
    assert shown.current() == Thing("cai", 9)
    assert [index.row() for index in shown.selectionModel().selectedRows()] == [0]
    shown.show_rows((Thing("dora", 1),))
    assert shown.current() is None
    assert said[-1] is None


def test_enter_double_click_and_a_link_open_a_row(qtbot: QtBot, tmp_path: Path) -> None:
    shown = table(qtbot, tmp_path)
    opened: list[Thing] = []
    shown.opened.connect(opened.append)
    shown.selectRow(1)
    QTest.keyClick(shown, Qt.Key.Key_Return)
    link = shown.visualRect(shown.model().index(2, 3)).center()
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=link)
    assert opened == [THINGS[1], THINGS[2]]


def test_a_badge_is_a_picture_that_screen_readers_can_read(qtbot: QtBot, tmp_path: Path) -> None:
    shown = table(qtbot, tmp_path)
    cell = shown.model().index(0, 2)
    assert cell.data() is None
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == "bea"
    in_light = cell.data(Qt.ItemDataRole.DecorationRole).pixmap(200, 18).toImage()
    theme().set_mode("dark")
    in_dark = cell.data(Qt.ItemDataRole.DecorationRole).pixmap(200, 18).toImage()
    theme().set_mode("light")
    assert in_light != in_dark


def test_a_cell_gets_its_tooltip_when_the_mouse_comes(qtbot: QtBot, tmp_path: Path) -> None:
    shown = table(qtbot, tmp_path)
    cell = shown.model().index(1, 0)
    assert cell.data(Qt.ItemDataRole.ToolTipRole) is None
    shown.entered.emit(cell)
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == "about Ana"
