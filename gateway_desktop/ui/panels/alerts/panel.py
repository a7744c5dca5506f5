"""Alerts: the list, one of them in full, and what people do with them."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QPushButton

from gateway_desktop.core.alert import AlertState
from gateway_desktop.core.changes import Topic
from gateway_desktop.core.people import Role
from gateway_desktop.store.queries.alerts import AlertDetail, AlertFilter, AlertItem, alerts, count, detail
from gateway_desktop.store.queries.audit import detail_of_exchange
from gateway_desktop.store.queries.configuration import ProxyItem, proxy_rows
from gateway_desktop.store.queries.policies import PolicyItem, policy_rows
from gateway_desktop.ui.boxes import fill
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.export_dialog import ExportDialog, Listing
from gateway_desktop.ui.lists.list_page import ListPage, list_over_detail
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels.alerts.columns import ALERT_COLUMNS
from gateway_desktop.ui.panels.alerts.dialogs import DismissDialog, WordsDialog
from gateway_desktop.ui.panels.alerts.filters import AlertFilters
from gateway_desktop.ui.panels.alerts.pane import AlertPane
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.tables.choice import Option
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.widgets.empty_state import EmptyState

MOST = 500  # alerts shown at once
SHOW_ALL = "Show all alerts"
OPEN_POLICIES = "Open Policies"
NONE_YET = ("No alerts", "What policies find, refused access and unusual use are told here.", OPEN_POLICIES)
NO_MATCH = ("No match", "No alert is as asked for.", "Show open alerts")


class Alerts(Panel):
    """What somebody should look at."""

    name = "alerts"
    title = "Alerts"
    group = "Security"
    icon = "warning"
    throttled = (Topic.ALERTS, 2000)

    def __init__(self, context: UiContext) -> None:
        super().__init__(context)
        self._alerts = context.services.alerts
        self.filters = AlertFilters(context.state)
        self.table = SimpleTable(ALERT_COLUMNS, lambda row: row.id, context.state, "alerts", "Alerts")
        self.table.sort_by("last_seen", descending=True)
        self.table.setSelectionMode(SimpleTable.SelectionMode.ExtendedSelection)
        self.page = ListPage(self.table, EmptyState())
        self.page.offer_search(False)  # the filters look in texts
        self.pane = AlertPane(context)
        self.buttons_of = self._make_buttons()
        fill(self.body, self.filters, (list_over_detail(self.page, self.pane, (360, 320)), 1))
        self.filters.changed.connect(self.reload)
        self.page.empty.chosen.connect(self._help_empty)
        self.table.chosen.connect(self._choose)
        self.table.selectionModel().selectionChanged.connect(self._offer)
        self.pane.all_wanted.connect(lambda wanted: self.filters.reset(**wanted))
        self._offer()

    def _make_buttons(self) -> dict[str, QPushButton]:
        actions: tuple[tuple[str, Callable[[], object]], ...] = (
            ("Start review", partial(self._move, AlertState.REVIEW)),
            ("Resolve", partial(self._move, AlertState.RESOLVED)),
            ("Dismiss", self._dismiss),
            ("Reopen", partial(self._move, AlertState.REVIEW)),
            ("Assign", self._assign),
            ("Note", self._note),
        )
        made = {}
        for label, act in actions:
            made[label] = button = QPushButton(label)
            permissions().require(button, least=Role.OPERATOR)
            button.clicked.connect(lambda _=False, act=act: act())
        export = push_button("Export CSV", self.export, tip="All alerts of this filter into a file (Ctrl+E)")
        self.buttons.add(*made.values(), export)
        return made

    # -- reading

    def refresh(self) -> None:
        self.load("alerts", alerts, self.filters.asked(), MOST, ok=self._show)
        self.load("proxies", proxy_rows, ok=self._offer_proxies)
        self.load("policies", policy_rows, ok=self._offer_policies)
        if self.pane.shown is not None:
            self.load("detail", detail, self.pane.shown.item.id, ok=self._show_detail)

    def open_with(self, **wanted: object) -> None:
        """Show one alert (`alert`), or all open ones."""
        self.filters.reset()
        if alert := wanted.get("alert"):
            self._wanted = str(alert)
            self.table.setCurrentIndex(QModelIndex())
            self.table.clearSelection()  # else buttons were for another one than is shown
            self.load("detail", detail, self._wanted, ok=self._show_detail)

    def focus_filter(self) -> None:
        self.filters.text.setFocus()

    def export(self) -> bool:
        """Export all alerts that are asked for, not only those shown."""
        self.load("export", count, self.filters.asked(), ok=self._open_export)
        return True

    def _open_export(self, rows: int) -> None:
        options = self.filters.options()
        words = " ".join(option.removeprefix("--").replace("=", ":") for option in options[1:])
        listing = Listing(("alert", "list", *options), rows)
        ExportDialog(self.context, "alerts", self.title, words, listing).open_over(self)

    def _show(self, rows: Sequence[AlertItem]) -> None:
        self.page.empty.say(*(NO_MATCH if self.filters.narrowed() else NONE_YET))
        self.page.show_rows(rows)
        if self._wanted:
            self.table.select(self._wanted)
        if not rows and not self.filters.narrowed():
            self.load("closed", count, AlertFilter(), ok=self._say_closed)
        self._offer()
        if len(rows) == MOST:
            self.load("count", count, self.filters.asked(), ok=self._say_count)

    def _say_closed(self, closed: int) -> None:
        if closed and not self.table.rows():
            self.page.empty.say("No open alerts", f"All {closed:,} are resolved or dismissed.", SHOW_ALL)

    def _say_count(self, found: int) -> None:
        if found > MOST:
            self.page.banner.say(
                f"The newest {MOST:,} of {found:,} are shown; narrow the filter for the others.", "accent"
            )

    _wanted = ""  # the alert to choose once it is listed, until a person chooses another

    def _offer_proxies(self, rows: Sequence[ProxyItem]) -> None:
        self.filters.proxy.offer([Option(row.proxy.name, row.proxy.name) for row in rows])

    def _offer_policies(self, rows: Sequence[PolicyItem]) -> None:
        self.filters.policy.offer([Option(row.policy.name, row.policy.name) for row in rows])

    # -- one alert

    def _choose(self, row: AlertItem | None) -> None:
        if row is None:
            return
        self._wanted = ""
        self.load("detail", detail, row.id, ok=self._show_detail)

    def _show_detail(self, found: AlertDetail | None) -> None:
        self.pane.show_alert(found)
        self._offer()
        if found is not None and found.exchanges and found.kind != "system":
            self.load("exchange", detail_of_exchange, found.exchanges[0], ok=self.pane.show_exchange)

    # -- doing

    def chosen(self) -> list[AlertItem]:
        """Return the alerts that are selected; without any, the one that is shown in full."""
        rows = self.table.rows()
        selected = [
            rows[index.row()]
            for index in self.table.selectionModel().selectedRows()
            if index.row() < len(rows)
        ]
        return selected or ([self.pane.shown.item] if self.pane.shown is not None else [])

    @Slot()
    def _offer(self) -> None:
        chosen = self.chosen()
        closed = [row.state.closed for row in chosen]
        fits = {
            "Start review": bool(chosen) and all(row.state is AlertState.NEW for row in chosen),
            "Resolve": bool(chosen) and not any(closed),
            "Dismiss": bool(chosen) and not any(closed),
            "Reopen": bool(chosen) and all(closed),
            "Assign": bool(chosen),
            "Note": bool(chosen),
        }
        for label, button in self.buttons_of.items():
            if button.hasFocus() and not fits[label]:
                self.table.setFocus()  # else the keyboard would be at the button beside it
            button.setEnabled(fits[label])
        self.buttons_of["Reopen"].setVisible(fits["Reopen"])
        self.buttons_of["Start review"].setVisible(not fits["Reopen"])

    def _ids(self) -> list[str]:
        return [row.id for row in self.chosen()]

    def _words(self) -> str:
        chosen = self.chosen()
        return f"“{chosen[0].title}”" if len(chosen) == 1 else f"{len(chosen)} alerts"

    def _move(self, to: AlertState) -> None:
        ids = self._ids()
        act = self._alerts.review if to is AlertState.REVIEW else self._alerts.resolve
        self.page.run(lambda: act(ids))

    def _dismiss(self) -> None:
        ids = self._ids()
        DismissDialog(self._words(), lambda reason, note: self._alerts.dismiss(ids, reason, note)).open_over(
            self
        )

    def _assign(self) -> None:
        ids, first = self._ids(), self.chosen()[0].assignee
        WordsDialog(
            f"Assign {self._words()}", "Assign", "To", lambda to: self._alerts.assign(ids, to), value=first
        ).open_over(self)

    def _note(self) -> None:
        ids = self._ids()
        WordsDialog(
            f"Note on {self._words()}", "Add note", "Note", lambda text: self._alerts.note(ids, text)
        ).open_over(self)

    @Slot()
    def _help_empty(self) -> None:
        if self.page.empty.button.text() == OPEN_POLICIES:
            self.context.open_page("policies")
            return
        self.filters.reset()
        if self.page.empty.button.text() == SHOW_ALL:
            self.filters.of_any_state()
