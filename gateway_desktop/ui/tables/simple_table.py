"""SimpleTable: a short list (up to some thousand rows) with columns, sorting and a chosen row."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QSettings, QSignalBlocker, Qt, QTimer, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QStandardItemModel
from PySide6.QtWidgets import QMenu

from gateway_desktop.ui.clipboard import copy_text
from gateway_desktop.ui.tables.cells import TICK_MS, Cells, head_titles
from gateway_desktop.ui.tables.column import Column, Row
from gateway_desktop.ui.tables.row_view import RowView
from gateway_desktop.ui.theme import theme


class SimpleTable(RowView[Row]):
    """Shows rows held in C++; `chosen` when a row is selected, `opened` on Enter, double click or a link.

    `show_rows` keeps order, selection and scroll position. `row_menu` gives the right-click menu of a row.
    """

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], Hashable],
        state: QSettings,
        name: str,
        title: str,
    ) -> None:
        super().__init__(columns)
        self.row_menu: Callable[[Row, QMenu], None] | None = None
        self._key = key
        self._given: Sequence[Row] = ()
        self._rows: list[Row] = []
        self._chosen_key: Hashable | None = None
        self._wanted_key: Hashable | None = None  # of a row that is not there yet
        self._delivered: tuple[int, Qt.SortOrder] | None = None
        self._sorted_by: tuple[int, Qt.SortOrder] | None = None
        self._cells = Cells(columns)
        self._model = QStandardItemModel(0, len(columns), self)
        self.begin(self._model, state, name, title)
        self.header.columns_changed.connect(self._order_again)
        heads = self.horizontalHeader()
        heads.setSectionsClickable(True)
        heads.sectionClicked.connect(self._sort)
        self.selectionModel().currentRowChanged.connect(self._choose)
        self.clicked.connect(self._clicked)
        theme().changed.connect(self._theme_changed)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._draw_ages)
        self._tick.start()
        self._order_again()

    def show_rows(self, rows: Sequence[Row]) -> None:
        self._given = rows
        ordered = self._in_order(rows)
        if ordered != self._rows:
            self._rows = ordered
            self._refill()
        self.shown.emit()

    def rows(self) -> Sequence[Row]:
        return self._rows

    def current(self) -> Row | None:
        return self.row_at(self.currentIndex())

    def select(self, key: Hashable) -> None:
        """Choose the row with this key, if need be as soon as it is there."""
        for place, row in enumerate(self._rows):
            if self._key(row) == key:
                self.selectRow(place)
                return
        self._wanted_key = key

    def sort_by(self, name: str, *, descending: bool = False) -> None:
        """Sort by a column until a person chooses another one, which is kept."""
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self._delivered = ([column.name for column in self.columns].index(name), order)
        self._order_again()

    @Slot()
    def _order_again(self) -> None:
        self._sorted_by = self.header.kept_order() or self._delivered
        head_titles(self._model, self.columns, self._sorted_by)
        self._rows = self._in_order(self._given)
        self._refill()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the chosen row with Enter; copy the chosen rows with Ctrl+C."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy_rows()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _in_order(self, rows: Sequence[Row]) -> list[Row]:
        if self._sorted_by is None:
            return list(rows)
        index, order = self._sorted_by
        value = self.columns[index].value_of
        return sorted(rows, key=lambda row: _rank(value(row)), reverse=order is Qt.SortOrder.DescendingOrder)

    def _refill(self) -> None:
        current = self.current()
        places = {self._key(row): place for place, row in enumerate(self._rows)}
        arrived = self._wanted_key in places
        place = places.get(self._wanted_key if arrived else self._chosen_key)
        at = self.verticalScrollBar().value()
        shown = self.header.shown()
        with QSignalBlocker(self.selectionModel()):
            self._model.setRowCount(0)
            self._model.setRowCount(len(self._rows))
            self._cells.fill(self._model, range(len(self._rows)), self._rows, shown)
            if place is not None:
                self.selectRow(place)
        self.verticalScrollBar().setValue(at)
        self.viewport().update()
        gone = place is None and self._chosen_key is not None
        if arrived or gone or self.current() != current:
            self._choose(self.currentIndex())

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        row = self.row_at(index)
        self._chosen_key = None if row is None else self._key(row)
        self._wanted_key = None
        self.chosen.emit(row)

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        if self.columns[index.column()].link:
            self._open(index)

    @Slot(int)
    def _sort(self, column: int) -> None:
        descending = self._sorted_by == (column, Qt.SortOrder.AscendingOrder)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.header.keep_order(column, order)
        self._order_again()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = self.menu_place(event)
        index = self.indexAt(at)
        if not index.isValid():
            return
        if not self.selectionModel().isRowSelected(index.row()):
            self.selectRow(index.row())
        menu = QMenu(self)
        row = self._rows[index.row()]
        if self.row_menu is not None:
            self.row_menu(row, menu)
            menu.addSeparator()
        text = self.columns[index.column()].text(row)
        menu.addAction("Copy cell", lambda: copy_text(text))
        menu.addAction("Copy row", self._copy_rows)
        menu.popup(self.viewport().mapToGlobal(at))

    @Slot()
    def _copy_rows(self) -> None:
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        if places:
            copy_text("\n".join(self.header.row_text(self._rows[place]) for place in places))

    @Slot()
    def _draw_ages(self) -> None:
        """Write anew what only time has changed in the rows on the screen: 7 s ago is 8 s ago soon."""
        if not self.isVisible() or not self._rows:
            return
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        for place in range(first, (last if last >= 0 else len(self._rows) - 1) + 1):
            for index, column in enumerate(self.columns):
                cell, text = self._model.index(place, index), column.text(self._rows[place])
                if not self.isColumnHidden(index) and cell.data() not in (None, text):
                    self._model.setData(cell, text, Qt.ItemDataRole.DisplayRole)

    @Slot()
    def _theme_changed(self) -> None:
        self._cells = Cells(self.columns)
        self._refill()


def _rank(value: object) -> tuple[int, Any]:
    """Return something that sorts: nothing first, then numbers, then texts without regard to case."""
    if value is None:
        return 0, 0
    return (1, value) if isinstance(value, (int, float)) else (2, str(value).casefold())
