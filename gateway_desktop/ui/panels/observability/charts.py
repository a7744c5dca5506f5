"""The chart of Observability: requests, latency or the database's size, over a day, a week or a month."""

from datetime import tzinfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QTabBar, QVBoxLayout, QWidget

from gateway_desktop.store.queries.observability import History
from gateway_desktop.ui.charts.series import Bars, Series
from gateway_desktop.ui.charts.time_series import BarChart
from gateway_desktop.ui.display import duration, size

REQUESTS, LATENCY, SIZE = 0, 1, 2
_TITLES = ("Requests over time", "Latency over time", "Size of the database")
HOUR_US = 3_600_000_000
RANGES = (("24 hours", 24, 1), ("7 days", 168, 3), ("30 days", 720, 12))  # hours in all, and of a bar
MEGABYTE = 1 << 20


class HistoryChart(QWidget):
    """One chart with a choice of what it shows, and of how long; `wanted` when it needs another history."""

    wanted = Signal()
    range_chosen = Signal(object, object)

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self._history: History | None = None
        self.what = QTabBar()
        self.what.setExpanding(False)
        self.what.setAccessibleName("What the chart shows")
        for title in ("Requests", "Latency", "Database"):
            self.what.addTab(title)
        self.range = QComboBox()
        self.range.setAccessibleName("How long the chart looks back")
        for words, *_ in RANGES:
            self.range.addItem(f"Last {words}")
        self.chart = BarChart(_TITLES[REQUESTS], 132)
        head = QHBoxLayout()
        head.addWidget(self.what)
        head.addStretch(1)
        head.addWidget(self.range)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.chart)
        self.what.currentChanged.connect(self._draw)
        self.range.currentIndexChanged.connect(self.wanted)
        self.chart.range_chosen.connect(self.range_chosen)

    def starts(self, now_us: int) -> tuple[int, ...]:
        """Return where the bars of the chosen range begin: at full hours."""
        _, hours, step = RANGES[self.range.currentIndex()]
        last = now_us // (step * HOUR_US)
        return tuple(bar * step * HOUR_US for bar in range(last - hours // step + 1, last + 1))

    def show_history(self, found: History) -> None:
        """Show another history."""
        self._history = found
        self._draw()

    @Slot()
    def _draw(self) -> None:
        found, what = self._history, self.what.currentIndex()
        if found is None:
            return
        if what == REQUESTS:
            self.chart.measure(_TITLES[what], "requests")
        elif what == LATENCY:
            self.chart.measure(_TITLES[what], "", duration)
        else:
            self.chart.measure(_TITLES[what], "", lambda megabytes: size(megabytes * MEGABYTE))
        self.chart.show_bars(bars(found, what), self._zone)


def bars(found: History, what: int) -> Bars:
    """Return what is drawn."""
    moments = found.moments
    starts = tuple(moment.start_us for moment in moments)
    if what == REQUESTS:
        series = (
            Series("succeeded", "accent", tuple(moment.success for moment in moments)),
            Series("abandoned", "muted", tuple(moment.abandoned for moment in moments)),
            Series("failed", "high", tuple(moment.failed for moment in moments)),
            Series("blocked", "critical", tuple(moment.blocked for moment in moments)),
        )
        return Bars(starts, found.until_us, series)
    if what == LATENCY:
        # The longest first: each is drawn over the one before.
        series_of = (
            Series("p99", "high", tuple(moment.p99_ms or 0 for moment in moments)),
            Series("p95", "medium", tuple(moment.p95_ms or 0 for moment in moments)),
            Series("p50", "success", tuple(moment.p50_ms or 0 for moment in moments)),
        )
        return Bars(starts, found.until_us, series_of, "ms", nested=True)
    sizes = tuple((moment.size_bytes or 0) / MEGABYTE for moment in moments)
    return Bars(starts, found.until_us, (Series("database", "accent", sizes),), "MB")
