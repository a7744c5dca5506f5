"""The chart of Observability: requests, latency or the database's size, over a day, a week or a month."""

from datetime import tzinfo

from PySide6.QtCore import Slot

from gateway_desktop.core.clock import HOUR_US, offset_us
from gateway_desktop.store.queries.observability import History
from gateway_desktop.ui.charts.choice_chart import ChoiceChart
from gateway_desktop.ui.charts.series import Bars, Series, latency_bars
from gateway_desktop.ui.controls import combo_box
from gateway_desktop.ui.display import duration, number, size
from gateway_desktop.ui.theme import GAP

REQUESTS, LATENCY, SIZE = 0, 1, 2
_TITLES = ("Requests over time", "Latency over time: p50, p95 and p99", "Database size")
HEIGHT = 112  # pixels: cards, chart and some rows fit into the smallest window
RANGES = (("24 hours", 24, 1), ("7 days", 168, 3), ("30 days", 720, 12))  # hours in all, and of a bar
MEGABYTE = 1 << 20


class HistoryChart(ChoiceChart):
    """Also has a choice of how long it looks back; `wanted` when that needs another history."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__(_TITLES, HEIGHT)
        self.chart.setMinimumHeight(HEIGHT)  # else a layout that is low takes the cards' last line, too
        self._zone_of_days = zone
        self._history: History | None = None
        ranges = ((f"Last {words}", hours) for words, hours, _ in RANGES)
        self.range = combo_box("How long the chart looks back", ranges)
        self.head.setSpacing(GAP)  # tabs, legend and range are one line in the smallest window, too
        self.head.addWidget(self.range)
        self.what.currentChanged.connect(self._show)
        self.range.currentIndexChanged.connect(self.wanted)

    def starts(self, now_us: int) -> tuple[int, ...]:
        """Return where the bars of the chosen range begin: at full hours of UTC, as its clocks count them."""
        _, hours, step = RANGES[self.range.currentIndex()]
        ahead = offset_us(now_us, self._zone_of_days) // HOUR_US
        last = (now_us // HOUR_US + ahead) // step
        return tuple((bar * step - ahead) * HOUR_US for bar in range(last - hours // step + 1, last + 1))

    def show_history(self, found: History) -> None:
        self._history = found
        self._show()

    @Slot()
    def _show(self) -> None:
        if self._history is None:
            return
        what = self.chosen()
        unit = "requests" if what == REQUESTS else ""
        say = {LATENCY: duration, SIZE: lambda megabytes: size(megabytes * MEGABYTE)}.get(what, number)
        self.show_choice(what, bars(self._history, what), unit, say, self._zone_of_days)


def bars(found: History, what: int) -> Bars:
    """Return what is drawn."""
    moments = found.moments
    starts = tuple(moment.start_us for moment in moments)
    if what == REQUESTS:
        series = (
            Series("success", "accent", tuple(moment.success for moment in moments)),
            Series("abandoned", "muted", tuple(moment.abandoned for moment in moments)),
            Series("failed", "high", tuple(moment.failed for moment in moments)),
            Series("blocked", "critical", tuple(moment.blocked for moment in moments)),
        )
        return Bars(starts, found.until_us, series)
    if what == LATENCY:
        return latency_bars(moments, found.until_us)
    sizes = tuple((moment.size_bytes or 0) / MEGABYTE for moment in moments)
    return Bars(starts, found.until_us, (Series("database", "accent", sizes),), "MB")
