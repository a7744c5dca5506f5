"""Sums: asks how many and how much, and shows it in the chart and the strip above the rows."""

from PySide6.QtCore import QObject

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.retention import Gap
from gateway_desktop.store.queries import audit, usage
from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.store.queries.gaps import gaps
from gateway_desktop.store.queries.paging import AuditFilter, Page
from gateway_desktop.store.queries.spending import spending
from gateway_desktop.store.queries.usage import Summary
from gateway_desktop.ui.charts.buckets import starts_of
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.display import cost, duration, number, percent, short_number
from gateway_desktop.ui.panels.audit_logs.kind import LogKind
from gateway_desktop.ui.panels.audit_logs.log_chart import LogChart
from gateway_desktop.ui.panels.audit_logs.rates import RatesLine
from gateway_desktop.ui.panels.audit_logs.readings import Readings
from gateway_desktop.ui.panels.audit_logs.strip import Strip
from gateway_desktop.ui.widgets.gap_note import GapNote

NUMBERS_MS, PICTURES_MS = 1000, 5000  # under traffic they are read no more often


class Sums(QObject):
    """When rows came the numbers are read again soon, chart and rates later: bars grow slowly."""

    def __init__(self, context: UiContext, kind: LogKind, parent: QObject) -> None:
        super().__init__(parent)
        self.chart = LogChart(kind)
        self.strip = Strip()
        of_what = "Tokens and cost" if kind.counts_tokens else "Success and failure"
        self.rates = RatesLine(kind.rates_of, of_what)
        self.gap_note = GapNote()
        self._context = context
        self._kind = kind
        self._asked = AuditFilter(tab=kind.tab)
        self._numbers = Readings(context, NUMBERS_MS, self._read_numbers, self)
        self._pictures = Readings(context, PICTURES_MS, self._read_pictures, self)
        self.chart.wanted.connect(self._pictures.read)

    def give_room(self, room: bool) -> None:
        self.chart.setVisible(room)
        self.rates.give_room(room)

    def read(self, asked: AuditFilter) -> None:
        self._asked = asked
        self._numbers.read()
        self._pictures.read()

    def read_soon(self, asked: AuditFilter) -> None:
        """Read again because rows came, soon but not at once."""
        self._asked = asked
        self._numbers.read_soon()
        self._pictures.read_soon()

    def _read_numbers(self) -> None:
        self._numbers.ask("count", self._show_count, audit.count, self._asked)
        self._numbers.ask("summary", self._show_summary, usage.summary, self._asked)

    def _read_pictures(self) -> None:
        asked, ask = self._asked, self._pictures.ask
        if asked.since_us is None:
            oldest = AuditFilter(tab=asked.tab)
            ask("volume", lambda page: self._ask_volume(asked, page), audit.page, oldest, after=0, limit=1)
        else:
            self._ask_volume(asked, None)
        if self._kind.counts_tokens:
            ask("rates", self.rates.show_spending, spending, asked)
        elif self._kind.rates_of:
            ask("rates", self.rates.show_rates, usage.rates, asked)
        ask("gaps", self._show_gaps, gaps, asked.tab, asked.since_us, asked.until_us)

    def _ask_volume(self, asked: AuditFilter, oldest: Page[AuditRow] | None) -> None:
        """Ask for the chart; without a beginning it begins with the oldest row."""
        now = now_us()
        until = min(now, asked.until_us) if asked.until_us is not None else now
        since = asked.since_us
        if since is None:
            since = oldest.rows[0].recorded_us if oldest is not None and oldest.rows else until
        zone = self._context.zone
        starts = starts_of(since, until, zone)
        query, more = self.chart.question()
        show = lambda found: self.chart.show_answer(found, starts, until, zone)  # noqa: E731 - what to do with it
        self._pictures.ask("volume", show, query, asked, starts, **more)

    def _show_count(self, found: tuple[int, bool]) -> None:
        self.strip.show_count(*found, self._kind.things)

    def _show_gaps(self, found: tuple[Gap, ...]) -> None:
        self.gap_note.show_gaps(found)
        self.chart.chart.show_gaps(found)

    def _show_summary(self, found: Summary) -> None:
        facts = [
            (
                number(found.requests),
                self._kind.things.removesuffix("s") if found.requests == 1 else self._kind.things,
            ),
            (percent(found.failed, found.requests), "failed"),
        ]
        if self._kind.tab != "system":
            facts += [
                (number(found.blocked), "blocked"),
                *(_spent(found) if self._kind.counts_tokens else ()),
                (duration(found.p95_ms), "p95"),
            ]
        self.strip.show_facts(tuple(facts))


def _spent(found: Summary) -> tuple[tuple[str, str], ...]:
    return (
        (short_number(found.tokens_in), "tokens in"),
        (short_number(found.tokens_out), "out"),
        (cost(found.cost_nano, unknown=found.cost_unknown), "cost"),
    )
