"""Where the details stand: beside the rows if these keep their columns visible there, else below them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.ui.panels.audit_logs.detail import DetailPane
from gateway_desktop.ui.tables.record_table import RecordTable

PANE_WIDTH, PANE_HEIGHT = 360, 270
WIDEST = 640  # of the room that rows do not need


def place(detail: DetailPane, splitter: QSplitter, table: RecordTable[AuditRow]) -> bool:
    """Place them and return whether they stand beside the rows."""
    needed = 16 + table.header.wanted_width()
    right = not detail.prefers_bottom() and splitter.width() - needed >= PANE_WIDTH
    wanted = Qt.Orientation.Horizontal if right else Qt.Orientation.Vertical
    detail.show_place(right=right)
    if splitter.orientation() is not wanted or min(splitter.sizes()) == 0:
        splitter.setOrientation(wanted)
        beside = min(WIDEST, splitter.width() - needed)
        whole, pane = (splitter.width(), beside) if right else (splitter.height(), PANE_HEIGHT)
        splitter.setSizes([whole - pane, pane])
        table.scroll_to_chosen()
    return right
