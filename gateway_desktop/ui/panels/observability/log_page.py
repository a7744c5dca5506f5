"""The log: its newest entries from a level on, and one of them whole."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gateway_desktop.services.log_lines import LogLine
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import combo_box
from gateway_desktop.ui.lists.list_page import ListPage, list_over_detail
from gateway_desktop.ui.panels.observability.columns import LOG_COLUMNS
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.widgets.empty_state import EmptyState

CHOICES = (("Everything", "DEBUG"), ("Info", "INFO"), ("Warnings", "WARNING"), ("Errors", "ERROR"))


class LogPage(QWidget):
    """The entries of the level that is chosen."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.level = combo_box("Level of the log", CHOICES)
        self.level.setCurrentIndex(1)
        self.table = SimpleTable(
            LOG_COLUMNS, lambda row: (row.time, row.message), context.state, "log", "Log entries"
        )
        self.page = ListPage(self.table, EmptyState("Nothing there", "The log has no entry of this level."))
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName("The chosen entry")
        self.text.hide()
        in_column(list_over_detail(self.page, self.text, (280, 120)), of=self, margins=0)
        self.table.chosen.connect(self._choose)

    @property
    def least(self) -> str:
        return str(self.level.currentData())

    @Slot(object)
    def _choose(self, row: LogLine | None) -> None:
        self.text.setVisible(row is not None)
        if row is not None:
            self.text.setPlainText(f"{row.time} {row.level} {row.thread} {row.source}\n{row.message}")
