from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gateway_desktop.store.queries import audit
from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.store.queries.paging import AuditFilter, Page, parse_filter
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.tables.page_window import MOST
from gateway_desktop.ui.tables.record_table import RecordTable
from gateway_desktop.ui.theme import ROW_HEIGHT
from tests.ui.conftest import Opened, Until

ROWS = 10_500
Table = RecordTable[AuditRow]
COLUMNS: tuple[Column[AuditRow], ...] = (
    Column("user", "User", lambda row: row.actor, stretch=True),
    Column("session", "Session", lambda row: row.session, hidden=True),
    Column("tokens", "Tokens", lambda row: row.tokens_in, numeric=True),
)


class Source:
    """Asks the store, and counts how often."""

    def __init__(self, context: UiContext, text: str = "") -> None:
        self.context = context
        self.asked = parse_filter("llm", text)
        self.questions = 0

    def __call__(self, *, before: int | None, after: int | None, limit: int) -> "Future[Page[AuditRow]]":
        self.questions += 1
        return self.context.ask(page, self.asked, before, after, limit)


def page(
    database: object, asked: AuditFilter, before: int | None, after: int | None, limit: int
) -> Page[AuditRow]:
    return audit.page(database, asked, before=before, after=after, limit=limit)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def long_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of some ten thousand rows, written once."""
    folder = tmp_path_factory.mktemp("long")
    behind = Opened(folder)
    behind.write_many(ROWS - 100)
    behind.write_many(100, session="late")
    behind.store.close()
    return folder


@pytest.fixture
def long(long_folder: Path, qtbot: QtBot) -> Iterator[UiContext]:
    behind = Opened(long_folder)
    yield UiContext(behind, long_folder, behind.paths.resources)
    behind.store.close()


def shown(qtbot: QtBot, context: UiContext, tmp_path: Path) -> Table:
    """Return a table of about 20 visible rows."""
    state = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    made: Table = RecordTable(COLUMNS, lambda row: row.id, state, "test", "Rows")
    qtbot.addWidget(made)
    made.resize(600, 600)
    made.show()
    with qtbot.waitSignal(made.shown):
        made.show_query(Source(context))
    return made


@pytest.fixture
def table(qtbot: QtBot, long: UiContext, tmp_path: Path) -> Table:
    return shown(qtbot, long, tmp_path)


def at_newest(table: Table) -> bool:
    return table.window_of_rows.at_newest


def ids(table: Table) -> list[int]:
    return [row.id for row in table.window_of_rows.rows]


def test_the_whole_query_is_walked_down_and_up_and_never_more_than_500_rows_are_held(
    table: Table, qtbot: QtBot
) -> None:
    bar = table.verticalScrollBar()
    seen: dict[int, None] = dict.fromkeys(ids(table))
    newest = ids(table)[0]
    while not table.window_of_rows.at_oldest:
        with qtbot.waitSignal(table.shown):
            bar.setValue(bar.maximum())
        seen |= dict.fromkeys(ids(table))
        assert table.window_of_rows.model.rowCount() == len(ids(table)) <= MOST
    assert len(seen) == ROWS
    assert list(seen) == sorted(seen, reverse=True)
    while not at_newest(table):
        with qtbot.waitSignal(table.shown):
            bar.setValue(0)
        assert table.window_of_rows.model.rowCount() == len(ids(table)) <= MOST
    assert ids(table)[0] == newest


def test_the_rows_on_the_screen_stay_where_they_are_when_others_are_loaded_and_dropped(
    table: Table, qtbot: QtBot, until: Until
) -> None:
    bar = table.verticalScrollBar()
    for _ in range(4):
        with qtbot.waitSignal(table.shown):
            bar.setValue(bar.maximum() - 50 * ROW_HEIGHT)
            top = table.window_of_rows.rows[table.rowAt(0)].id
        assert table.window_of_rows.rows[table.rowAt(0)].id == top
    assert not table.window_of_rows.at_newest
    until(lambda: not table.is_loading())
    with qtbot.waitSignal(table.shown):
        bar.setValue(40 * ROW_HEIGHT)
        top = table.window_of_rows.rows[table.rowAt(0)].id
    assert table.window_of_rows.rows[table.rowAt(0)].id == top


def test_new_rows_that_arrive_after_a_person_scrolled_away_move_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    behind = Opened(tmp_path)
    behind.write_many(60)
    table = shown(qtbot, UiContext(behind, tmp_path, behind.paths.resources), tmp_path)
    behind.write_many(5)
    with qtbot.waitSignal(table.shown):
        table.follow()
        table.verticalScrollBar().setValue(10 * ROW_HEIGHT)
        top = table.window_of_rows.rows[table.rowAt(0)].id
    assert len(ids(table)) == 65
    assert table.window_of_rows.rows[table.rowAt(0)].id == top
    behind.store.close()


def test_oldest_newest_and_a_moment_are_one_question_away(table: Table, qtbot: QtBot) -> None:
    newest = ids(table)[0]
    with qtbot.waitSignal(table.shown):
        QTest.keyClick(table, Qt.Key.Key_End)
    assert table.window_of_rows.at_oldest
    oldest = ids(table)[-1]
    assert table.rowAt(table.viewport().height() - 2) == len(ids(table)) - 1
    with qtbot.waitSignal(table.shown):
        QTest.keyClick(table, Qt.Key.Key_Home)
    assert ids(table)[0] == newest
    middle = (oldest + newest) // 2
    with qtbot.waitSignal(table.shown):
        table.go_before(middle)
    assert ids(table)[0] < middle
    assert not table.window_of_rows.at_newest


def test_j_and_k_walk_through_the_filtered_rows(table: Table) -> None:
    chosen: list[AuditRow] = []
    table.chosen.connect(chosen.append)
    for key in (Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_K):
        QTest.keyClick(table, key)
    assert [row.id for row in chosen] == [ids(table)[place] for place in (0, 1, 2, 1)]


def test_the_chosen_row_is_kept_while_others_move_and_nothing_else_is_chosen_instead(
    table: Table, qtbot: QtBot
) -> None:
    bar = table.verticalScrollBar()
    table.step(1)
    table.step(5)
    kept = table.current()
    chosen: list[AuditRow] = []
    table.chosen.connect(chosen.append)
    while at_newest(table):
        with qtbot.waitSignal(table.shown):
            bar.setValue(bar.maximum())
    assert table.current() is None
    assert table.selectionModel().selectedRows() == []
    while not at_newest(table):
        with qtbot.waitSignal(table.shown):
            bar.setValue(0)
    assert table.current() == kept
    assert [index.row() for index in table.selectionModel().selectedRows()] == [5]
    assert chosen == []


def test_a_page_that_was_fetched_is_not_asked_for_again(table: Table, qtbot: QtBot, long: UiContext) -> None:
    source = Source(long)
    with qtbot.waitSignal(table.shown):
        table.show_query(source)
    bar = table.verticalScrollBar()

    def down() -> None:
        for _ in range(3):
            with qtbot.waitSignal(table.shown):
                bar.setValue(bar.maximum())

    down()
    asked = source.questions
    with qtbot.waitSignal(table.shown):
        table.go_newest()
    down()
    assert source.questions == asked + 1  # the newest page itself may have grown


def test_another_query_supersedes_the_one_under_way(table: Table, qtbot: QtBot, long: UiContext) -> None:
    table.show_query(Source(long, "user:nobody"))
    with qtbot.waitSignal(table.shown):
        table.show_query(Source(long, "session:late"))
    assert {row.session for row in table.window_of_rows.rows} == {"late"}
    assert len(ids(table)) == 100


def test_cells_are_filled_when_their_rows_come_onto_the_screen(table: Table) -> None:
    model = table.window_of_rows.model

    def users(first: int, count: int) -> list[object]:
        return [model.index(place, 0).data() for place in range(first, first + count)]

    fits = table.viewport().height() // ROW_HEIGHT + 1
    assert users(0, fits) == ["ana@example.com"] * fits
    assert users(100, 100) == [None] * 100
    table.verticalScrollBar().setValue(120 * ROW_HEIGHT + 5)
    assert users(120, fits) == ["ana@example.com"] * fits
    assert None in users(fits, 100)
    table.resize(600, 900)
    taller = table.viewport().height() // ROW_HEIGHT + 1
    assert users(120, taller) == ["ana@example.com"] * taller


def test_another_theme_reaches_rows_that_are_scrolled_to_later(table: Table) -> None:
    model, bar = table.window_of_rows.model, table.verticalScrollBar()
    bar.setValue(30 * ROW_HEIGHT)
    bar.setValue(0)
    model.setData(model.index(40, 0), "in the colours of before")
    table.draw_all_again()
    bar.setValue(30 * ROW_HEIGHT)
    assert model.index(40, 0).data() == "ana@example.com"


def test_columns_that_are_shown_later_are_filled_then(table: Table) -> None:
    assert table.window_of_rows.model.index(0, 1).data() is None
    table.header.show_column(1, True)
    assert table.window_of_rows.model.index(0, 1).data() == "late"


def test_what_a_person_made_of_the_columns_is_kept(
    table: Table, qtbot: QtBot, long: UiContext, tmp_path: Path, until: Until
) -> None:
    table.header.show_column(1, True)
    table.horizontalHeader().moveSection(2, 0)
    table.setColumnWidth(2, 333)
    state = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)

    def kept() -> bool:
        state.sync()
        return "333" in str(state.value("tables/test/widths"))

    until(kept)
    again = shown(qtbot, long, tmp_path)
    assert again.header.visible_names() == ["tokens", "user", "session"]
    assert again.columnWidth(2) == 333
    again.header.reset()
    assert again.header.visible_names() == ["user", "tokens"]


def test_the_chosen_row_is_copied_as_it_is_shown(table: Table) -> None:
    table.step(1)
    row = table.current()
    assert row is not None
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    cells = [column.text(row) for column in COLUMNS if not column.hidden]
    assert QGuiApplication.clipboard().text() == "\t".join(cells)
