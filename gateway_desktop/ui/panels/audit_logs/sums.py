"""Sums: asks how many and how much, and shows it in the chart and the strip above the rows."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from gateway_desktop.core.retention import Gap
from gateway_desktop.store.queries import audit, usage
from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.store.queries.gaps import gaps
from gateway_desktop.store.queries.paging import AuditFilter, Page
from gateway_desktop.store.queries.usage import Summary
from gateway_desktop.ui.charts.buckets import starts_of
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.display import cost, duration, number, percent, short_number
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.panels.audit_logs.kind import LogKind
from gateway_desktop.ui.panels.audit_logs.log_chart import LogChart
from gateway_desktop.ui.panels.audit_logs.rates import RatesLine
from gateway_desktop.ui.panels.audit_logs.strip import Strip
from gateway_desktop.ui.widgets.gap_note import GapNote

AGAIN_MS = 1000  # under traffic the sums are read no more often


class Sums(QObject):
    """One question of each kind is under way at most; changes in between are read when it is answered."""

    def __init__(self, context: UiContext, kind: LogKind, parent: QObject) -> None:
        super().__init__(parent)
        self.chart = LogChart(kind)
        self.chart.wanted.connect(self._chart_wanted)
        self.strip = Strip()
        self.rates = RatesLine(kind.rates_of)
        self.gap_note = GapNote()
        self._context = context
        self._kind = kind
        self._asked: AuditFilter | None = None
        self._under_way: dict[str, Future[Any]] = {}
        self._pause = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._pause.timeout.connect(self._read_again)
        self._wanted = False

    def read(self, asked: AuditFilter) -> None:
        """Read for another filter; what is under way is not wanted any more."""
        for future in self._under_way.values():
            self._context.give_up(future)
        self._under_way.clear()
        self._asked = asked
        self._wanted = False
        self._ask("count", self._show_count, audit.count, asked)
        if asked.since_us is None:
            oldest = AuditFilter(tab=asked.tab)
            self._ask(
                "volume", lambda page: self._ask_volume(asked, page), audit.page, oldest, after=0, limit=1
            )
        else:
            self._ask_volume(asked, None)
        self._ask("summary", self._show_summary, usage.summary, asked)
        if self._kind.rates_of:
            self._ask("rates", self.rates.show_rates, usage.rates, asked)
        self._ask("gaps", self._show_gaps, gaps, asked.tab, asked.since_us, asked.until_us)
        self._pause.start()

    def read_soon(self, asked: AuditFilter) -> None:
        """Read again because rows came, soon but not at once."""
        self._asked = asked
        self._wanted = True
        if not self._pause.isActive() and not self._under_way:
            self.read(asked)

    @Slot()
    def _read_again(self) -> None:
        if self._wanted and self._asked is not None and not self._under_way:
            self.read(self._asked)

    def _ask_volume(self, asked: AuditFilter, oldest: Page[AuditRow] | None) -> None:
        """Ask for the chart; without a beginning it begins with the oldest row."""
        now = time.time_ns() // 1000
        until = min(now, asked.until_us) if asked.until_us is not None else now
        since = asked.since_us
        if since is None:
            since = oldest.rows[0].recorded_us if oldest is not None and oldest.rows else until
        zone = self._context.zone
        starts = starts_of(since, until, zone)
        query, more = self.chart.question()
        show = lambda found: self.chart.show_answer(found, starts, until, zone)  # noqa: E731 - what to do with it
        self._ask("volume", show, query, asked, starts, **more)

    @Slot()
    def _chart_wanted(self) -> None:
        """Read for something else that the chart shall show."""
        if self._asked is not None:
            self.read(self._asked)

    def _ask(
        self, slot: str, ok: Callable[[Any], None], query: Callable[..., Any], *arguments: Any, **named: Any
    ) -> None:
        future = self._context.ask(query, *arguments, **named)
        self._under_way[slot] = future

        def arrived(answer: Any) -> None:
            self._ended(slot)
            ok(answer)

        when_done(self, future, arrived, lambda _: self._ended(slot), slot)

    def _ended(self, slot: str) -> None:
        self._under_way.pop(slot, None)
        if not self._under_way and self._wanted and not self._pause.isActive():
            self._pause.start()

    def _show_count(self, found: tuple[int, bool]) -> None:
        self.strip.show_count(*found, self._kind.things)

    def _show_gaps(self, found: tuple[Gap, ...]) -> None:
        self.gap_note.show_gaps(found)
        self.chart.chart.show_gaps(found)

    def _show_summary(self, found: Summary) -> None:
        facts = [
            (number(found.requests), self._kind.things),
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
