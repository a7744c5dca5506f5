"""Overview: the gateway, today's numbers, the newest rows and trouble; first steps at the beginning."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QWidget

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.clock import iso, now_us, start_of_day
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.status import State
from gateway_desktop.services.first_steps import FirstKey
from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.store.queries.configuration import proxy_rows
from gateway_desktop.store.queries.overview import Overview as Found
from gateway_desktop.store.queries.overview import overview
from gateway_desktop.ui.address import address
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import scroll_area
from gateway_desktop.ui.display import cost, number, percent
from gateway_desktop.ui.forms.form import sentence
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels.overview.columns import LATEST_COLUMNS, TROUBLE_COLUMNS
from gateway_desktop.ui.panels.overview.first_steps import FirstStepsCard
from gateway_desktop.ui.panels.overview.gateway_line import GatewayLine
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.theme import ROW_HEIGHT
from gateway_desktop.ui.widgets.banner import Banner
from gateway_desktop.ui.widgets.stat_card import StatCard, StatStrip
from gateway_desktop.ui.widgets.text_label import text_label

STEPS_CLOSED = "overview/steps_closed"
LOOK_MS = 1000
LATEST_SHOWN, TROUBLE_SHOWN = 8, 5


@dataclass(frozen=True, slots=True)
class Read:
    """What the page reads in one go."""

    found: Found
    proxies: tuple[Proxy, ...]


def read(database: Any, today_us: int, at_us: int) -> Read:
    """Read the state of everything; run in a reader thread."""
    return Read(overview(database, today_us, at_us), tuple(item.proxy for item in proxy_rows(database)))


class Overview(Panel):
    """The first page."""

    name = "overview"
    title = "Overview"
    icon = "overview"
    help_page = "getting-started"
    topics = frozenset({Topic.CONFIGURATION, Topic.STATUS, Topic.SETTINGS})
    throttled = (Topic.AUDIT, 500)

    def __init__(self, context: UiContext) -> None:
        super().__init__(context)
        self.banner = Banner()
        self.gateway = GatewayLine()
        self.steps = FirstStepsCard()
        self.requests = StatCard("Requests today", opens="Opens today's rows")
        self.users = StatCard("Users today", opens="Opens User Activity")
        self.failed = StatCard("Failed today", opens="Opens the failed rows")
        self.blocked = StatCard("Blocked today", opens="Opens the blocked rows")
        self.cost = StatCard("Cost today", opens="Opens User Activity")
        state = context.state
        self.latest = SimpleTable(LATEST_COLUMNS, lambda row: row.id, state, "latest", "Latest requests")
        self.trouble = SimpleTable(TROUBLE_COLUMNS, lambda row: row.id, state, "trouble", "Latest trouble")
        self._steps_open: bool | None = None  # not known before the first answer
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        page = QWidget()
        page.setProperty("role", "page")
        column = in_column(of=page, margins=(0, 0, 0, 16), gap=16)
        strip = StatStrip((self.requests, self.users, self.failed, self.blocked, self.cost))
        self.latest_part = _part("Latest requests", self.latest)
        self.trouble_part = _part("Latest trouble", self.trouble)
        self.numbers = strip
        for widget in (self.banner, self.gateway, self.steps, strip, self.latest_part, self.trouble_part):
            column.addWidget(widget)
        column.addStretch(1)
        for part in (self.steps, strip, self.latest_part, self.trouble_part):
            part.hide()
        self.body.addWidget(scroll_area(page), 1)

    def _connect(self) -> None:
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._show_status)
        self._look.start()
        control, steps = self.context.services.gateway_control, self.steps
        self.gateway.switch.clicked.connect(
            lambda: self._do(control.stop if self.gateway.running else control.start)
        )
        steps.sandbox.clicked.connect(self._add_sandbox)
        for button in (steps.provider, steps.real):
            button.clicked.connect(lambda: self.context.open_page("proxies", add=True))
        steps.new_key.clicked.connect(lambda: self.context.open_page("api_keys", create=True))
        steps.rows.clicked.connect(lambda: self._open_rows(""))
        steps.close_steps.clicked.connect(self._close_steps)
        self.requests.clicked.connect(lambda: self._open_rows("", today=True))
        self.failed.clicked.connect(lambda: self._open_rows("status:failed", today=True))
        self.blocked.clicked.connect(lambda: self._open_rows("status:blocked", today=True))
        for card in (self.users, self.cost):
            card.clicked.connect(lambda: self.context.open_page("user_activity"))
        self.latest.opened.connect(self._open_row)
        self.trouble.opened.connect(self._open_row)

    # -- reading

    def refresh(self) -> None:
        """Read everything; the gateway's own state is at hand without asking."""
        self._show_status()
        self.load("overview", read, start_of_day(self.context.zone), now_us(), ok=self._show)

    @Slot()
    def _show_status(self) -> None:
        if self.isVisible():
            status = self.context.status()
            self.gateway.show_status(status)
            self.steps.show_running(status.state is State.RUNNING)

    def _show(self, answer: Read) -> None:
        found = answer.found
        self.gateway.show_counts(found)
        self.context.size_read.emit(found.storage.total)
        self._show_steps(answer)
        self._show_numbers(found)
        self._show_rows(self.latest_part, self.latest, found.latest[:LATEST_SHOWN])
        self._show_rows(self.trouble_part, self.trouble, found.trouble[:TROUBLE_SHOWN])

    def _show_steps(self, answer: Read) -> None:
        found = answer.found
        if self._steps_open is None:
            self._steps_open = not found.steps.done and not self.context.state.value(STEPS_CLOSED)
        self.steps.setVisible(self._steps_open)
        if self._steps_open:
            latest = found.latest[0] if found.latest else None
            self.steps.show_state(found.steps, answer.proxies, address(self.context), latest)

    def _show_numbers(self, found: Found) -> None:
        today = found.today
        self.numbers.setVisible(found.steps.request)
        self.requests.show_number(number(today.requests))
        unnamed = f"{number(today.unattributed)} unattributed" if today.unattributed else ""
        self.users.show_number(number(today.unique_users), unnamed)
        share = percent(found.failed_today, today.requests) if found.failed_today else ""
        self.failed.show_number(number(found.failed_today), share, "high" if found.failed_today else "muted")
        share = percent(today.blocked, today.requests) if today.blocked else ""
        self.blocked.show_number(number(today.blocked), share, "critical" if today.blocked else "muted")
        missing = f"{number(today.cost_unknown)} of unknown cost" if today.cost_unknown else ""
        self.cost.show_number(cost(today.cost_nano, unknown=today.cost_unknown), missing)

    @staticmethod
    def _show_rows(part: QWidget, table: SimpleTable[AuditRow], rows: tuple[AuditRow, ...]) -> None:
        part.setVisible(bool(rows))
        table.show_rows(rows)
        table.setFixedHeight(ROW_HEIGHT * (len(rows) + 1) + 2)

    # -- doing

    @Slot()
    def _add_sandbox(self) -> None:
        self.steps.sandbox.setEnabled(False)
        when_done(self, self.context.services.first_steps.first_key(), self._sandbox_added, self._failed)

    def _sandbox_added(self, made: FirstKey) -> None:
        self.steps.sandbox.setEnabled(True)
        self.steps.show_key(made, address(self.context))
        self.reload()

    def _failed(self, error: BaseException) -> None:
        self.steps.sandbox.setEnabled(True)
        self.banner.say(sentence(words(error)))

    def _do(self, work: Callable[[], "Future[Any]"]) -> None:
        self.banner.clear()
        self.gateway.switch.setEnabled(False)
        when_done(self, work(), lambda _: self._show_status(), self._not_done)

    def _not_done(self, error: BaseException) -> None:
        """Say why not, unless the notice above every page says it, as long as it is so."""
        if self.context.status().state is not State.FAILED:
            self._failed(error)

    @Slot()
    def _close_steps(self) -> None:
        self._steps_open = False
        self.steps.forget_key()
        self.steps.hide()
        self.context.state.setValue(STEPS_CLOSED, "true")

    def _open_rows(self, words_: str, *, today: bool = False) -> None:
        since = f"since:{iso(start_of_day(self.context.zone))} " if today else ""
        self.context.open_page("audit_logs", filter=f"{since}{words_}".strip())

    @Slot(object)
    def _open_row(self, row: AuditRow) -> None:
        self.context.open_page("audit_logs", tab=row.kind, filter=f"id:{row.exchange_id}")


def _part(words_: str, table: QWidget) -> QWidget:
    part = QWidget()
    heading = text_label(words_, "heading")
    in_column(heading, table, of=part, margins=0, gap=4)
    return part
