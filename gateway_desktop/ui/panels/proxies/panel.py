"""Proxies: the list, the chosen one in full, and everything that can be done with it."""

from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

from PySide6.QtCore import Slot

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.people import Group, Role
from gateway_desktop.core.policy import Policy
from gateway_desktop.core.proxy import Access, Kind
from gateway_desktop.core.scope import Scope
from gateway_desktop.core.status import ProxyHealth, State
from gateway_desktop.policies.scope import holds_at
from gateway_desktop.store.queries.configuration import GroupItem, ProxyItem, group_rows, proxy_rows
from gateway_desktop.store.queries.policies import PolicyItem, policy_rows
from gateway_desktop.store.queries.tool_pins import PinItem, pin_rows
from gateway_desktop.ui.address import address
from gateway_desktop.ui.boxes import fill
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.dialogs.connect import ConnectDialog
from gateway_desktop.ui.dialogs.rate_limit import RateLimitDialog
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.lists.list_panel import ListPanel
from gateway_desktop.ui.lists.row_actions import RowAction
from gateway_desktop.ui.panels.proxies.access_dialog import AccessDialog
from gateway_desktop.ui.panels.proxies.columns import PROXY_COLUMNS, ProxyRow
from gateway_desktop.ui.panels.proxies.detail import ProxyDetail
from gateway_desktop.ui.panels.proxies.proxy_dialog import ProxyDialog
from gateway_desktop.ui.panels.proxies.words import address_of
from gateway_desktop.ui.steps import in_turn
from gateway_desktop.ui.widgets.confirm import Confirmation

NONE_YET = (
    "No proxies yet",
    "A proxy is one service that the gateway stands in front of. Add your provider, or try the "
    "sandbox on Overview first: it needs no account.",
)


