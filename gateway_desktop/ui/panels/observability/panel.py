"""Observability: is everything well, and if not, where."""

from typing import Any

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QPushButton, QStackedWidget

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.clock import iso, now_us, start_of_day
from gateway_desktop.core.figures import Figures, Machine
from gateway_desktop.core.sink import SinkState
from gateway_desktop.store.queries.observability import History, history
from gateway_desktop.store.queries.outbox import sink_states
from gateway_desktop.ui.boxes import fill
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import tab_bar
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.lists.list_page import ListPage
from gateway_desktop.ui.lists.row_actions import RowAction, RowActions
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels.observability.cards import Cards, spending
from gateway_desktop.ui.panels.observability.charts import HistoryChart
from gateway_desktop.ui.panels.observability.columns import (
    POLICY_COLUMNS,
    PROXY_COLUMNS,
    QUERY_COLUMNS,
    SINK_COLUMNS,
)
from gateway_desktop.ui.panels.observability.log_page import LogPage
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.widgets.empty_state import EmptyState

LOOK_MS = 2000
LEAST_ROWS = 64  # pixels that a low window leaves the lists: the cards are never cut off
SLOWLY = 15  # looks between two readings of sums
PROXIES, POLICIES, SINKS, QUERIES, LOG = range(5)


class Lists(QStackedWidget):
    """The lists, one at a time; a low window takes its height from them, not from the cards."""

    def hasHeightForWidth(self) -> bool:
        """Ask for no height, whatever the sentences of empty lists would need."""
        return False


