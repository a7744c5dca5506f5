"""RecordTable: walks along a query of any length, newest rows first; follows them at the edge only."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QSettings, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QMenu

from gateway_desktop.store.queries.paging import Page
from gateway_desktop.ui.clipboard import copy_text
from gateway_desktop.ui.tables.cells import TICK_MS
from gateway_desktop.ui.tables.column import Column, Row
from gateway_desktop.ui.tables.page_reader import PageReader
from gateway_desktop.ui.tables.page_window import Fetch, PageWindow
from gateway_desktop.ui.tables.row_view import RowView
from gateway_desktop.ui.theme import ROW_HEIGHT, theme

NEAR_ROWS = 100  # so near an end the next half page is fetched
BESIDE = 5  # rows beyond what can be seen that are filled, too


class RecordTable(RowView[Row]):
    """Give it columns and `fetch`; it loads, scrolls, follows, keeps the chosen row."""

    loading = Signal(bool)
    edge_changed = Signal()  # at the newest row or not
    failed = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], int],
        state: QSettings,
        name: str,
        title: str,
    ) -> None:
        super().__init__(columns)
        self.window_of_rows = PageWindow(columns, key, self)
        self.cell_menu: Callable[[Column[Row], Row, QMenu], None] | None = None
        self.moving_column: int | None = None  # the one that shows how long ago, drawn again every second
        self._key = key
        self._pages: PageReader[Row] = PageReader(self)
        self._pages.loading.connect(self.loading)
        self._pages.failed.connect(self.failed)
        self._chosen_id: int | None = None
        self._silent = False  # while rows move under the selection
        self._was_at_edge = True
        self.begin(self.window_of_rows.model, state, name, title)
        self.header.columns_changed.connect(self._columns_changed)
        self.window_of_rows.show_columns(self.header.shown())
        self.selectionModel().currentRowChanged.connect(self._choose)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        theme().changed.connect(self.draw_all_again)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self.draw_moving_column)
        self._tick.start()

    # -- where the rows come from

    def show_query(self, fetch: Fetch[Row]) -> None:
        """Show another query from its newest row on; what was chosen stays chosen if it is there."""
        self._pages.begin(fetch)
        self.go_newest()

    def go_newest(self) -> None:
        self._jump(None, None, to_bottom=False)

    def go_oldest(self) -> None:
        self._jump(None, 0, to_bottom=True)

    def go_before(self, row_id: int) -> None:
        """Show the rows recorded before this id, and what is newer above them."""
        self._jump(row_id, None, to_bottom=False)

    def follow(self) -> None:
        """Fetch what is newer than the newest row held, and stay at the edge."""
        newest = self.window_of_rows.first_id()
        if newest is None:
            self.go_newest()
        elif not self._pages.is_loading():
            self._pages.ask("newer", None, newest, self._followed)

    def at_edge(self) -> bool:
        return self.window_of_rows.at_newest and self.verticalScrollBar().value() == 0

    def is_loading(self) -> bool:
        return self._pages.is_loading()

    def rows(self) -> Sequence[Row]:
        return self.window_of_rows.rows

    def current(self) -> Row | None:
        """Return the chosen row, if it is among those held."""
        place = self.window_of_rows.place_of(self._chosen_id)
        return None if place is None else self.window_of_rows.rows[place]

    # -- fetching

    def _jump(self, before: int | None, after: int | None, *, to_bottom: bool) -> None:
        self._pages.forget()

        def arrived(page: Page[Row]) -> None:
            self._move(lambda: self.window_of_rows.replace(page))
            bar = self.verticalScrollBar()
            bar.setValue(bar.maximum() if to_bottom else 0)
            self._select_again()
            self._report()

        self._pages.ask("jump", before, after, arrived)

    def _followed(self, page: Page[Row]) -> None:
        if not self.at_edge():  # a person has scrolled away meanwhile
            self._joined(page, newer=True)
            return
        if page.newer is not None:  # more than a page came in between
            self.go_newest()
            return
        if page.rows:
            self._move(lambda: self.window_of_rows.add_newer(page))
            self._report()

    def _joined(self, page: Page[Row], *, newer: bool) -> None:
        """Put a half page at an end; what is seen stays where it is."""
        bar = self.verticalScrollBar()
        value = bar.value()
        add = self.window_of_rows.add_newer if newer else self.window_of_rows.add_older
        dropped = self._move(lambda: add(page))
        bar.setValue(value + (len(page.rows) if newer else -dropped) * ROW_HEIGHT)
        self._select_again()
        self._report()

    def _move(self, change: Callable[[], int | None]) -> int:
        """Change the rows held without taking another row for the chosen one."""
        self._silent = True
        held = self.window_of_rows.place_of(self._chosen_id)
        if held is None:
            self.setCurrentIndex(QModelIndex())
        try:
            dropped = change() or 0
            if self.window_of_rows.place_of(self._chosen_id) is None:
                self.selectionModel().clear()
            self.updateGeometries()
        finally:
            self._silent = False
        return dropped

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        if self._silent or not self._pages.begun():
            return
        self._fill_seen()
        self._report_edge()
        if self._pages.is_loading():
            return
        bar = self.verticalScrollBar()
        rows = self.window_of_rows
        if bar.maximum() - value < NEAR_ROWS * ROW_HEIGHT and not rows.at_oldest:
            self._pages.ask("older", rows.older, None, lambda page: self._joined(page, newer=False))
        elif value < NEAR_ROWS * ROW_HEIGHT and not rows.at_newest:
            self._pages.ask("newer", None, rows.newer, lambda page: self._joined(page, newer=True))

    def _seen(self) -> range:
        """Return the places of the rows that can be seen."""
        bar = self.verticalScrollBar()  # whose page is as high as the viewport
        top = bar.value() // ROW_HEIGHT
        end = top + bar.pageStep() // ROW_HEIGHT + 2
        return range(top, min(len(self.window_of_rows.rows), end))

    def _fill_seen(self) -> None:
        seen = self._seen()
        self.window_of_rows.fill(seen.start - BESIDE, seen.stop + BESIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the rows for which there is room now."""
        super().resizeEvent(event)
        self._fill_seen()

    @Slot()
    def _columns_changed(self) -> None:
        self.window_of_rows.show_columns(self.header.shown())
        self._fill_seen()

    def _report(self) -> None:
        self._fill_seen()
        self.shown.emit()
        self._report_edge()
        self._scrolled(self.verticalScrollBar().value())

    def _report_edge(self) -> None:
        if self.at_edge() is not self._was_at_edge:
            self._was_at_edge = self.at_edge()
            self.edge_changed.emit()

    # -- the chosen row

    def _select_again(self) -> None:
        place = self.window_of_rows.place_of(self._chosen_id)
        self._silent = True
        if place is None:
            self.selectionModel().clear()
        elif self.currentIndex().row() != place or not self.selectionModel().isRowSelected(place):
            value = self.verticalScrollBar().value()
            self.selectRow(place)
            self.verticalScrollBar().setValue(value)
        self._silent = False

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        row = self.row_at(index)
        if self._silent or row is None:
            return
        self._chosen_id = self._key(row)
        self.chosen.emit(row)

    def step(self, rows: int) -> None:
        """Choose the next older (+1) or newer (-1) row of this query."""
        held = self.window_of_rows
        place = held.place_of(self._chosen_id)
        target = 0 if place is None else place + rows
        if 0 <= target < len(held.rows):
            self.selectRow(target)
            self.scrollTo(held.model.index(target, 0))

    def scroll_to_chosen(self) -> None:
        place = self.window_of_rows.place_of(self._chosen_id)
        if place is not None:
            self.scrollTo(self.window_of_rows.model.index(place, 0))

    # -- keys, menu, colours

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """J and K: next and previous row; Home and End: newest and oldest; Enter opens; Ctrl+C copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy_row()
            return
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        actions: dict[int, Callable[[], None]] = {
            Qt.Key.Key_J: lambda: self.step(1),
            Qt.Key.Key_K: lambda: self.step(-1),
            Qt.Key.Key_Home: self.go_newest,
            Qt.Key.Key_End: self.go_oldest,
            Qt.Key.Key_Return: lambda: self._open(self.currentIndex()),
            Qt.Key.Key_Enter: lambda: self._open(self.currentIndex()),
        }
        action = actions.get(event.key())
        if plain and action is not None and self._pages.begun():
            action()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row again that is chosen already: its details may have been closed."""
        index = self.indexAt(event.position().toPoint())
        again = index.isValid() and index.row() == self.currentIndex().row()
        super().mousePressEvent(event)
        if again and event.button() is Qt.MouseButton.LeftButton:
            self._choose(index)

    @Slot()
    def _copy_row(self) -> None:
        row = self.current()
        if row is not None:
            copy_text(self.header.row_text(row))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = self.menu_place(event)
        index = self.indexAt(at)
        if index.isValid() and self.cell_menu is not None:
            menu = QMenu(self)
            self.cell_menu(self.columns[index.column()], self.window_of_rows.rows[index.row()], menu)
            menu.addAction("Copy row", self._copy_row)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.viewport().mapToGlobal(at))

    @Slot()
    def draw_moving_column(self) -> None:
        """Draw again how long ago, in the rows on the screen."""
        if self.moving_column is None or not self.isVisible() or self.isColumnHidden(self.moving_column):
            return
        self.window_of_rows.fill_changed(self.moving_column, self._seen())

    @Slot()
    def draw_all_again(self) -> None:
        """Draw every cell again: colours or the way times are shown have changed."""
        self.window_of_rows.draw_again()
        self._fill_seen()
