from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from gateway_desktop.core.clock import now_us
from gateway_desktop.ui.display import ago
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


def test_on_a_wide_screen_the_column_that_stretches_stays_beside_the_others(
    qtbot: QtBot, tmp_path: Path
) -> None:
    made = table(qtbot, tmp_path)
    narrow = made.columnWidth(0)
    made.resize(3600, 300)
    wide = made.columnWidth(0)
    assert narrow < wide < 1000
    made.resize(600, 300)
    assert made.columnWidth(0) == narrow


def test_a_column_that_stretches_is_dragged_to_a_width_that_stays(qtbot: QtBot, tmp_path: Path) -> None:
    made = table(qtbot, tmp_path)
    stretched, heads = made.columnWidth(0), made.horizontalHeader().viewport()
    edge = QPoint(stretched - 2, 10)
    QTest.mousePress(heads, Qt.MouseButton.LeftButton, pos=edge)
    QTest.mouseMove(heads, edge - QPoint(60, 0))
    QTest.mouseRelease(heads, Qt.MouseButton.LeftButton, pos=edge - QPoint(60, 0))
    assert made.columnWidth(0) == stretched - 60
    made.resize(800, 300)
    assert made.columnWidth(0) == stretched - 60
    made.header._save()
    again = table(qtbot, tmp_path)
    assert again.columnWidth(0) == stretched - 60
    again.header.show_column(0, False)
    again.header.show_column(0, True)
    assert again.columnWidth(0) == stretched - 60
    again.header.reset()
    assert again.columnWidth(0) == stretched


def test_in_a_narrow_window_names_are_read_before_the_rest_is_seen(qtbot: QtBot, tmp_path: Path) -> None:
    made = table(qtbot, tmp_path)
    made.resize(300, 300)
    assert made.columnWidth(0) == 120
    assert made.horizontalScrollBar().maximum() > 0
    made.resize(600, 300)
    assert made.columnWidth(0) > 120 and made.horizontalScrollBar().maximum() == 0


def test_ages_go_on_while_nothing_else_changes(qtbot: QtBot, tmp_path: Path) -> None:
    made = table(qtbot, tmp_path)
    begun = now_us()
    made.columns = (Column("age", "Age", lambda _: begun, lambda _: ago(begun, now_us())), *COLUMNS[1:])
    made.select("Ana")
    first = made.model().index(1, 0)
    qtbot.waitUntil(lambda: str(first.data()).endswith("s ago"))
    assert made.current() == THINGS[1] and made.model().index(1, 2).data() is None  # a badge stays one


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


def heads(shown: SimpleTable[Thing]) -> list[str]:
    columns = range(shown.model().columnCount())
    return [shown.model().headerData(column, Qt.Orientation.Horizontal) for column in columns]


def test_rows_are_sorted_by_a_click_on_the_head_numbers_as_numbers(qtbot: QtBot, tmp_path: Path) -> None:
    shown = table(qtbot, tmp_path)
    header = shown.horizontalHeader()
    header.sectionClicked.emit(0)
    assert names(shown) == ["Ana", "bea", "cai"]
    header.sectionClicked.emit(1)
    assert names(shown) == ["cai", "bea", "Ana"]
    header.sectionClicked.emit(1)
    assert names(shown) == ["Ana", "bea", "cai"]


def test_the_order_a_person_chose_is_kept_until_the_columns_are_reset(qtbot: QtBot, tmp_path: Path) -> None:
    first = table(qtbot, tmp_path)
    first.horizontalHeader().sectionClicked.emit(1)
    first.horizontalHeader().sectionClicked.emit(1)
    again = table(qtbot, tmp_path)
    assert names(again) == ["Ana", "bea", "cai"]
    again.sort_by("size")  # as its page delivers it; a person's choice goes before
    assert names(again) == ["Ana", "bea", "cai"] and heads(again)[:2] == ["Name", "Size\N{NO-BREAK SPACE}↓"]
    again.header.reset()
    assert names(again) == ["cai", "bea", "Ana"] and heads(again)[:2] == ["Name", "Size\N{NO-BREAK SPACE}↑"]
    unsorted = table(qtbot, tmp_path)
    assert names(unsorted) == ["bea", "Ana", "cai"]
    assert heads(unsorted)[:2] == ["Name", "Size"]


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


def test_a_chosen_row_that_goes_is_told_where_no_row_takes_its_place(qtbot: QtBot, tmp_path: Path) -> None:
    shown = table(qtbot, tmp_path)
    shown.show_rows((Thing("cai", 9), Thing("dora", 1)))
    shown.selectRow(1)
    said: list[Thing | None] = []
    shown.chosen.connect(said.append)
    shown.show_rows((shown.rows()[0],))
    assert said == [None]
    shown.selectRow(0)
    shown.show_rows(())
    assert said[1:] == [Thing("cai", 9), None]


def test_a_row_that_is_not_there_yet_is_chosen_when_it_comes(qtbot: QtBot, tmp_path: Path) -> None:
    made = table(qtbot, tmp_path)
    made.select("bea")
    heard: list[Thing] = []
    made.chosen.connect(heard.append)
    made.select("Abe")
    made.show_rows([*THINGS, Thing("dan", 5)])
    assert made.current() == Thing("bea", 3)
    made.show_rows([Thing("Abe", 1), *THINGS])  # in the place where the chosen one was
    assert made.current() == heard[-1] == Thing("Abe", 1)


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