class Observability(Panel):
    """Looks every two seconds while it is seen, and not at all otherwise."""

    name = "observability"
    title = "Observability"
    group = "Infrastructure"
    icon = "observability"
    topics = frozenset({Topic.CONFIGURATION, Topic.SETTINGS, Topic.STATUS})

    def __init__(self, context: UiContext) -> None:
        super().__init__(context)
        self._growth: int | None = None
        self._looks = 0
        self.cards = Cards()
        self.chart = HistoryChart(context.zone)
        self.proxies = self._list(
            PROXY_COLUMNS,
            lambda row: row.proxy,
            "Health",
            EmptyState("No proxies yet", "Each one's health stands here.", "Add a proxy"),
        )
        self.policies = self._list(
            POLICY_COLUMNS,
            lambda row: row.policy,
            "Policy times",
            EmptyState("No policy is on", "Turn one on at Policies."),
        )
        self.sinks = self._list(
            SINK_COLUMNS,
            lambda row: row.sink.id,
            "Sinks",
            EmptyState("No sinks", "Records can go to OTLP, syslog, webhooks and Slack, too.", "Add a sink"),
        )
        self.queries = self._list(
            QUERY_COLUMNS,
            lambda row: row.name,
            "Queries",
            EmptyState("None yet", "The gateway does not run."),
        )
        self.log = LogPage(context)
        test = RowAction("Test", self._test, button=True, least=None)
        self.sink_actions = RowActions(self.sinks.table, (test,), self)
        self._lay_out()
        self._connect()

    def _list(
        self, columns: tuple[Column[Any], ...], key: Any, title: str, empty: EmptyState
    ) -> ListPage[Any]:
        name = f"observability_{title.lower().replace(' ', '_')}"
        table = SimpleTable(columns, key, self.context.state, name, title)
        return ListPage(table, empty)

    def _lay_out(self) -> None:
        titles = ("Proxies", "Policies", "Sinks", "Slowest queries", "Log")
        self.tabs = tab_bar("Proxies, policies, sinks, queries or the log", titles)
        self.stack = Lists()
        self.stack.setMinimumHeight(LEAST_ROWS)
        for page in (self.proxies, self.policies, self.sinks, self.queries, self.log):
            self.stack.addWidget(page)
        self.manage = QPushButton("Manage sinks")
        self.lists = (self.proxies, self.policies, self.sinks, self.queries, self.log.page)
        searches = (page.search for page in self.lists)
        self.buttons.add(*searches, *self.sink_actions.widgets(), self.manage, self.log.level)
        fill(self.body, self.cards, self.chart, self.tabs, (self.stack, 1))
        self._show_tab(PROXIES)

    def _connect(self) -> None:
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self.tabs.currentChanged.connect(self._show_tab)
        self.chart.wanted.connect(self._read_history)
        self.chart.range_chosen.connect(self._open_range)
        self.log.level.currentIndexChanged.connect(self._read_log)
        permissions().require(self.proxies.empty.button)
        self.proxies.empty.chosen.connect(lambda: self.context.open_page("proxies", add=True))
        self.sinks.empty.chosen.connect(self._manage_sinks)
        self.manage.clicked.connect(self._manage_sinks)
        self.cards.database.clicked.connect(lambda: self.context.open_page("settings", section="Database"))
        self.cards.cost.clicked.connect(lambda: self.context.open_page("budgets"))

    # -- reading

    def refresh(self) -> None:
        self._look_now()
        self._read_sums()
        self._read_history()

    def open_with(self, **wanted: object) -> None:
        tabs = {"policies": POLICIES, "sinks": SINKS, "queries": QUERIES, "log": LOG}
        self.tabs.setCurrentIndex(tabs.get(str(wanted.get("tab")), PROXIES))

    def focus_filter(self) -> None:
        self.lists[self.tabs.currentIndex()].focus_find()

    @Slot()
    def _look(self) -> None:
        if not self.isVisible():
            return
        self._look_now()
        self._looks += 1
        if self._looks % SLOWLY == 0:
            self._read_sums()
            self._read_history()

    def _look_now(self) -> None:
        service = self.context.services.observability
        when_done(self, service.figures(), self._show_figures, slot="figures")
        when_done(self, service.machine(), self._show_machine, slot="machine")
        if self.tabs.currentIndex() == SINKS:
            self.load("sinks", sink_states, ok=self.sinks.show_rows)
        elif self.tabs.currentIndex() == LOG:
            self._read_log()

    def _read_sums(self) -> None:
        zone = self.context.zone
        self.load("spending", spending, start_of_day(zone), zone, now_us(), ok=self.cards.show_spending)

    @Slot()
    def _read_history(self) -> None:
        now = now_us()
        self.load("history", history, self.chart.starts(now), now, ok=self._show_history)

    @Slot()
    def _read_log(self) -> None:
        lines = self.context.services.observability.log(self.log.least)
        when_done(self, lines, self.log.page.show_rows, slot="log")

    # -- showing

    @Slot(int)
    def _show_tab(self, tab: int) -> None:
        self.stack.setCurrentIndex(tab)
        for place, page in enumerate(self.lists):
            page.offer_search(place == tab)
        self.sink_actions.show(tab == SINKS)
        self.manage.setVisible(tab == SINKS)
        self.log.level.setVisible(tab == LOG)
        if self.isVisible():
            self._look_now()

    def _show_figures(self, found: Figures) -> None:
        self.cards.show_figures(found, self._growth)
        self.context.size_read.emit(found.store.size_bytes)
        self.proxies.show_rows(found.proxies)
        self.policies.show_rows(found.policies)
        self.queries.show_rows(found.store.queries)

    def _show_machine(self, found: Machine) -> None:
        self.cards.show_machine(found, self.context.settings.retention.low_disk_mb << 20)

    def _show_history(self, found: History) -> None:
        self._growth = found.growth_bytes
        self.chart.show_history(found)

    # -- doing

    def _test(self, row: SinkState) -> None:
        self.sinks.banner.clear()
        done = self.context.services.sinks.test(row.sink.name)
        when_done(self, done, self.context.say, lambda error: self.sinks.banner.say(words(error)))

    @Slot()
    def _manage_sinks(self) -> None:
        self.context.open_page("settings", section="Integrations")

    @Slot(object, object)
    def _open_range(self, since_us: int, until_us: int) -> None:
        asked = f"since:{iso(since_us)} until:{iso(until_us)}"
        self.context.open_page("audit_logs", filter=asked)
