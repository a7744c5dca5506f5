"""Alerts: the list, one of them in full, and what people do with them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QPushButton, QSplitter, QVBoxLayout, QWidget

from gateway_desktop.core.alert import AlertState
from gateway_desktop.core.changes import Topic
from gateway_desktop.core.people import Role
from gateway_desktop.store.queries.alerts import AlertDetail, AlertItem, alerts, count, detail
from gateway_desktop.store.queries.audit import AuditDetail, detail_of_exchange
from gateway_desktop.store.queries.configuration import ProxyItem, proxy_rows
from gateway_desktop.store.queries.policies import PolicyItem, policy_rows
from gateway_desktop.ui.calm import Calm
from gateway_desktop.ui.clock import now_us
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.export_dialog import ExportDialog, Listing
from gateway_desktop.ui.lists.list_page import ListPage
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels.alerts.columns import columns
from gateway_desktop.ui.panels.alerts.detail import AlertText
from gateway_desktop.ui.panels.alerts.dialogs import DismissDialog, ExceptionDialog, WordsDialog
from gateway_desktop.ui.panels.alerts.filters import AlertFilters
from gateway_desktop.ui.panels.alerts.proposals import rule_for
from gateway_desktop.ui.panels.alerts.remedies import apply, words_of
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.widgets.empty_state import EmptyState
from gateway_desktop.ui.widgets.flow import Flow

EVERY_MS = 2000
MOST = 500  # alerts shown at once
NONE_YET = ("No alerts", "What policies find, refused access and unusual use are told here.")
NO_MATCH = ("No match", "No alert is as asked for.")


class Alerts(Panel):
    """What somebody should look at."""

    name = "alerts"
    title = "Alerts"
    group = "Security"
    icon = "warning"
    help_page = "alerts"
    topics = frozenset({Topic.CONFIGURATION})

    def __init__(self, context: UiContext) -> None:
        super().__init__(context)
        self._alerts = context.services.alerts
        self._detail: AlertDetail | None = None
        self._exchange: AuditDetail | None = None
        self.filters = AlertFilters()
        self.table = SimpleTable(columns(now_us), lambda row: row.id, context.state, "alerts", "Alerts")
        self.table.setSelectionMode(SimpleTable.SelectionMode.ExtendedSelection)
        self.page = ListPage(self.table, EmptyState())
        self.page.offer_search(False)  # the filters look in texts
        self.text = AlertText()
        self.buttons_of = self._make_buttons()
        self._lay_out()
        Calm(context.bridge, EVERY_MS, self, Topic.ALERTS).due.connect(self.reload)
        self.filters.changed.connect(self.reload)
        self.page.empty.chosen.connect(self._show_open)
        self.table.chosen.connect(self._choose)
        self.table.selectionModel().selectionChanged.connect(self._offer)
        self.text.exchange_wanted.connect(self._open_exchange)
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
            self.buttons.addWidget(button)
        export = QPushButton("Export CSV")
        export.setToolTip("All alerts of this filter into a file (Ctrl+E)")
        export.clicked.connect(self.export)
        self.buttons.addWidget(export)
        return made

    def _lay_out(self) -> None:
        self.remedy = QPushButton()
        self.remedy.setProperty("kind", "primary")
        self.remedy.clicked.connect(self._apply_remedy)
        self.exception = QPushButton("Make an exception")
        self.exception.clicked.connect(self._make_exception)
        self.rule = QPushButton("Make a rule")
        permissions().require(self.exception, self.rule)
        self.rule.clicked.connect(self._make_rule)
        self.of_user = QPushButton("All by this user")
        self.of_user.clicked.connect(lambda: self._all_of("user"))
        self.of_rule = QPushButton("All of this rule")
        self.of_rule.clicked.connect(lambda: self._all_of("rule"))
        below = Flow()
        for button in (self.remedy, self.exception, self.rule, self.of_user, self.of_rule):
            below.addWidget(button)
        self.pane = QWidget()
        column = QVBoxLayout(self.pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.text, 1)
        column.addLayout(below)
        self.pane.hide()
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.page)
        splitter.addWidget(self.pane)
        splitter.setSizes([360, 320])
        splitter.setChildrenCollapsible(False)
        self.body.addWidget(self.filters)
        self.body.addWidget(splitter, 1)

    # -- reading

    def refresh(self) -> None:
        """Read the alerts that are asked for, and what filters can offer."""
        self.load("alerts", alerts, self.filters.asked(), MOST, ok=self._show)
        self.load("proxies", proxy_rows, ok=self._offer_proxies)
        self.load("policies", policy_rows, ok=self._offer_policies)
        if self._detail is not None:
            self.load("detail", detail, self._detail.item.id, ok=self._show_detail)

    def open_with(self, **wanted: object) -> None:
        """Show one alert (`alert`), or all open ones."""
        self.filters.reset()
        if alert := wanted.get("alert"):
            self.load("detail", detail, str(alert), ok=self._show_detail)

    def focus_filter(self) -> None:
        """Put the cursor into the text that is looked for (Ctrl+F)."""
        self.filters.text.setFocus()

    def export(self) -> bool:
        """Export all alerts that are asked for, not only those shown."""
        self.load("export", count, self.filters.asked(), ok=self._open_export)
        return True

    def _open_export(self, rows: int) -> None:
        options = self.filters.options()
        words = " ".join(option.removeprefix("--").replace("=", ":") for option in options[1:])
        listing = Listing(("alert", "list", *options), rows)
        ExportDialog(self.context, "alerts", self.title, words, listing, self).open()

    def _show(self, rows: Sequence[AlertItem]) -> None:
        words, action = (NO_MATCH, "Show open alerts") if self.filters.narrowed() else (NONE_YET, "")
        self.page.empty.say(*words, action)
        self.page.show_rows(rows)
        self._offer()
        if len(rows) == MOST:
            self.load("count", count, self.filters.asked(), ok=self._say_count)

    def _say_count(self, found: int) -> None:
        if found > MOST:
            self.page.banner.say(
                f"The newest {MOST:,} of {found:,} are shown; narrow the filter for the others."
            )

    _proxies: Sequence[str] = ()
    _policies: Sequence[str] = ()

    def _offer_proxies(self, rows: Sequence[ProxyItem]) -> None:
        self._proxies = [row.proxy.name for row in rows]
        self.filters.offer(self._proxies, self._policies)

    def _offer_policies(self, rows: Sequence[PolicyItem]) -> None:
        self._policies = [row.policy.name for row in rows]
        self.filters.offer(self._proxies, self._policies)

    # -- one alert

    def _choose(self, row: AlertItem | None) -> None:
        if row is None:
            return
        self.load("detail", detail, row.id, ok=self._show_detail)

    def _show_detail(self, found: AlertDetail | None) -> None:
        if found is None:
            self.pane.hide()
            return
        other = self._detail is None or self._detail.item.id != found.item.id
        self._detail = found
        if other:
            self._exchange = None
        self.pane.show()
        self.text.show_alert(found, self._text_at)
        offered = words_of(found)
        self.remedy.setVisible(bool(offered))
        self.remedy.setText(offered)
        self.exception.setVisible(bool(found.item.policy and found.evidence))
        self.rule.setVisible(rule_for(found) is not None)
        self.of_user.setVisible(bool(found.item.actor))
        if found.exchanges and found.kind != "system":
            self.load("exchange", detail_of_exchange, found.exchanges[0], ok=self._show_exchange)

    def _show_exchange(self, found: AuditDetail | None) -> None:
        self._exchange = found
        if self._detail is not None:
            self.text.show_alert(self._detail, self._text_at)

    def _text_at(self, evidence: Mapping[str, Any]) -> str | None:
        """Return the stored text in which a piece of evidence stands, where its places can be trusted."""
        if self._exchange is None:
            return None
        direction = "response" if evidence.get("direction") == "answer" else "request"
        start, end = int(evidence.get("start", 0)), int(evidence.get("end", 0))
        for part in self._exchange.parts:
            if (part.direction, part.place) == (direction, evidence.get("place")) and part.text is not None:
                # What was masked before it was stored has moved what follows.
                same = part.text[start:end][:40].strip()
                return part.text if same and same in str(evidence.get("excerpt", "")) else None
        return None

    # -- doing

    def chosen(self) -> list[AlertItem]:
        """Return the alerts that are selected."""
        rows = self.table.rows()
        return [
            rows[index.row()]
            for index in self.table.selectionModel().selectedRows()
            if index.row() < len(rows)
        ]

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
        DismissDialog(
            self._words(), lambda reason, note: self._alerts.dismiss(ids, reason, note), self
        ).open()

    def _assign(self) -> None:
        ids, first = self._ids(), self.chosen()[0].assignee
        dialog = WordsDialog(
            f"Assign {self._words()}",
            "Assign",
            "To",
            lambda to: self._alerts.assign(ids, to),
            value=first,
            parent=self,
        )
        dialog.open()

    def _note(self) -> None:
        ids = self._ids()
        WordsDialog(
            f"Note on {self._words()}",
            "Add note",
            "Note",
            lambda text: self._alerts.note(ids, text),
            parent=self,
        ).open()

    def _make_exception(self) -> None:
        found = self._detail
        if found is None:
            return
        policy, _, rest = found.item.policy.partition("@")
        rule = rest.partition("/")[2]
        add = self.context.services.policy_exceptions.add
        ExceptionDialog(policy, rule, found.evidence[0], add, self).open()

    def _make_rule(self) -> None:
        rule = rule_for(self._detail) if self._detail is not None else None
        if self._detail is not None and rule is not None:
            self.context.open_page("policies", rule=rule, proxy=self._detail.item.proxy)

    def _apply_remedy(self) -> None:
        if self._detail is not None:
            apply(self._detail, self.context, self)

    def _all_of(self, what: str) -> None:
        if self._detail is not None:
            item = self._detail.item
            self.filters.reset(**({"user": item.actor} if what == "user" else {"rule": item.rule}))

    @Slot()
    def _show_open(self) -> None:
        self.filters.reset()

    @Slot(str)
    def _open_exchange(self, exchange: str) -> None:
        kind = self._detail.kind if self._detail is not None else ""
        self.context.open_page("audit_logs", tab=kind or "llm", filter=f"id:{exchange}")
