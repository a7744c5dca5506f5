"""Header: which columns of a table are shown, in which order, how wide; kept from start to start."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, QPoint, QSettings, QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView, QWidget

from gateway_desktop.ui.tables.cells import BADGE_HEIGHT
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.theme import ROW_HEIGHT


class Header(QObject):
    """Sets up the header of one table view and remembers what a person made of it."""

    def __init__(self, view: QTableView, columns: Sequence[Column[Any]], state: QSettings, name: str) -> None:
        super().__init__(view)
        self._view = view
        self._columns = columns
        self._state = state
        self._key = f"tables/{name}"
        self._changed: Callable[[], None] = lambda: None
        self._save_soon = QTimer(self, singleShot=True, interval=400)
        self._save_soon.timeout.connect(self._save)
        set_up(view)
        header = view.horizontalHeader()
        header.setSectionsMovable(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show_menu)
        self.restore()
        header.sectionMoved.connect(self._remember)
        header.sectionResized.connect(self._remember)

    def on_columns_changed(self, changed: Callable[[], None]) -> None:
        """Call this whenever columns were shown or hidden."""
        self._changed = changed

    def shown(self) -> list[bool]:
        """Return for each column whether it is shown."""
        return [not self._view.isColumnHidden(index) for index in range(len(self._columns))]

    def visible_names(self) -> list[str]:
        """Return the names of the shown columns, left to right."""
        header = self._view.horizontalHeader()
        order = sorted(range(len(self._columns)), key=header.visualIndex)
        return [self._columns[index].name for index in order if not self._view.isColumnHidden(index)]

    def menu(self, parent: QWidget) -> QMenu:
        """Return the menu in which columns are chosen."""
        menu = QMenu(parent)
        self.fill_menu(menu)
        return menu

    def fill_menu(self, menu: QMenu) -> None:
        """Put the choice of columns into a menu."""
        for index, column in enumerate(self._columns):
            action = menu.addAction(column.title or column.name)
            action.setCheckable(True)
            action.setChecked(not self._view.isColumnHidden(index))
            action.setEnabled(not action.isChecked() or sum(self.shown()) > 1)
            action.toggled.connect(lambda on, index=index: self.show_column(index, on))
        menu.addSeparator()
        menu.addAction("Reset columns", self.reset)

    def show_column(self, index: int, on: bool) -> None:
        """Show or hide one column."""
        self._view.setColumnHidden(index, not on)
        self._remember()
        self._changed()

    def reset(self) -> None:
        """Go back to the columns as they were delivered."""
        self._state.remove(self._key)
        self._deliver()
        self._changed()

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
                self._view.setColumnHidden(index, name in hidden)
        for name, width in zip(order, widths, strict=False):
            if name in names and width.isdigit() and int(width) > 0:
                self._view.setColumnWidth(names.index(name), int(width))

    def _deliver(self) -> None:
        header = self._view.horizontalHeader()
        for index, column in enumerate(self._columns):
            header.moveSection(header.visualIndex(index), index)
            self._view.setColumnWidth(index, column.width)
            self._view.setColumnHidden(index, column.hidden)
            header.setSectionResizeMode(
                index,
                QHeaderView.ResizeMode.Stretch if column.stretch else QHeaderView.ResizeMode.Interactive,
            )

    @Slot()
    def _remember(self) -> None:
        self._save_soon.start()

    @Slot()
    def _save(self) -> None:
        header = self._view.horizontalHeader()
        order = sorted(range(len(self._columns)), key=header.visualIndex)
        names = [self._columns[index].name for index in order]
        hidden = [self._columns[index].name for index in order if self._view.isColumnHidden(index)]
        widths = [str(self._view.columnWidth(index)) for index in order]
        self._state.setValue(f"{self._key}/order", names)
        self._state.setValue(f"{self._key}/hidden", hidden)
        self._state.setValue(f"{self._key}/widths", widths)

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
