"""RowView: a table in which a click chooses the row that was pressed, whatever moves under the mouse then."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QTableView


class RowView(QTableView):
    """Details that open take room from the table: the pressed row is then elsewhere, or scrolled away."""

    def __init__(self) -> None:
        super().__init__()
        self._pressed = QPoint(), -1  # where, and which row was there

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
