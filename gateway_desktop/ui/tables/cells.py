"""Cells: one row as items that Qt holds and paints in C++, without asking Python again."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Generic

from PySide6.QtCore import QModelIndex, QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QIcon,
    QPainter,
    QPixmap,
    QStandardItemModel,
)
from PySide6.QtWidgets import QTableView

from gateway_desktop.ui.tables.column import Badge, Bar, Column, Row
from gateway_desktop.ui.theme import SMALL, font, theme

BADGE_HEIGHT, BADGE_PADDING = 18, 6
BAR_HEIGHT = 6
ARROWS = {
    Qt.SortOrder.AscendingOrder: "\N{NO-BREAK SPACE}\N{UPWARDS ARROW}",
    Qt.SortOrder.DescendingOrder: "\N{NO-BREAK SPACE}\N{DOWNWARDS ARROW}",
}
TICK_MS = 1000  # how often ages are written anew: 7 s ago, 8 s ago


class Cells(Generic[Row]):
    """Puts rows into a model as plain values; made again when the theme changes.

    Why no QStandardItem: Python wrappers of items that C++ made and deleted outlive them, and
    PySide then takes another object at the same address for the item. Values leave no wrappers.
    """

    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        self.columns = columns
        self._looks = [self._look(column) for column in columns]
        self._drawn_for = theme().dark, _ratio()  # what pictures are drawn for

    def fill(
        self, model: QStandardItemModel, places: range, rows: Sequence[Row], wanted: Sequence[bool]
    ) -> None:
        """Let these places show these rows; cells of columns that are not wanted stay as they are."""
        columns = [index for index, needed in enumerate(wanted) if needed]
        if not places or not columns:
            return
        self._drawn_for = theme().dark, _ratio()
        with QSignalBlocker(model):  # one signal for all of them
            for place, row in zip(places, rows, strict=True):
                for index in columns:
                    values = self._values(self.columns[index], self._looks[index], row)
                    model.setItemData(model.index(place, index), values)
        model.dataChanged.emit(model.index(places[0], columns[0]), model.index(places[-1], columns[-1]))

    def _values(self, column: Column[Row], look: dict[int, object], row: Row) -> dict[int, object]:
        values = dict(look)
        badge = column.badge(row) if column.badge is not None else None
        if badge is None:
            values[Qt.ItemDataRole.DisplayRole] = column.text(row)
            if column.bar is not None:
                values[Qt.ItemDataRole.DecorationRole] = _plain_icon(bar_pixmap(column.bar(row)))
        else:
            values[Qt.ItemDataRole.DecorationRole] = badge_icon(badge, *self._drawn_for)
            values[Qt.ItemDataRole.AccessibleTextRole] = badge.text
        return values

    @staticmethod
    def _look(column: Column[Any]) -> dict[int, object]:
        look: dict[int, object] = {}
        if column.numeric:
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            look[Qt.ItemDataRole.TextAlignmentRole] = right.value
        if column.muted or column.link:
            look[Qt.ItemDataRole.ForegroundRole] = QBrush(
                theme().color("muted" if column.muted else "accent")
            )
        if column.strong:
            look[Qt.ItemDataRole.FontRole] = font(weight=QFont.Weight.DemiBold)
        return look


def is_cut(view: QTableView, cell: QModelIndex) -> bool:
    """Say whether a cell has less width than it needs."""
    return view.sizeHintForIndex(cell).width() > view.columnWidth(cell.column())


def head_titles(
    model: QStandardItemModel,
    columns: Sequence[Column[Any]],
    sorted_by: tuple[int, Qt.SortOrder] | None = None,
) -> None:
    """Put the titles above the columns, aligned as their cells are; an arrow says by which rows are sorted.

    Qt's own arrow would stand far from the title, and over one that is aligned to the right.
    """
    for index, column in enumerate(columns):
        side = Qt.AlignmentFlag.AlignRight if column.numeric else Qt.AlignmentFlag.AlignLeft
        alignment = (side | Qt.AlignmentFlag.AlignVCenter).value
        arrow = ARROWS[sorted_by[1]] if sorted_by is not None and sorted_by[0] == index else ""
        model.setHeaderData(index, Qt.Orientation.Horizontal, column.title + arrow)
        model.setHeaderData(index, Qt.Orientation.Horizontal, alignment, Qt.ItemDataRole.TextAlignmentRole)


@lru_cache(maxsize=1024)
def badge_icon(badge: Badge, dark: bool, ratio: float) -> QIcon:
    """Return a badge as an icon that a selected row does not tint, for a theme and a density of pixels."""
    colors = theme()
    assert colors.dark is dark
    letters = font(SMALL, weight=QFont.Weight.DemiBold)
    width = QFontMetrics(letters).horizontalAdvance(badge.text) + 2 * BADGE_PADDING
    picture = _empty(width, ratio)
    painter = _painter(picture)
    painter.setBrush(colors.color(f"{badge.tone} background"))  # type: ignore[arg-type]  # every tone has one
    box = QRectF(0, 0, width, BADGE_HEIGHT)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(colors.color(badge.tone))
    painter.setFont(letters)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, badge.text)
    painter.end()
    return _plain_icon(picture)


def _ratio() -> float:
    screen = QGuiApplication.primaryScreen()
    return screen.devicePixelRatio() if screen is not None else 1.0


def _empty(width: int, ratio: float) -> QPixmap:
    """Return a picture as high as a badge, on which nothing is drawn yet."""
    picture = QPixmap(QSize(round(width * ratio), round(BADGE_HEIGHT * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


def _painter(picture: QPixmap) -> QPainter:
    """Return what draws smooth shapes without an outline."""
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    return painter


def _plain_icon(picture: QPixmap) -> QIcon:
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected, QIcon.Mode.Active):
        icon.addPixmap(picture, mode)
    return icon


def bar_pixmap(bar: Bar) -> QPixmap:
    """Return a bar as a picture, filled as far as it is used."""
    picture = _empty(bar.width, _ratio())
    painter = _painter(picture)
    top, round_by = (BADGE_HEIGHT - BAR_HEIGHT) / 2, BAR_HEIGHT / 2
    painter.setBrush(theme().color("line"))
    painter.drawRoundedRect(QRectF(0, top, bar.width, BAR_HEIGHT), round_by, round_by)
    if bar.share > 0:
        painter.setBrush(theme().color(bar.tone))
        filled = max(BAR_HEIGHT, min(1.0, bar.share) * bar.width)
        painter.drawRoundedRect(QRectF(0, top, filled, BAR_HEIGHT), round_by, round_by)
    painter.end()
    return picture
