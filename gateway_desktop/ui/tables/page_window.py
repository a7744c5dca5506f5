"""PageWindow: at most 500 rows of a query, moved along it by keyset half a page at a time.

What the cells show is held in C++, for the rows that have been on the screen: under traffic most rows pass by
unseen.
"""

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QStandardItemModel

from gateway_desktop.store.queries.paging import Page
from gateway_desktop.ui.tables.cells import Cells, head_titles
from gateway_desktop.ui.tables.column import Column, Row

HALF, MOST = 250, 500
PAGES_KEPT = 20


class Fetch(Protocol[Row]):
    """Asks for a page of the query, off the main thread."""

    def __call__(self, *, before: int | None, after: int | None, limit: int) -> "Future[Page[Row]]":
        """Return the Future of the page."""


class PageWindow(QObject, Generic[Row]):
    """The rows that are held now, and their model; says how many rows it dropped. Knows nothing of views."""

    def __init__(self, columns: Sequence[Column[Row]], key: Callable[[Row], int], parent: QObject) -> None:
        super().__init__(parent)
        self.columns = columns
        self.rows: list[Row] = []
        self.older: int | None = None  # cursors of the neighbours of what is held; None at an end
        self.newer: int | None = None
        self.model = QStandardItemModel(0, len(columns), self)
        self._key = key
        self._cells = Cells(columns)
        self._filled: list[bool] = []  # for each row whether its cells show it
        self._shown: Sequence[bool] = [not column.hidden for column in columns]
        head_titles(self.model, columns)

    @property
    def at_newest(self) -> bool:
        return self.newer is None

    @property
    def at_oldest(self) -> bool:
        return self.older is None

    def first_id(self) -> int | None:
        return self._key(self.rows[0]) if self.rows else None

    def last_id(self) -> int | None:
        return self._key(self.rows[-1]) if self.rows else None

    def place_of(self, row_id: int | None) -> int | None:
        if row_id is None:
            return None
        place = bisect_left(self.rows, -row_id, key=lambda row: -self._key(row))  # the newest is first
        return place if place < len(self.rows) and self._key(self.rows[place]) == row_id else None

    def replace(self, page: Page[Row]) -> None:
        self.model.setRowCount(0)
        self.rows, self._filled = [], []
        self._insert(0, page.rows)
        self.older, self.newer = page.older, page.newer

    def add_older(self, page: Page[Row]) -> int:
        """Add an older page below; return how many rows were dropped above."""
        self._insert(len(self.rows), page.rows)
        self.older = page.older
        dropped = max(0, len(self.rows) - MOST)
        if dropped:
            self._remove(0, dropped)
            self.newer = self.first_id()
        return dropped

    def add_newer(self, page: Page[Row]) -> int:
        """Add a newer page above; return how many rows were dropped below."""
        self._insert(0, page.rows)
        self.newer = page.newer
        dropped = max(0, len(self.rows) - MOST)
        if dropped:
            self._remove(MOST, dropped)
            self.older = self.last_id()
        return dropped

    def _insert(self, place: int, rows: Sequence[Row]) -> None:
        self.rows[place:place] = rows
        self._filled[place:place] = [False] * len(rows)
        self.model.insertRows(place, len(rows)) if rows else None

    def _remove(self, place: int, count: int) -> None:
        del self.rows[place : place + count], self._filled[place : place + count]
        self.model.removeRows(place, count)

    # -- what the cells show

    def fill(self, first: int, end: int) -> None:
        """Fill the cells of the rows from one place up to another, where they do not show their row yet."""
        empty = [place for place in range(max(0, first), min(end, len(self.rows))) if not self._filled[place]]
        if empty:
            places = range(empty[0], empty[-1] + 1)
            self._cells.fill(self.model, places, self.rows[places.start : places.stop], self._shown)
            self._filled[places.start : places.stop] = [True] * len(places)

    def show_columns(self, shown: Sequence[bool]) -> None:
        """Show these columns from now on; the cells are to be filled again."""
        self._shown = list(shown)
        self._filled = [False] * len(self.rows)

    def draw_again(self) -> None:
        """Take the colours of now; the cells are to be filled again."""
        self._cells = Cells(self.columns)
        self._filled = [False] * len(self.rows)

    def fill_changed(self, index: int, places: range) -> None:
        """Fill again what shows something else now than before, cell by cell."""
        column = self.columns[index]
        for place in places:
            cell = self.model.index(place, index)
            text = column.text(self.rows[place])
            if cell.data() != text:
                self.model.setData(cell, text, Qt.ItemDataRole.DisplayRole)


class PageCache(Generic[Row]):
    """The last pages that were fetched and cannot change any more."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[int | None, int | None], Page[Row]] = OrderedDict()

    def get(self, before: int | None, after: int | None) -> Page[Row] | None:
        page = self._pages.get((before, after))
        if page is not None:
            self._pages.move_to_end((before, after))
        return page

    def put(self, before: int | None, after: int | None, page: Page[Row], limit: int) -> None:
        """Keep a page, if it is full and lies between fixed ends; others may still grow."""
        if len(page.rows) < limit or (before is None and after is None):
            return
        self._pages[before, after] = page
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)

    def clear(self) -> None:
        """Forget all: another filter."""
        self._pages.clear()
