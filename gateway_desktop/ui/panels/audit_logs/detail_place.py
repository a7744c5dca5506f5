"""Where the details stand: beside the rows if these keep their columns visible there, else below them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.ui.panels.audit_logs.detail import DetailPane
from gateway_desktop.ui.tables.record_table import RecordTable
from gateway_desktop.ui.theme import ROW_HEIGHT

PANE_WIDTH, PANE_HEIGHT = 360, 270
WIDEST = 640  # of the room that rows do not need
LEAST_ROWS = 4


class RowsAndDetails(QSplitter):
    """Asks for what it needs at least: a window that is high enough for that has no second scroll bar."""

    def __init__(self, rows: QWidget, detail: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setChildrenCollapsible(False)
        rows.setMinimumHeight((1 + LEAST_ROWS) * ROW_HEIGHT)  # with their head
        for at, widget in enumerate((rows, detail)):
            self.addWidget(widget)
            self.setStretchFactor(at, 1 - at)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()


def fits_right(detail: DetailPane, splitter: QSplitter, table: RecordTable[AuditRow]) -> bool:
    """Say whether the details may stand beside the rows."""
    return not detail.prefers_bottom() and splitter.width() - _needed(table) >= PANE_WIDTH


def place(detail: DetailPane, splitter: QSplitter, table: RecordTable[AuditRow], *, right: bool) -> None:
    """Place the details, and give them their room where they were elsewhere before."""
    wanted = Qt.Orientation.Horizontal if right else Qt.Orientation.Vertical
    detail.show_place(right=right)
    if splitter.orientation() is not wanted or min(splitter.sizes()) == 0:
        splitter.setOrientation(wanted)
        beside = min(WIDEST, splitter.width() - _needed(table))
        whole, pane = (splitter.width(), beside) if right else (splitter.height(), PANE_HEIGHT)
        splitter.setSizes([whole - pane, pane])
        table.scroll_to_chosen()


def _needed(table: RecordTable[AuditRow]) -> int:
    return 16 + table.header.wanted_width()