def test_a_text_that_is_cut_stands_in_its_tooltip_whole(qtbot: QtBot, tmp_path: Path) -> None:
    shown = table(qtbot, tmp_path)
    long = "agents/" + "long-name-" * 12
    shown.show_rows([Thing(long, 123_456_789_012)])
    cell, tip = shown.model().index(0, 0), Qt.ItemDataRole.ToolTipRole
    shown.entered.emit(cell)
    assert cell.data(tip) == f"about {long}"  # stands in what the tooltip says
    size = shown.model().index(0, 1)
    shown.entered.emit(size)
    assert not size.data(tip)
    shown.setColumnWidth(1, 40)
    shown.entered.emit(size)
    assert size.data(tip) == "123456789012"
    shown.setColumnWidth(1, 120)
    shown.entered.emit(size)
    assert not size.data(tip)


def test_a_cell_gets_its_tooltip_when_the_mouse_comes(qtbot: QtBot, tmp_path: Path) -> None:
    shown = table(qtbot, tmp_path)
    cell = shown.model().index(1, 0)
    assert cell.data(Qt.ItemDataRole.ToolTipRole) is None
    shown.entered.emit(cell)
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == "about Ana"


SPARE: tuple[Column[Thing], ...] = (
    Column("name", "Name", lambda thing: thing.name, stretch=True),
    Column("size", "Size", lambda thing: thing.size, width=100, spare=1),
    Column("note", "Note", lambda thing: thing.name, width=100, spare=2),
    Column("view", "", lambda _: "View", width=100),
)


def seen(shown: SimpleTable[Thing]) -> list[str]:
    return [column.name for n, column in enumerate(shown.columns) if not shown.isColumnHidden(n)]


def spare_table(qtbot: QtBot, tmp_path: Path, width: int) -> SimpleTable[Thing]:
    state = QSettings(str(tmp_path / "spare.ini"), QSettings.Format.IniFormat)
    made: SimpleTable[Thing] = SimpleTable(SPARE, lambda thing: thing.name, state, "spare", "Things")
    qtbot.addWidget(made)
    made.resize(width, 300)
    made.show()
    made.show_rows(THINGS)
    return made


def test_the_most_spare_columns_give_way_first_and_come_back(qtbot: QtBot, tmp_path: Path) -> None:
    shown = spare_table(qtbot, tmp_path, 600)
    assert seen(shown) == ["name", "size", "note", "view"]
    for width, left in ((400, ["name", "size", "view"]), (300, ["name", "view"]), (150, ["name", "view"])):
        shown.resize(width, 300)
        assert seen(shown) == left
    shown.resize(600, 300)
    assert seen(shown) == ["name", "size", "note", "view"]
    assert shown.model().index(0, 2).data() == "bea"


def test_a_column_without_room_stays_chosen_and_says_so_in_the_menu(qtbot: QtBot, tmp_path: Path) -> None:
    shown = spare_table(qtbot, tmp_path, 400)
    assert shown.header.visible_names() == ["name", "size", "note", "view"]  # what an export has
    menu = shown.header.menu(shown)
    note = next(action for action in menu.actions() if action.text().startswith("Note"))
    assert note.text() == "Note (no room now)" and note.isChecked()
    shown.header.show_column(1, False)  # makes room
    assert seen(shown) == ["name", "note", "view"]


def test_a_column_that_gave_way_keeps_the_width_a_person_gave_it(qtbot: QtBot, tmp_path: Path) -> None:
    shown = spare_table(qtbot, tmp_path, 600)
    shown.setColumnWidth(2, 140)
    shown.resize(300, 300)
    state = QSettings(str(tmp_path / "spare.ini"), QSettings.Format.IniFormat)

    def kept() -> bool:
        state.sync()
        return "140" in str(state.value("tables/spare/widths"))

    qtbot.waitUntil(kept)
    assert not state.value("tables/spare/hidden")
    again = spare_table(qtbot, tmp_path, 700)
    assert again.columnWidth(2) == 140


def test_the_menu_key_asks_for_the_chosen_row(qtbot: QtBot, tmp_path: Path) -> None:
    shown = table(qtbot, tmp_path)
    asked: list[Thing] = []
    shown.row_menu = lambda row, _menu: asked.append(row)
    shown.selectRow(0)
    at = shown.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle).center()  # as Qt does for the key
    key = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(shown, QContextMenuEvent(key, at, shown.mapToGlobal(at)))
    assert asked == [THINGS[0]] and shown.current() == THINGS[0]
    menu = shown.findChild(QMenu)
    assert menu is not None
    menu.close()


def test_chosen_rows_are_copied_as_they_are_shown_and_hold_no_formula(qtbot: QtBot, tmp_path: Path) -> None:
    shown = table(qtbot, tmp_path)
    shown.setSelectionMode(SimpleTable.SelectionMode.ExtendedSelection)
    shown.show_rows((Thing("=1+1", 3), Thing("Ana\tMaria", 20)))
    shown.selectAll()
    QTest.keyClick(shown, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "'=1+1\t3\t'=1+1\tView\nAna Maria\t20\tAna Maria\tView"
