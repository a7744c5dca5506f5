"""ChoiceChart: one chart with a choice of what it shows, and a legend that leaves series out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import tzinfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.charts.series import Bars
from gateway_desktop.ui.charts.time_series import BarChart
from gateway_desktop.ui.controls import named_tick, tab_bar
from gateway_desktop.ui.display import number
from gateway_desktop.ui.theme import GAP, theme
from gateway_desktop.ui.widgets.flow import Flow

LEGEND_GAP = 12


class ChoiceChart(QWidget):
    """Titles are the choices: their first word in the tab, all of it for who listens; `wanted` on another."""

    range_chosen = Signal(object, object)
    wanted = Signal(int)

    def __init__(self, titles: Sequence[str], height: int = 92) -> None:
        super().__init__()
        self.titles = tuple(titles)
        self.what = tab_bar("What the chart shows", (title.partition(" ")[0] for title in self.titles))
        self.what.setUsesScrollButtons(False)
        for place, title in enumerate(self.titles):
            self.what.setTabToolTip(place, title)
        self.chart = BarChart(self.titles[0], height)
        self._all: Bars | None = None  # with what the legend leaves out
        self._zone: tzinfo | None = None
        self._left_out: set[str] = set()
        self.boxes: list[QCheckBox] = []
        self._legend = Flow(right=True, gap=LEGEND_GAP)
        self.head = in_row(self.what, (self._legend, 1), gap=2 * GAP)
        self.column = in_column(self.head, self.chart, of=self, margins=0, gap=4)
        self.what.currentChanged.connect(self._chosen)
        self.chart.range_chosen.connect(self.range_chosen)
        theme().changed.connect(self._draw_legend)

    def bars(self) -> Bars | None:
        return self.chart.bars()

    def chosen(self) -> int:
        return self.what.currentIndex()

    def show_choice(
        self,
        place: int,
        bars: Bars,
        unit: str,
        say: Callable[[float], str] = number,
        zone: tzinfo | None = None,
    ) -> None:
        if place != self.chosen():
            return
        self.chart.measure(self.titles[place], unit, say)
        names = None if self._all is None else [series.name for series in self._all.series]
        self._all, self._zone = bars, zone
        if names != [series.name for series in bars.series]:
            self._draw_legend()
        self._draw()

    def _draw(self) -> None:
        if self._all is not None:
            kept = tuple(series for series in self._all.series if series.name not in self._left_out)
            self.chart.show_bars(replace(self._all, series=kept), self._zone)

    @Slot()
    def _draw_legend(self) -> None:
        before, self._legend = self._legend, Flow(right=True, gap=LEGEND_GAP)
        self.head.replaceWidget(before, self._legend)
        before.hide()  # it goes only when the loop comes round
        before.deleteLater()
        self.boxes = []
        for series in self._all.series if self._all is not None else ():
            box = named_tick(series.name)
            box.setChecked(series.name not in self._left_out)
            box.setStyleSheet(f"QCheckBox {{ color: {theme().hex(series.color)}; }}")
            box.setAccessibleName(f"Show {series.name}")
            box.toggled.connect(lambda shown, name=series.name: self._toggle(name, shown=shown))
            self._legend.add(box)
            self.setTabOrder(self.boxes[-1] if self.boxes else self.what, box)
            self.boxes.append(box)

    def _toggle(self, name: str, *, shown: bool) -> None:
        self._left_out = self._left_out - {name} if shown else self._left_out | {name}
        self._draw()

    @Slot(int)
    def _chosen(self, place: int) -> None:
        self._left_out = set()
        self.wanted.emit(place)
