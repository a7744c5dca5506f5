"""PageReader: asks for the pages of one query, each question once at a time, and remembers the answers."""

from collections.abc import Callable
from typing import Generic

from PySide6.QtCore import QObject, Signal

from gateway_desktop.store.queries.paging import Page
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.tables.column import Row
from gateway_desktop.ui.tables.page_window import HALF, Fetch, PageCache

FIRST_PAGE = 250  # rows


class PageReader(QObject, Generic[Row]):
    """What stands behind a table: `begin` with a query, then `ask` for its pages."""

    loading = Signal(bool)
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._fetch: Fetch[Row] | None = None
        self._cache: PageCache[Row] = PageCache()
        self._under_way: set[str] = set()

    def begin(self, fetch: Fetch[Row]) -> None:
        self._fetch = fetch
        self._cache.clear()
        self._under_way.clear()

    def begun(self) -> bool:
        return self._fetch is not None

    def is_loading(self) -> bool:
        return bool(self._under_way)

    def forget(self) -> None:
        """Wait no more for what is under way."""
        self._under_way.clear()

    def ask(
        self, slot: str, before: int | None, after: int | None, ok: Callable[[Page[Row]], object]
    ) -> None:
        """Ask for the rows before an id or after one; both None: the newest."""
        assert self._fetch is not None
        kept = self._cache.get(before, after)
        if kept is not None:
            ok(kept)
            return
        limit = HALF if (before, after) != (None, None) else FIRST_PAGE
        self._under_way.add(slot)
        self.loading.emit(True)

        def arrived(page: Page[Row]) -> None:
            self._cache.put(before, after, page, limit)
            self._ended(slot)
            ok(page)

        def broke(error: BaseException) -> None:
            self._ended(slot)
            self.failed.emit(error)

        when_done(self, self._fetch(before=before, after=after, limit=limit), arrived, broke, "page")

    def _ended(self, slot: str) -> None:
        self._under_way.discard(slot)
        self.loading.emit(bool(self._under_way))
