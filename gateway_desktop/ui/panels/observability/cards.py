"""The numbers on top of Observability."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from gateway_desktop.core.figures import Figures, Machine
from gateway_desktop.core.plural import plural
from gateway_desktop.store.queries.budgets import BudgetUse, budgets_in_use
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.usage import summary
from gateway_desktop.ui.display import cost, duration, few, number, percent, size
from gateway_desktop.ui.theme import Token
from gateway_desktop.ui.widgets.stat_card import StatCard, StatStrip

SLOW_MS = 1000
FULL_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Spending:
    """What today cost so far, and the budget of which most is spent."""

    cost_nano: int
    unknown: int
    tightest: BudgetUse | None


def spending(database: Any, today_us: int, zone: tzinfo, now_us: int) -> Spending:
    """Read it; run in a reader thread."""
    today = summary(database, AuditFilter("llm", since_us=today_us))
    uses = budgets_in_use(database, zone, now_us)
    return Spending(today.cost_nano, today.cost_unknown, max(uses, key=lambda use: use.share, default=None))


class Cards(StatStrip):
    """In flight, backlog, database, cost, processor, memory, disk."""

    def __init__(self) -> None:
        self.flight = StatCard("In flight")
        self.backlog = StatCard("Audit backlog")
        self.database = StatCard("Database", opens="Opens Settings, Database")
        self.cost = StatCard("Cost today", opens="Opens Budgets")
        self.processor = StatCard("Processor")
        self.memory = StatCard("Memory")
        self.disk = StatCard("Free disk")
        super().__init__(
            (self.flight, self.backlog, self.database, self.cost, self.processor, self.memory, self.disk)
        )

    def show_figures(self, found: Figures, growth: int | None) -> None:
        per_minute = sum(proxy.per_minute for proxy in found.proxies)
        self.flight.show_number(
            number(found.active), f"{few(per_minute)} {'call' if per_minute == 1 else 'calls'} a minute"
        )
        store = found.store
        late = store.lag_ms >= SLOW_MS or store.backlog_rows > 1000
        tone: Token = "high" if late else "muted"
        self.backlog.show_number(
            number(store.backlog_rows),
            f"written in {duration(store.lag_ms)}",
            tone,
            f"{plural(store.backlog_rows, 'row')} ({size(store.backlog_bytes)}) wait to be written",
        )
        grows = (
            "growth unknown" if growth is None else f"{'+' if growth >= 0 else '−'}{size(abs(growth))} a day"
        )
        self.database.show_number(size(store.size_bytes), grows)

    def show_spending(self, found: Spending) -> None:
        shown = cost(found.cost_nano, unknown=found.unknown)
        use = found.tightest
        if use is None:
            self.cost.show_number(shown, "no budgets")
            return
        tone: Token = "critical" if use.share >= 1 else "high" if use.share >= FULL_SHARE else "muted"
        spent = f"{cost(use.now.spent_nano)} of {cost(use.budget.limit_nano)}"
        words = f"{percent(use.now.spent_nano, use.budget.limit_nano)} of a budget"
        self.cost.show_number(shown, words, tone, f"{use.budget.subject}, {use.budget.period}: {spent}")

    def show_machine(self, found: Machine, least_free: int) -> None:
        self.processor.show_number(
            f"{found.process_cpu_share:.0f}%",
            f"machine {found.cpu_share:.0f}%",
            "high" if found.cpu_share >= 100 * FULL_SHARE else "muted",
            f"Of one processor, by this program; all {found.processors} together: {found.cpu_share:.0f}%",
        )
        self.memory.show_number(
            size(found.process_memory_bytes),
            f"{size(found.memory_free_bytes)} free",
            "high" if found.memory_free_bytes < (1 - FULL_SHARE) * found.memory_bytes else "muted",
            f"{size(found.memory_bytes)} in the machine; {plural(found.threads, 'thread')} here",
        )
        low = found.disk_free_bytes < least_free
        self.disk.show_number(
            size(found.disk_free_bytes), f"of {size(found.disk_bytes)}", "critical" if low else "muted"
        )
