"""What a chart shows as rows: for the keyboard, for screen readers, for the clipboard."""

from datetime import tzinfo
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem

from gateway_desktop.core.clock import iso
from gateway_desktop.services.table_text import csv_text, harmless
from gateway_desktop.ui.charts.series import Bars
from gateway_desktop.ui.clipboard import copy_text
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.display import short_moment
from gateway_desktop.ui.widgets.dialog import Dialog

WIDTH = 660  # pixels, for four series
LEAST = 320  # pixels of the table, which scrolls by itself


class BarRow(NamedTuple):
    """One bar: from, until, and the value of each series."""

    start_us: int
    end_us: int
    values: tuple[float, ...]


def rows_of(bars: Bars) -> list[BarRow]:
    """Return the bars as rows."""
    values = zip(*(series.values for series in bars.series), strict=True)
    return [BarRow(*row) for row in zip(bars.starts_us, bars.ends_us, values, strict=True)]


def names_of(bars: Bars) -> list[str]:
    """Return what stands above the columns of the series."""
    unit = f" ({bars.unit})" if bars.unit else ""
    return [f"{series.name[:1].upper()}{series.name[1:]}{unit}" for series in bars.series]


def csv_of(bars: Bars) -> str:
    """Return the bars as CSV, times in UTC."""
    head = ["From (UTC)", "Until (UTC)", *map(harmless, names_of(bars))]
    lines = [[iso(row.start_us), iso(row.end_us), *(f"{v:g}" for v in row.values)] for row in rows_of(bars)]
    return csv_text([head, *lines])


def copy_csv(bars: Bars) -> None:
    """Put the bars into the clipboard as CSV."""
    copy_text(csv_of(bars))


def copy_image(picture: QPixmap) -> None:
    """Put a picture of the chart into the clipboard."""
    QGuiApplication.clipboard().setPixmap(picture)


class ChartTable(Dialog):
    """The table behind a chart."""

    def __init__(self, title: str, bars: Bars, zone: tzinfo | None) -> None:
        super().__init__(title, width=WIDTH)
        self.table = self.begins_in = table_of(title, bars, zone)
        self.table.setMinimumHeight(LEAST)
        copy = push_button("Copy as CSV", lambda: copy_csv(bars))
        self.buttons.insertWidget(self.buttons.indexOf(self.cancel), copy)
        self.body.addWidget(self.table, 1)


def table_of(title: str, bars: Bars, zone: tzinfo | None) -> QTableWidget:
    """Return the bars in a table; moments are told in the zone, or in this machine's."""
    heads = ["From", "Until", *names_of(bars)]
    table = QTableWidget(bars.count, len(heads))
    table.setAccessibleName(title)
    table.setHorizontalHeaderLabels(heads)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    for line, row in enumerate(rows_of(bars)):
        moments = (short_moment(row.start_us, zone), short_moment(row.end_us, zone))
        for place, text in enumerate((*moments, *(f"{value:,.10g}" for value in row.values))):
            item = QTableWidgetItem(text)
            if place >= len(moments):
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(line, place, item)
    table.resizeColumnsToContents()
    return table
