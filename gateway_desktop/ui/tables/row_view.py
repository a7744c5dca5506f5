"""RowView: what tables of rows have in common: a header, the pressed row chosen, a row at the keyboard."""

from collections.abc import Sequence
from typing import Generic

from PySide6.QtCore import QModelIndex, QPoint, QSettings, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QMouseEvent, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTableView

from gateway_desktop.ui.tables.cells import is_cut
from gateway_desktop.ui.tables.column import Column, Row
from gateway_desktop.ui.tables.header import Header
from gateway_desktop.ui.theme import restyle

TABBED = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class RowView(QTableView, Generic[Row]):
    """A subclass holds the `rows`, and calls `begin` once it has a model.

    A click chooses the row that was pressed, whatever moves under the mouse then: details that open take
    room from the table, and the pressed row is then elsewhere, or scrolled away.
    """

    chosen = Signal(object)  # the row, or None
    opened = Signal(object)
    shown = Signal()  # other rows, or the same ones as they are now

    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        super().__init__()
        self.columns = columns
        self._pressed = QPoint(), -1  # where, and which row was there

    def begin(self, model: QStandardItemModel, state: QSettings, name: str, title: str) -> None:
        """Show a model; what a person makes of the columns is kept under `name`."""
        self.setModel(model)
        self.setAccessibleName(title)
        self.header = Header(self, self.columns, state, name)
        self.doubleClicked.connect(self._open)
        self.entered.connect(self._explain)

    def rows(self) -> Sequence[Row]:
        raise NotImplementedError

    def row_at(self, cell: QModelIndex) -> Row | None:
        """Return the row of a cell, if it is there."""
        rows = self.rows()
        return rows[cell.row()] if cell.isValid() and cell.row() < len(rows) else None

    @Slot(QModelIndex)
    def _open(self, cell: QModelIndex) -> None:
        row = self.row_at(cell)
        if row is not None:
            self.opened.emit(row)

    @Slot(QModelIndex)
    def _explain(self, cell: QModelIndex) -> None:
        """Give the cell that the mouse comes to its tooltip; the whole text where it is cut."""
        row, column = self.row_at(cell), self.columns[cell.column()]
        if row is None:
            return
        tip = column.tooltip(row) if column.tooltip is not None else ""
        text = str(cell.data() or "")
        if is_cut(self, cell) and text not in tip:
            tip = f"{text}\n{tip}" if tip else text
        if tip or cell.data(Qt.ItemDataRole.ToolTipRole):
            self.model().setData(cell, tip, Qt.ItemDataRole.ToolTipRole)

    # -- the keyboard

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose the first row where Tab leads to a table without a choice, and colour it while there."""
        if event.reason() in TABBED and not self.selectionModel().hasSelection():
            self.selectRow(max(0, self.currentIndex().row()))  # else Qt makes one current that nobody sees
        restyle(self, "keyboard", "true")
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        restyle(self, "keyboard", "false")
        super().focusOutEvent(event)

    def menu_place(self, event: QContextMenuEvent) -> QPoint:
        """Return for which place of the viewport a menu is asked: by keyboard for the current cell."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:  # whose place would count the header
            return self.visualRect(self.currentIndex()).center()
        return event.pos()

    # -- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose this row: Qt makes it the current one, then selects what is under the mouse by now."""
        at = event.position().toPoint()
        row = self.indexAt(at).row()
        self._pressed = at, row
        super().mousePressEvent(event)
        left = event.button() is Qt.MouseButton.LeftButton
        plain = left and event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and row >= 0 and [each.row() for each in self.selectionModel().selectedRows()] != [row]:
            self.selectRow(row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Choose other rows only where somebody drags over several."""
        if event.buttons() == Qt.MouseButton.NoButton or not self._slipped(event):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let nothing else be chosen."""
        if not self._slipped(event):
            super().mouseReleaseEvent(event)

    def _slipped(self, event: QMouseEvent) -> bool:
        """Say whether another row, or none, is under a mouse that nobody drags."""
        at, (pressed, row) = event.position().toPoint(), self._pressed
        dragged = (at - pressed).manhattanLength() >= QApplication.startDragDistance()
        one = self.selectionMode() is self.SelectionMode.SingleSelection
        return row >= 0 and self.indexAt(at).row() != row and (one or not dragged)
