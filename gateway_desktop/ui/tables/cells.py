"""Cells: one row as items that Qt holds and paints in C++, without asking Python again."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Generic

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QIcon,
    QPainter,
    QPixmap,
    QStandardItem,
)

from gateway_desktop.ui.tables.column import Badge, Column, Row
from gateway_desktop.ui.theme import ROW_HEIGHT, SMALL, font, theme

BADGE_HEIGHT, BADGE_PADDING = 18, 6


class Cells(Generic[Row]):
    """Makes the items of rows; made again when the theme changes."""

    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        self.columns = columns
        self._patterns = [self._pattern(column) for column in columns]

    def items(self, row: Row, wanted: Sequence[bool]) -> list[QStandardItem]:
        """Return a row's items; those of columns that are not wanted stay empty."""
        made = []
        for column, pattern, needed in zip(self.columns, self._patterns, wanted, strict=True):
            item = pattern.clone()
            if needed:
                self.fill(item, column, row)
            made.append(item)
        return made

    def fill(self, item: QStandardItem, column: Column[Row], row: Row) -> None:
        """Put into an item what its column shows of the row."""
        text = column.text(row)
        badge = column.badge(row) if column.badge is not None else None
        if badge is None:
            item.setText(text)
        else:
            item.setIcon(badge_icon(badge))
            item.setData(badge.text, Qt.ItemDataRole.AccessibleTextRole)
        if column.tooltip is not None:
            item.setToolTip(column.tooltip(row))

    @staticmethod
    def _pattern(column: Column[Any]) -> QStandardItem:
        item = QStandardItem()
        item.setEditable(False)
        side = Qt.AlignmentFlag.AlignRight if column.numeric else Qt.AlignmentFlag.AlignLeft
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        item.setSizeHint(QSize(column.width, ROW_HEIGHT))
        if column.muted:
            item.setForeground(QBrush(theme().color("muted")))
        if column.link:
            item.setForeground(QBrush(theme().color("accent")))
        if column.strong:
            item.setFont(font(weight=QFont.Weight.DemiBold))
        return item


def badge_pixmap(badge: Badge) -> QPixmap:
    """Return a badge as a picture; the same one for the same words."""
    colors = theme()
    screen = QGuiApplication.primaryScreen()
    ratio = screen.devicePixelRatio() if screen is not None else 1.0
    return _drawn(badge.text, colors.hex(badge.tone), colors.hex(f"{badge.tone} background"), ratio)  # type: ignore[arg-type]  # every tone has a background


def badge_icon(badge: Badge) -> QIcon:
    """Return a badge as an icon that a selected row does not tint."""
    return _untinted(badge_pixmap(badge).cacheKey(), badge, theme().dark)


@lru_cache(maxsize=1024)
def _untinted(_picture: int, badge: Badge, _dark: bool) -> QIcon:
    icon = QIcon()
    picture = badge_pixmap(badge)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected, QIcon.Mode.Active):
        icon.addPixmap(picture, mode)
    return icon


@lru_cache(maxsize=1024)
def _drawn(text: str, ink: str, ground: str, ratio: float) -> QPixmap:
    letters = font(SMALL, weight=QFont.Weight.DemiBold)
    width = QFontMetrics(letters).horizontalAdvance(text) + 2 * BADGE_PADDING
    picture = QPixmap(QSize(round(width * ratio), round(BADGE_HEIGHT * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    box = QRectF(0, 0, width, BADGE_HEIGHT)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(ink))
    painter.setFont(letters)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return picture
