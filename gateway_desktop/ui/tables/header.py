"""Header: which columns of a table are shown, in which order, how wide; kept from start to start.

What was chosen is one thing, for what there is room another: in a narrow window spare columns give way, and
come back when there is room again.
"""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QSettings, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView, QWidget

from gateway_desktop.services.table_text import harmless
from gateway_desktop.ui.tables.cells import BADGE_HEIGHT
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.theme import ROW_HEIGHT

MOST_STRETCHED = 960  # pixels that such columns take together: on a wide screen the eye must not lose the row
WIDEST = 2000  # pixels of one column, whatever the file says


class Header(QObject):
    """Sets up the header of one table view and remembers what a person made of it."""

    columns_changed = Signal()  # some were shown or hidden, or are as they were delivered

    def __init__(self, view: QTableView, columns: Sequence[Column[Any]], state: QSettings, name: str) -> None:
        super().__init__(view)
        self._view = view
        self._columns = columns
        self._state = state
        self._key = f"tables/{name}"
        self._chosen = [not column.hidden for column in columns]
        self._no_room: dict[int, int] = {}  # chosen columns that gave way, with their widths
        self._dragged: set[int] = set()  # columns that stretched until a person gave them a width
        self._sharing = False  # room among those that stretch: nobody drags
        self._save_soon = QTimer(self, singleShot=True, interval=400)
        self._save_soon.timeout.connect(self._save)
        set_up(view)
        header = view.horizontalHeader()
        header.setSectionsMovable(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show_menu)
        self.restore()
        header.sectionMoved.connect(self._remember)
        header.sectionResized.connect(self._resized)
        header.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let columns give way, or come back, when the table has another width."""
        if event.type() is QEvent.Type.Resize:
            self._make_room()
        return super().eventFilter(watched, event)

    def shown(self) -> list[bool]:
        """Return for each column whether it was chosen, with room for it now or not."""
        return list(self._chosen)

    def visible_names(self) -> list[str]:
        """Return the names of the chosen columns, left to right."""
        return [self._columns[index].name for index in self._order() if self._chosen[index]]

    def row_text(self, row: Any) -> str:
        """Return a row as it is shown, its cells parted by tabs, as spreadsheets take it."""
        shown = (self._columns[index].text(row) for index in self._order() if self._chosen[index])
        return "\t".join(str(harmless(" ".join(text.split()))) for text in shown)

    def wanted_width(self) -> int:
        """Return how wide the table must be for all chosen columns to be as wide as they shall be."""
        return sum(
            column.width if self._stretches(index) else self._width(index)
            for index, column in enumerate(self._columns)
            if self._chosen[index]
        )

    def menu(self, parent: QWidget) -> QMenu:
        menu = QMenu(parent)
        self.fill_menu(menu)
        return menu

    def fill_menu(self, menu: QMenu) -> None:
        for index, column in enumerate(self._columns):
            title = column.title or column.name
            action = menu.addAction(f"{title} (no room now)" if index in self._no_room else title)
            action.setCheckable(True)
            action.setChecked(self._chosen[index])
            action.setEnabled(not action.isChecked() or sum(self.shown()) > 1)
            action.toggled.connect(lambda on, index=index: self.show_column(index, on))
        menu.addSeparator()
        menu.addAction("Reset columns", self.reset)

    def show_column(self, index: int, on: bool) -> None:
        self._choose(index, on)
        self._make_room()
        self._remember()
        self.columns_changed.emit()

    def kept_order(self) -> tuple[int, Qt.SortOrder] | None:
        """Return by which column a person had rows sorted last, and how."""
        name, _, order = str(self._state.value(f"{self._key}/sort", "")).partition(" ")
        at = next((index for index, column in enumerate(self._columns) if column.name == name), None)
        descending = order == "descending"
        if at is None:
            return None
        return at, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder

    def keep_order(self, index: int, order: Qt.SortOrder) -> None:
        """Keep by which column a person has rows sorted, and how."""
        way = "descending" if order is Qt.SortOrder.DescendingOrder else "ascending"
        self._state.setValue(f"{self._key}/sort", f"{self._columns[index].name} {way}")

    def reset(self) -> None:
        """Go back to the columns and the order of rows as they were delivered."""
        self._state.remove(self._key)
        self._deliver()
        self._make_room()
        self.columns_changed.emit()

    def restore(self) -> None:
        """Bring back what was kept, as far as columns still have these names."""
        self._deliver()
        order = _texts(self._state.value(f"{self._key}/order"))
        hidden = _texts(self._state.value(f"{self._key}/hidden"))
        widths = _texts(self._state.value(f"{self._key}/widths"))
        names = [column.name for column in self._columns]
        if not order:
            return
        header = self._view.horizontalHeader()
        for place, name in enumerate(name for name in order if name in names):
            header.moveSection(header.visualIndex(names.index(name)), place)
        for index, name in enumerate(names):
            if name in order:
                self._choose(index, name not in hidden)
        dragged = _texts(self._state.value(f"{self._key}/dragged"))
        columns = enumerate(self._columns)
        self._dragged = {index for index, column in columns if column.stretch and column.name in dragged}
        for name, width in zip(order, widths, strict=False):
            if name in names and width.isdigit() and 0 < int(width) <= WIDEST:
                self._view.setColumnWidth(names.index(name), int(width))

    def _deliver(self) -> None:
        header = self._view.horizontalHeader()
        for index, column in enumerate(self._columns):
            header.moveSection(header.visualIndex(index), index)
            self._choose(index, not column.hidden)
            self._view.setColumnWidth(index, column.width)
        self._dragged.clear()

    def _choose(self, index: int, on: bool) -> None:
        self._chosen[index] = on
        self._no_room.pop(index, None)
        self._view.setColumnHidden(index, not on)

    def _make_room(self) -> None:
        """Hide the most spare of the chosen columns until the others fit."""
        chosen = [index for index, on in enumerate(self._chosen) if on]
        room = self._view.horizontalHeader().width() - sum(map(self._width, chosen))
        for index in sorted(chosen, key=lambda index: -self._columns[index].spare):
            width, gives_way = self._width(index), room < 0 and self._columns[index].spare > 0
            room += width if gives_way else 0
            if gives_way and index not in self._no_room:
                self._no_room[index] = width
                self._view.setColumnHidden(index, True)
            elif not gives_way and index in self._no_room:
                del self._no_room[index]
                self._view.setColumnHidden(index, False)
        self._share_room()

    def _share_room(self) -> None:
        """Let the columns that stretch share what the others leave, or their most: the rest stays empty; or
        their least: names are read, and the table scrolls sideways.
        """
        header = self._view.horizontalHeader()
        shown = [index for index in range(len(self._columns)) if not self._view.isColumnHidden(index)]
        stretched = [index for index in shown if self._stretches(index)]
        others = sum(self._view.columnWidth(index) for index in shown if index not in stretched)
        left, least = header.width() - others, sum(map(self._width, stretched))
        most = min(left, MOST_STRETCHED)
        self._sharing = True
        for place, index in enumerate(stretched):
            share = most * (place + 1) // len(stretched) - most * place // len(stretched)
            self._view.setColumnWidth(index, self._width(index) if left < least else share)
        self._sharing = False

    def _stretches(self, index: int) -> bool:
        return self._columns[index].stretch and index not in self._dragged

    def _width(self, index: int) -> int:
        """Return what a column takes, or at least takes; also of one that gave way."""
        if self._stretches(index):
            return min(self._columns[index].width, self._columns[index].least)
        return self._no_room.get(index) or self._view.columnWidth(index)

    def _order(self) -> list[int]:
        return sorted(range(len(self._columns)), key=self._view.horizontalHeader().visualIndex)

    @Slot(int, int, int)
    def _resized(self, index: int, before: int, now: int) -> None:
        """Keep the width that a person drags a column to; those that still stretch take what it leaves."""
        if self._sharing or 0 in (before, now):  # shown or hidden
            return
        if self._columns[index].stretch:
            self._dragged.add(index)
        self._share_room()
        self._remember()

    @Slot()
    def _remember(self) -> None:
        self._save_soon.start()

    @Slot()
    def _save(self) -> None:
        order = self._order()
        names = [self._columns[index].name for index in order]
        hidden = [self._columns[index].name for index in order if not self._chosen[index]]
        widths = [str(self._no_room.get(index) or self._view.columnWidth(index)) for index in order]
        self._state.setValue(f"{self._key}/order", names)
        self._state.setValue(f"{self._key}/hidden", hidden)
        self._state.setValue(f"{self._key}/widths", widths)
        dragged = [self._columns[index].name for index in sorted(self._dragged)]
        self._state.setValue(f"{self._key}/dragged", dragged)

    @Slot(QPoint)
    def _show_menu(self, at: QPoint) -> None:
        self.menu(self._view).popup(self._view.horizontalHeader().mapToGlobal(at))


def set_up(view: QTableView) -> None:
    """Give a table view the look of all tables: rows of 28 pixels, lines below rows, whole rows chosen."""
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
    view.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
    view.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    view.setTabKeyNavigation(False)
    view.setIconSize(QSize(240, BADGE_HEIGHT))
    view.setCornerButtonEnabled(False)
    view.setMouseTracking(True)
    rows = view.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setMinimumSectionSize(ROW_HEIGHT)
    rows.setDefaultSectionSize(ROW_HEIGHT)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setMinimumSectionSize(40)
    header.setFixedHeight(ROW_HEIGHT)


def _texts(value: object) -> list[str]:
    """Return a list of texts, however QSettings wrote it (one text is no list in its files)."""
    if isinstance(value, str):
        return [value]
    return [str(part) for part in value] if isinstance(value, (list, tuple)) else []
