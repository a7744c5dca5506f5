"""BarChart: stacked bars over time; the exact numbers on hover, a range by dragging."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from types import ModuleType
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QRubberBand, QSizePolicy, QToolTip, QWidget

from gateway_desktop.core.retention import Gap
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.charts.chart_table import ChartTable, copy_csv, copy_image
from gateway_desktop.ui.charts.plotting import plotting
from gateway_desktop.ui.charts.series import Bars, round_up, time_labels
from gateway_desktop.ui.display import number, short_moment, short_number
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.theme import SMALL, font, theme

GAP_SHARE = 0.16  # of a bar's width, between bars
LEAST_SHARE = 0.004  # of the range, that the last bar is wide: its bucket may have begun just now
AXIS_WIDTH, AXIS_HEIGHT, AXIS_GAP = 56, 18, 10  # AXIS_WIDTH at least: no label wider than it is drawn
SOFT = 0.78
LEAST_DRAG = 6  # pixels; less is a click
LEAST_HEIGHT = 92  # where a window is low; else as high as was asked


class BarChart(QWidget):
    """Shows the bars it was given last; pyqtgraph is imported for the first of them."""

    range_chosen = Signal(object, object)  # from and until, microseconds

    def __init__(self, title: str, height: int = 92) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self._wanted = height
        self.setMinimumHeight(min(height, LEAST_HEIGHT))
        self.setMaximumHeight(height)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip("Drag to narrow the range; right-click or the menu key for the table")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._bars: Bars | None = None
        self._zone: tzinfo | None = None
        self._unit = "requests"
        self._say: Callable[[float], str] = number
        self._pg: Any = None
        self._plot: Any = None
        self._items: list[Any] = []
        self._lines: list[Any] = []
        self._gaps: tuple[Gap, ...] = ()
        self._drag_from: int | None = None
        self._place: int | None = None  # of the bar that the keyboard is at
        self._layout = in_column(of=self, margins=0)
        self._glass = Glass(self)
        self._axis_width = AXIS_WIDTH
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, self._glass)
        theme().changed.connect(self._draw)

    def sizeHint(self) -> QSize:
        return QSize(600, self._wanted)

    def measure(self, title: str, unit: str, say: Callable[[float], str] = number) -> None:
        """Show something else from now on: its title, its unit, and how a value is said."""
        self.setAccessibleName(title)
        self._unit, self._say = unit, say

    def show_bars(self, bars: Bars, zone: tzinfo | None = None) -> None:
        """Show these bars instead of the present ones; moments are told in the zone, or in this machine's."""
        if bars == self._bars and zone == self._zone:
            return
        self._bars, self._zone, self._place = bars, zone, None
        self.setAccessibleDescription(self._summary(bars))
        self._draw()

    def _summary(self, bars: Bars) -> str:
        if bars.nested:
            return ", ".join(f"{series.name} up to {self._say(max(series.values))}" for series in bars.series)
        total = sum(sum(series.values) for series in bars.series)
        words = ", ".join(f"{self._say(sum(series.values))} {series.name}" for series in bars.series)
        unit = self._unit.removesuffix("s") if total == 1 else self._unit
        return f"{self._say(total)} {unit}: {words}"

    def show_gaps(self, gaps: Sequence[Gap]) -> None:
        """Mark the times of which not everything is known."""
        if tuple(gaps) != self._gaps:
            self._gaps = tuple(gaps)
            self._draw()

    def bars(self) -> Bars | None:
        return self._bars

    # -- drawing

    def _ready(self, pg: ModuleType) -> None:
        self._pg = pg
        self._draw()

    def _make_plot(self) -> None:
        pg = self._pg
        self._plot = pg.PlotWidget(parent=self, background=None)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setFrameShape(self._plot.Shape.NoFrame)
        item = self._plot.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.setMouseEnabled(x=False, y=False)
        item.hideAxis("left")
        item.showAxis("right")
        item.getAxis("bottom").setHeight(AXIS_HEIGHT)
        for side in ("right", "bottom"):
            axis = item.getAxis(side)
            axis.setStyle(tickLength=0, tickAlpha=0, tickFont=font(SMALL))
            axis.setPen(pg.mkPen(None))
        item.getViewBox().setDefaultPadding(0)
        item.setContentsMargins(0, 2, 0, 0)
        self._layout.addWidget(self._plot)
        self._glass.raise_()

    @Slot()
    def _draw(self) -> None:
        if self._bars is None or not self._bars.count:
            return
        if self._pg is None:
            when_done(self, plotting(), self._ready, slot="plot")
            return
        if self._plot is None:
            self._make_plot()
        item = self._plot.getPlotItem()
        for old in (*self._items, *self._lines):
            item.removeItem(old)
        bars, counted = self._bars, self._say is number
        top = round_up(max(1, bars.highest), halved=counted)
        say = short_number if counted else self._say
        self._items = self._stacks(bars)
        grid = self._pg.mkPen(theme().color("grid"))
        self._lines = [self._pg.InfiniteLine(pos=top * part, angle=0, pen=grid) for part in (0, 0.5, 1)]
        self._lines += [self._region(gap, bars) for gap in self._gaps]
        for line in self._lines:
            line.setZValue(-10)
            item.addItem(line)
        for stack in self._items:
            item.addItem(stack)
        start, end = bars.starts_us[0] / 1e6, bars.end_us / 1e6
        muted = theme().color("muted")
        ticks = {
            "bottom": time_labels(start, end, self._zone),
            "right": [(top * part, say(top * part)) for part in (0.5, 1)],
        }
        measured = QFontMetrics(font(SMALL))
        widest = max(measured.horizontalAdvance(label) for _, label in ticks["right"])
        self._axis_width = max(AXIS_WIDTH, widest + AXIS_GAP)
        item.getAxis("right").setWidth(self._axis_width)
        for side, labels in ticks.items():
            item.getAxis(side).setTextPen(muted)
            item.getAxis(side).setTicks([labels])
        self._plot.setBackground(theme().color("background"))  # it would keep that of the theme before
        item.setXRange(start, end, padding=0)
        item.setYRange(0, top * 1.08, padding=0)

    def _region(self, gap: Gap, bars: Bars) -> Any:
        start = max(gap.since_us or 0, bars.starts_us[0])
        end = min(bars.end_us if gap.until_us is None else gap.until_us, bars.end_us)
        shade = theme().color("muted")
        shade.setAlphaF(0.18)
        sides = (start / 1e6, max(start, end) / 1e6)
        return self._pg.LinearRegionItem(sides, movable=False, brush=shade, pen=self._pg.mkPen(None))

    def _stacks(self, bars: Bars) -> list[Any]:
        sides = list(zip(bars.starts_us, bars.ends_us, strict=True))
        lefts = [start / 1e6 + (end - start) / 1e6 * GAP_SHARE / 2 for start, end in sides]
        rights = [end / 1e6 - (end - start) / 1e6 * GAP_SHARE / 2 for start, end in sides]
        least = (bars.end_us - bars.starts_us[0]) / 1e6 * LEAST_SHARE
        lefts[-1] = min(lefts[-1], rights[-1] - least)
        below = [0.0] * bars.count
        stacks = []
        for series in bars.series:
            on = [0.0] * bars.count if bars.nested else below
            tops = [low + value for low, value in zip(on, series.values, strict=True)]
            brush = theme().color(series.color)
            brush.setAlphaF(SOFT if series.color == "accent" else 1.0)  # what is wrong stands out
            stacks.append(self._pg.BarGraphItem(x0=lefts, x1=rights, y0=on, y1=tops, pen=None, brush=brush))
            below = tops
        return stacks

    # -- the keyboard, the table behind, copies

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from bar to bar with the arrows; Enter narrows the range to the bar, Space opens the table."""
        bars, key = self._bars, event.key()
        if bars is None or not bars.count:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = -1 if key == Qt.Key.Key_Left else 1
            place = self._place + step if self._place is not None else bars.count - 1
            self._place = min(max(place, 0), bars.count - 1)
            middle = (bars.starts_us[self._place] + bars.ends_us[self._place]) / 2
            share = (middle - bars.starts_us[0]) / (bars.end_us - bars.starts_us[0])
            x = round(share * (self.width() - self._axis_width))
            QToolTip.showText(self.mapToGlobal(QPoint(x, 8)), self.words_of(self._place), self._glass)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._place is not None:
            place = min(self._place, bars.count - 1)
            self.range_chosen.emit(bars.starts_us[place], bars.ends_us[place])
        elif key == Qt.Key.Key_Space:
            self.open_table()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the table behind, and copies."""
        bars = self._bars
        if bars is None or not bars.count:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Show as table", self.open_table)
        menu.addAction("Copy as CSV", lambda: copy_csv(bars))
        menu.addAction("Copy as image", lambda: copy_image(self.grab()))
        menu.popup(event.globalPos())

    @Slot()
    def open_table(self) -> None:
        if self._bars is not None:
            ChartTable(self.accessibleName(), self._bars, self._zone).open_over(self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._glass.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._glass.update()

    # -- the mouse

    def resizeEvent(self, event: Any) -> None:
        """Keep the glass over the whole chart."""
        super().resizeEvent(event)
        self._glass.setGeometry(self.rect())

    def words_at(self, x: int) -> str:
        """Return the exact numbers of the bar at this pixel."""
        bars = self._bars
        place = bars.bucket_of(self._moment_at(x)) if bars is not None and bars.count else None
        return "" if place is None else self.words_of(place)

    def words_of(self, place: int) -> str:
        bars = self._bars
        if bars is None:
            return ""
        start, end = bars.starts_us[place], bars.ends_us[place]
        lines = [f"{short_moment(start, self._zone)} to {short_moment(end, self._zone)}"]
        lines += [f"{self._say(series.values[place])} {series.name}" for series in reversed(bars.series)]
        lines += [gap.why.capitalize() for gap in self._gaps if gap.covers(start, end)]
        return "\n".join(lines)

    def pressed(self, x: int) -> None:
        self._drag_from = x

    def moved(self, x: int, at: QPoint) -> None:
        """Show the numbers, or the range so far."""
        if self._drag_from is not None and abs(x - self._drag_from) >= LEAST_DRAG:
            left, right = sorted((self._drag_from, x))
            self._band.setGeometry(QRect(left, 0, right - left, self.height() - AXIS_HEIGHT))
            self._band.show()
        words = self.words_at(x)
        if words:
            QToolTip.showText(at, words, self._glass)
        else:
            QToolTip.hideText()

    def released(self, x: int) -> None:
        """End the range and say so, if it is more than a click."""
        begun, self._drag_from = self._drag_from, None
        self._band.hide()
        if begun is None or self._bars is None or abs(x - begun) < LEAST_DRAG:
            return
        first, last = (self._moment_at(place) for place in sorted((begun, x)))
        self.range_chosen.emit(first, last)

    def _moment_at(self, x: int) -> int:
        assert self._bars is not None
        share = min(1.0, max(0.0, x / max(1, self.width() - self._axis_width)))
        start = self._bars.starts_us[0]
        return start + round(share * (self._bars.end_us - start))


class Glass(QWidget):
    """Lies over a chart and takes the mouse, so that the plot below has no ideas of its own."""

    def __init__(self, chart: BarChart) -> None:
        super().__init__(chart)
        self._chart = chart
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def event(self, event: QEvent) -> bool:
        """Keep the numbers of a bar where the mouse rests: Qt would put the chart's hint in their place."""
        shown = isinstance(event, QHelpEvent) and self._chart.words_at(event.pos().x())
        return bool(shown) or super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Frame the chart while it has the keyboard."""
        if self._chart.hasFocus():
            painter = QPainter(self)
            painter.setPen(theme().color("accent"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._chart.pressed(event.position().toPoint().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._chart.moved(event.position().toPoint().x(), event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._chart.released(event.position().toPoint().x())
