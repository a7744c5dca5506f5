"""Tables by keyboard: one that Tab leads to shows at which row it is, and has its menu there."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent
from PySide6.QtWidgets import QTableView

TABBED = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class RowAtFocus(QObject):
    """Chooses the first row when Tab leads to a table in which none is chosen, and colours it while there."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Choose a row before the table would make one current that nobody sees."""
        if isinstance(event, QFocusEvent) and isinstance(watched, QTableView):
            came = event.gotFocus()
            if came and event.reason() in TABBED and not watched.selectionModel().hasSelection():
                watched.selectRow(max(0, watched.currentIndex().row()))
            watched.setProperty("keyboard", "true" if came else "false")
            watched.style().unpolish(watched)
            watched.style().polish(watched)
        return super().eventFilter(watched, event)


def menu_place(view: QTableView, event: QContextMenuEvent) -> QPoint:
    """Return for which place of the viewport a menu is asked: by keyboard for the current cell."""
    if event.reason() is QContextMenuEvent.Reason.Keyboard:  # whose place would count the header
        return view.visualRect(view.currentIndex()).center()
    return event.pos()
