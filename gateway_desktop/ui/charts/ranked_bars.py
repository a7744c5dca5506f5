"""RankedBars: who or what has most, as bars one below the other; a click or Enter opens one."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from gateway_desktop.services.table_text import csv_text, harmless
from gateway_desktop.ui.charts.chart_table import copy_image
from gateway_desktop.ui.clipboard import copy_text
from gateway_desktop.ui.display import number
from gateway_desktop.ui.theme import SMALL, font, theme

NAME_WIDTH, NUMBER_WIDTH, EDGE = 176, 72, 6


@dataclass(frozen=True, slots=True)
class Ranked:
    """One bar: its key, its name, and its two parts."""

    key: str
    name: str
    allowed: int
    blocked: int

    @property
    def total(self) -> int:
        """How long it is."""
        return self.allowed + self.blocked

    @property
    def words(self) -> str:
        return f"{self.name}\n{number(self.blocked)} blocked\n{number(self.allowed)} allowed"


class RankedBars(QWidget):
    """The table of the page has the same rows: it is the table behind."""

    opened = Signal(str)  # the key of a bar

    def __init__(self, title: str, height: int = 168) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._bars: tuple[Ranked, ...] = ()
        self._place: int | None = None  # of the bar that the keyboard is at
        theme().changed.connect(self.update)

    def show_bars(self, bars: Sequence[Ranked]) -> None:
        """Show these, the longest first."""
        self._bars, self._place = tuple(bars), None
        self.setAccessibleDescription(", ".join(f"{bar.name} {number(bar.total)}" for bar in bars))
        self.update()

    def bars(self) -> tuple[Ranked, ...]:
        return self._bars

    def csv(self) -> str:
        rows = [[harmless(bar.name), str(bar.allowed), str(bar.blocked)] for bar in self._bars]
        return csv_text([["User", "Allowed", "Blocked"], *rows])

    def _row(self) -> float:
        return self.height() / max(6, len(self._bars))

    def bar_at(self, y: float) -> int | None:
        place = int(y // self._row())
        return place if 0 <= place < len(self._bars) else None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt gives it
        painter, colors, row = QPainter(self), theme(), self._row()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        letters = font(SMALL)
        painter.setFont(letters)
        room = self.width() - NAME_WIDTH - NUMBER_WIDTH
        most = max((bar.total for bar in self._bars), default=0) or 1
        for place, bar in enumerate(self._bars):
            top, x = place * row, float(NAME_WIDTH)
            name = QFontMetrics(letters).elidedText(bar.name, Qt.TextElideMode.ElideMiddle, NAME_WIDTH - 12)
            painter.setPen(colors.color("text"))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, top, NAME_WIDTH - 12, row), middle | Qt.AlignmentFlag.AlignRight, name)
            painter.setPen(Qt.PenStyle.NoPen)
            for part, color in (
                (bar.allowed, colors.color("accent")),
                (bar.blocked, colors.color("critical")),
            ):
                width = part / most * room
                painter.setBrush(color)
                painter.drawRect(QRectF(x, top + EDGE, width, row - 2 * EDGE))
                x += width
            painter.setPen(colors.color("muted"))
            painter.drawText(QRectF(x + 8, top, NUMBER_WIDTH, row), middle, number(bar.total))
            if place == self._place and self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(colors.color("accent"), 1.5))
                painter.drawRoundedRect(QRectF(1, top + 1, self.width() - 2, row - 2), 4, 4)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip:
            place = self.bar_at(event.pos().y())  # type: ignore[attr-defined]  # of a tooltip's event
            if place is not None:
                QToolTip.showText(event.globalPos(), self._bars[place].words, self)  # type: ignore[attr-defined]  # as above
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self.bar_at(event.position().y())
        if event.button() is Qt.MouseButton.LeftButton and place is not None:
            self.opened.emit(self._bars[place].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from bar to bar with the arrows; Enter opens one."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is not None and self._bars:
            place = 0 if self._place is None else self._place + step
            self._place = min(max(place, 0), len(self._bars) - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._place is not None:
            self.opened.emit(self._bars[self._place].key)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy as CSV", lambda: copy_text(self.csv()))
        menu.addAction("Copy as image", lambda: copy_image(self.grab()))
        menu.popup(event.globalPos())