class Proxies(ListPanel[ProxyRow]):
    """What the gateway stands in front of."""

    name = "proxies"
    title = "Proxies"
    group = "Infrastructure"
    icon = "proxies"
    topics = frozenset({Topic.CONFIGURATION, Topic.STATUS, Topic.SETTINGS})
    throttled = (Topic.AUDIT, 2000)

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, PROXY_COLUMNS, lambda row: row.proxy.id)
        self._proxies = context.services.proxies
        self._items: Sequence[ProxyItem] = ()
        self._groups: Sequence[Group] = ()
        self._policies: Sequence[Policy] = ()
        self.add = self.adding("Add proxy", self.open_add, NONE_YET)
        self.detail = ProxyDetail()
        self.put_buttons(self.add)
        fill(self.body, (self.page, 1), self.detail)
        self.table.opened.connect(self._edit)
        self.table.chosen.connect(self._show_chosen)
        self.detail.connect_tool.clicked.connect(self._connect)
        self.detail.test.clicked.connect(self._test)
        self.detail.access.clicked.connect(self._open_access)

    def _actions(self) -> tuple[RowAction[ProxyRow], ...]:
        return (
            RowAction("Edit", self._edit, button=True),
            RowAction("Stop", self._stop, lambda row: row.proxy.running, button=True, least=Role.OPERATOR),
            RowAction(
                "Start", self._start, lambda row: not row.proxy.running, button=True, least=Role.OPERATOR
            ),
            RowAction("Connect a tool", lambda _: self._connect(), least=None),
            RowAction("Test connection", lambda _: self._test(), least=None),
            RowAction("Access", lambda _: self._open_access()),
            RowAction("Rate limit…", self._limit),
            RowAction("Show requests", self._show_requests, least=None),
            RowAction("Remove…", self._remove, danger=True),
        )

    def refresh(self) -> None:
        self.load("groups", group_rows, ok=self._set_groups)
        self.load("policies", policy_rows, ok=self._set_policies)
        self.load("proxies", proxy_rows, ok=self._set_proxies)

    def open_with(self, **wanted: object) -> None:
        if wanted.get("add"):
            self.open_add()
        if wanted.get("proxy"):
            self.wanted = str(wanted["proxy"])
            self._show_rows()

    def _set_groups(self, rows: Sequence[GroupItem]) -> None:
        self._groups = [row.group for row in rows]

    def _set_policies(self, rows: Sequence[PolicyItem]) -> None:
        self._policies = [row.policy for row in rows if row.policy.enabled]
        self._show_rows()

    def _set_proxies(self, rows: Sequence[ProxyItem]) -> None:
        self._items = rows
        self._show_rows()

    def _show_rows(self) -> None:
        status = self.context.status()
        serving = status.state is State.RUNNING
        base_url = address(self.context)
        self.show_rows(
            [
                ProxyRow(
                    item.proxy,
                    item.groups,
                    address_of(base_url, item.proxy),
                    status.proxies.get(item.proxy.id, ProxyHealth()),
                    serving,
                    tuple(policy.name for policy in self._policies if holds_at(policy, item.proxy)),
                )
                for item in self._items
            ],
            lambda row: row.proxy.name,
        )
        self._show_chosen()

    @Slot()
    def _show_chosen(self, _: object = None) -> None:
        self.detail.show_row(self.table.current())

    @Slot()
    def open_add(self) -> None:
        taken = [item.proxy.name for item in self._items]
        variables = self.context.services.proxy_variables
        dialog = ProxyDialog(self._proxies, variables, address(self.context), taken)
        dialog.then(lambda _: self.open_with(proxy=dialog.fields.value("name"))).open_over(self)

    def _edit(self, row: ProxyRow) -> None:
        variables = self.context.services.proxy_variables
        ProxyDialog(self._proxies, variables, address(self.context), (), row.proxy).open_over(self)

    def _stop(self, row: ProxyRow) -> None:
        self.page.run(
            lambda: self._proxies.stop(row.proxy.id),
            f"{row.proxy.name} is stopped; calls to it get 503.",
            lambda: self._proxies.start(row.proxy.id),
        )

    def _start(self, row: ProxyRow) -> None:
        self.page.run(
            lambda: self._proxies.start(row.proxy.id),
            f"{row.proxy.name} is started.",
            lambda: self._proxies.stop(row.proxy.id),
        )

    @Slot()
    def _connect(self) -> None:
        row = self.table.current()
        if row is not None:
            proxies = [item.proxy for item in self._items]
            dialog = ConnectDialog(address(self.context), proxies, proxy=row.proxy.name)
            dialog.make_key.clicked.connect(lambda: self.context.open_page("api_keys", create=True))
            dialog.open_over(self)

    @Slot()
    def _test(self) -> None:
        row = self.table.current()
        if row is None:
            return
        view = self.detail.diagnosis
        view.wait()
        when_done(self, self._proxies.test(row.proxy.id), view.show_diagnosis, view.show_error, "test")

    @Slot()
    def _open_access(self) -> None:
        row = self.table.current()
        if row is not None:
            self.load("access", pin_rows, row.proxy.name, ok=partial(self._ask_access, row))

    def _ask_access(self, row: ProxyRow, pins: Sequence[PinItem]) -> None:
        tools = [item.pin.name for item in pins if row.proxy.kind is Kind.MCP]
        AccessDialog(row.proxy, self._groups, partial(self._set_access, row), tools).open_over(self)

    def _set_access(self, row: ProxyRow, wanted: tuple[Access, ...] | None) -> "Future[Any]":
        proxy_id = row.proxy.id
        if wanted is None:
            return self._proxies.open_to_all(proxy_id)
        kept = {access.group_id for access in wanted}
        known = set(row.proxy.access)
        new = [access for access in wanted if access not in known]
        gone = [access.group_id for access in row.proxy.access if access.group_id not in kept]
        return in_turn(
            [
                *(partial(self._proxies.allow, proxy_id, access.group_id, access.models) for access in new),
                *(partial(self._proxies.disallow, proxy_id, group_id) for group_id in gone),
            ]
        )

    def _limit(self, row: ProxyRow) -> None:
        RateLimitDialog(self.context, Scope.PROXY, (row.proxy.id, row.proxy.name)).open_over(self)

    def _show_requests(self, row: ProxyRow) -> None:
        tab = row.proxy.kind.value
        self.context.open_page("audit_logs", tab=tab, filter=f"proxy:{row.proxy.name}")

    def _remove(self, row: ProxyRow) -> None:
        Confirmation(
            f"Remove {row.proxy.name}?",
            "Its address stops working and its stored credential is forgotten. Rows in Audit Logs stay.",
            "Remove",
            lambda: self._proxies.remove(row.proxy.id),
            typed=row.proxy.name,
        ).open_over(self)
