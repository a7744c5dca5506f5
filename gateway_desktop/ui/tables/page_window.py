"""PageWindow: at most 500 rows of a query held in C++, moved along it by keyset half a page at a time."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, Protocol

from PySide6.QtCore import QModelIndex, QObject, Qt
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
        ...


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
        self._shown: Sequence[bool] = [not column.hidden for column in columns]
        head_titles(self.model, columns)

    @property
    def at_newest(self) -> bool:
        """Whether the newest row of the query is held."""
        return self.newer is None

    @property
    def at_oldest(self) -> bool:
        """Whether the oldest row of the query is held."""
        return self.older is None

    def first_id(self) -> int | None:
        """Return the id of the newest row held."""
        return self._key(self.rows[0]) if self.rows else None

    def last_id(self) -> int | None:
        """Return the id of the oldest row held."""
        return self._key(self.rows[-1]) if self.rows else None

    def place_of(self, row_id: int | None) -> int | None:
        """Return where the row with this id is held."""
        return next((place for place, row in enumerate(self.rows) if self._key(row) == row_id), None)

    def replace(self, page: Page[Row]) -> None:
        """Hold this page instead of what was held."""
        self.model.setRowCount(0)
        self.rows = list(page.rows)
        self._cells.insert(self.model, 0, self.rows, self._shown)
        self.older, self.newer = page.older, page.newer

    def add_older(self, page: Page[Row]) -> int:
        """Add an older page below; return how many rows were dropped above."""
        self._cells.insert(self.model, len(self.rows), page.rows, self._shown)
        self.rows += page.rows
        self.older = page.older
        dropped = max(0, len(self.rows) - MOST)
        if dropped:
            del self.rows[:dropped]
            self.model.removeRows(0, dropped)
            self.newer = self.first_id()
        return dropped

    def add_newer(self, page: Page[Row]) -> int:
        """Add a newer page above; return how many rows were dropped below."""
        self._cells.insert(self.model, 0, page.rows, self._shown)
        self.rows[:0] = page.rows
        self.newer = page.newer
        dropped = max(0, len(self.rows) - MOST)
        if dropped:
            del self.rows[MOST:]
            self.model.removeRows(MOST, dropped)
            self.older = self.last_id()
        return dropped

    def show_columns(self, shown: Sequence[bool]) -> None:
        """Fill the columns that are shown now and were not before."""
        for index, (now, before) in enumerate(zip(shown, self._shown, strict=True)):
            if now and not before:
                self.fill_column(index, range(len(self.rows)))
        self._shown = list(shown)

    def fill_column(self, index: int, places: range) -> None:
        """Fill one column of some rows again."""
        self._cells.fill(self.model, index, places, self.rows[places.start : places.stop])

    def fill_changed(self, index: int, places: range) -> None:
        """Fill again what shows something else now than before, cell by cell."""
        column = self.columns[index]
        for place in places:
            cell = self.model.index(place, index)
            text = column.text(self.rows[place])
            if cell.data() != text:
                self.model.setData(cell, text, Qt.ItemDataRole.DisplayRole)

    def explain(self, cell: QModelIndex) -> None:
        """Give the cell under the mouse its tooltip."""
        if cell.row() < len(self.rows):
            self._cells.explain(self.model, cell, self.rows[cell.row()])

    def draw_again(self) -> None:
        """Make all cells again, in the colours of now."""
        self._cells = Cells(self.columns)
        for index, shown in enumerate(self._shown):
            if shown:
                self.fill_column(index, range(len(self.rows)))


class PageCache(Generic[Row]):
    """The last pages that were fetched and cannot change any more."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[int | None, int | None], Page[Row]] = OrderedDict()

    def get(self, before: int | None, after: int | None) -> Page[Row] | None:
        """Return a page that is kept."""
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
