"""The chart of User Activity: requests, or tokens or cost by model; the legend leaves out."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QTabBar, QVBoxLayout, QWidget

from gateway_desktop.ui.charts.series import Bars, Series
from gateway_desktop.ui.charts.time_series import BarChart
from gateway_desktop.ui.display import cost
from gateway_desktop.ui.panels.user_activity.reading import Activity, Models
from gateway_desktop.ui.theme import GAP, Token, theme

REQUESTS, TOKENS, COST = 0, 1, 2
TITLES = ("Requests over time", "Tokens by model", "Cost by model")
COLORS: tuple[Token, ...] = ("accent", "success", "medium", "high", "critical", "muted")
CENT_NANO = 10_000_000


class ActivityChart(QWidget):
    """One chart with a choice of what it shows; `models_wanted` when that is by model."""

    range_chosen = Signal(object, object)
    models_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.what = QTabBar()
        self.what.setDrawBase(False)
        self.what.setExpanding(False)
        self.what.setAccessibleName("What the chart shows")
        self.what.setUsesScrollButtons(False)
        for title in TITLES:
            self.what.addTab(title.partition(" ")[0])
        for place, title in enumerate(TITLES):
            self.what.setTabToolTip(place, title)
        self.chart = BarChart(TITLES[REQUESTS], 168)
        self._all: Bars | None = None  # with what the legend leaves out
        self._activity: Activity | None = None
        self._left_out: set[str] = set()
        self.boxes: list[QCheckBox] = []
        self._legend = QHBoxLayout()
        self._legend.setSpacing(2 * GAP)
        head = QHBoxLayout()
        head.addWidget(self.what)
        head.addStretch(1)
        head.addLayout(self._legend)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.chart)
        self.what.currentChanged.connect(self._chosen)
        self.chart.range_chosen.connect(self.range_chosen)
        theme().changed.connect(self._draw_legend)

    def by_model(self) -> bool:
        """Return whether models are shown."""
        return self.what.currentIndex() != REQUESTS

    def show_activity(self, found: Activity) -> None:
        """Show the requests, if those are chosen."""
        self._activity = found
        if not self.by_model():
            self.chart.measure(TITLES[REQUESTS], "requests")
            self._show(bars(found))

    def show_models(self, found: Models) -> None:
        """Show the models, if those are chosen."""
        chosen = self.what.currentIndex()
        if chosen == TOKENS:
            self.chart.measure(TITLES[TOKENS], "tokens")
        elif chosen == COST:
            self.chart.measure(TITLES[COST], "known cost", lambda cents: cost(round(cents * CENT_NANO)))
        if self.by_model():
            self._show(model_bars(found, of_cost=chosen == COST))

    def _show(self, all_bars: Bars) -> None:
        names = None if self._all is None else [series.name for series in self._all.series]
        self._all = all_bars
        if names != [series.name for series in all_bars.series]:
            self._draw_legend()
        self._draw()

    def _draw(self) -> None:
        if self._all is not None:
            kept = tuple(series for series in self._all.series if series.name not in self._left_out)
            self.chart.show_bars(Bars(self._all.starts_us, self._all.end_us, kept, self._all.unit))

    @Slot()
    def _draw_legend(self) -> None:
        while (item := self._legend.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.boxes = []
        for series in self._all.series if self._all is not None else ():
            box = QCheckBox(series.name)
            box.setChecked(series.name not in self._left_out)
            box.setStyleSheet(f"QCheckBox {{ color: {theme().hex(series.color)}; }}")
            box.setAccessibleName(f"Show {series.name}")
            box.toggled.connect(lambda shown, name=series.name: self._toggle(name, shown=shown))
            self._legend.addWidget(box)
            self.boxes.append(box)

    def _toggle(self, name: str, *, shown: bool) -> None:
        self._left_out = self._left_out - {name} if shown else self._left_out | {name}
        self._draw()

    @Slot(int)
    def _chosen(self, _index: int) -> None:
        self._left_out = set()
        if self.by_model():
            self.models_wanted.emit()
        elif self._activity is not None:
            self.show_activity(self._activity)


def bars(found: Activity) -> Bars:
    """Return the chart of requests: allowed below, blocked on top."""
    allowed = tuple(bucket.total - bucket.blocked for bucket in found.buckets)
    blocked = tuple(bucket.blocked for bucket in found.buckets)
    starts = tuple(bucket.start_us for bucket in found.buckets)
    return Bars(
        starts,
        found.until_us,
        (Series("allowed", "accent", allowed), Series("blocked", "critical", blocked)),
    )


def model_bars(found: Models, *, of_cost: bool) -> Bars:
    """Return the chart of models: tokens, or what is known of the cost in cents."""
    series = [
        Series(
            one.target or "others",
            color,
            tuple(nano / CENT_NANO for nano in one.cost_nano) if of_cost else one.tokens,
        )
        for one, color in zip(found.series, COLORS, strict=False)
    ]
    none = Series("tokens", "accent", (0,) * len(found.starts_us))
    return Bars(found.starts_us, found.until_us, tuple(series) or (none,), "cents" if of_cost else "")
