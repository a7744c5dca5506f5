"""OAuth Proxy: every proxy with how people sign in there, and what can be done about it."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Slot

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.people import Group
from gateway_desktop.core.status import ProxyHealth, State
from gateway_desktop.identity.issuers import resource
from gateway_desktop.store.queries.configuration import GroupItem, group_rows
from gateway_desktop.store.queries.identity_providers import ProviderItem, provider_rows
from gateway_desktop.store.queries.oauth import OAuthProxyItem, oauth_proxy_rows
from gateway_desktop.store.queries.sign_ins import SignIns, sign_ins
from gateway_desktop.ui.address import address
from gateway_desktop.ui.boxes import fill
from gateway_desktop.ui.clipboard import copy_text
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.lists.list_panel import ListPanel
from gateway_desktop.ui.lists.row_actions import RowAction
from gateway_desktop.ui.panels.oauth_proxy.clients_dialog import ClientsDialog, show_log
from gateway_desktop.ui.panels.oauth_proxy.columns import PROXY_COLUMNS, OAuthRow
from gateway_desktop.ui.panels.oauth_proxy.enable_dialog import (
    NO_PASSWORDS,
    NO_PUBLIC_URL,
    EnableOAuthDialog,
    Offered,
)
from gateway_desktop.ui.panels.oauth_proxy.facts import FACTS, facts
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.row_detail import RowDetail


class OAuthProxy(ListPanel[OAuthRow]):
    """Where people sign in with a browser instead of carrying keys."""

    name = "oauth_proxy"
    title = "OAuth Proxy"
    group = "Access & Identity"
    icon = "lock"
    help_page = "oauth-proxy"
    topics = frozenset({Topic.CONFIGURATION, Topic.STATUS, Topic.SETTINGS})
    throttled = (Topic.AUDIT, 2000)

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, PROXY_COLUMNS, lambda row: row.item.proxy.id, "Proxies")
        self._oauth = context.services.oauth_proxies
        self._items: Sequence[OAuthProxyItem] = ()
        self._groups: Sequence[Group] = ()
        self._providers: Sequence[str] = ()
        self._sign_ins: Mapping[str, SignIns] = {}
        self.page.empty.say(
            "No proxies yet",
            "People sign in at a proxy. Add one first; then enable OAuth for it here.",
            "Add a proxy",
        )
        permissions().require(self.page.empty.button)
        self.page.empty.chosen.connect(self._add_proxy)
        self.put_buttons()
        for label in ("Enable OAuth", "View Clients"):
            self.row_actions.buttons[label].setProperty("kind", "primary")
        self.detail = RowDetail("Address for applications", FACTS)
        fill(self.body, (self.page, 1), self.detail)
        self.table.chosen.connect(self._show_detail)
        self.table.opened.connect(self._open)

    def _actions(self) -> tuple[RowAction[OAuthRow], ...]:
        return (
            RowAction("Edit", self._change, _on, button=True),
            RowAction("View Clients", self._clients, _known, button=True, least=None),
            RowAction("Enable OAuth", self._change, _off, button=True),
            RowAction("Copy address", self._copy, _on, least=None),
            RowAction("Authentication log", self._log, least=None),
            RowAction("Disable OAuth…", self._disable, _on, danger=True),
        )

    def refresh(self) -> None:
        self.load("groups", group_rows, ok=self._set_groups)
        self.load("sign_ins", sign_ins, ok=self._set_sign_ins)
        self.load("providers", provider_rows, ok=self._set_providers)
        self.load("proxies", oauth_proxy_rows, ok=self._set_items)

    def open_with(self, **wanted: object) -> None:
        if wanted.get("proxy"):
            self.wanted = str(wanted["proxy"])
            self._show()

    def _set_groups(self, rows: Sequence[GroupItem]) -> None:
        self._groups = [row.group for row in rows]

    def _set_sign_ins(self, found: Mapping[str, SignIns]) -> None:
        self._sign_ins = found

    def _set_providers(self, rows: Sequence[ProviderItem]) -> None:
        self._providers = [row.provider.name for row in rows]

    def _set_items(self, rows: Sequence[OAuthProxyItem]) -> None:
        self._items = rows
        self._show()

    def _show(self) -> None:
        status = self.context.status()
        base = address(self.context)
        self.show_rows(
            [
                OAuthRow(
                    item,
                    status.proxies.get(item.proxy.id, ProxyHealth()),
                    status.state is State.RUNNING,
                    resource(base, item.proxy),
                )
                for item in self._items
            ],
            lambda row: row.name,
        )
        self._show_detail()

    @Slot()
    def _show_detail(self, _: object = None) -> None:
        row = self.table.current()
        if row is None:
            self.detail.hide()
            return
        names = {group.id: group.name for group in self._groups}
        self.detail.show_facts(row.name, row.url if _on(row) else "", facts(row, names))

    @Slot()
    def _add_proxy(self) -> None:
        self.context.open_page("proxies", add=True)

    def _open(self, row: OAuthRow) -> None:
        if _on(row):
            self._clients(row)
        else:
            self._change(row)

    def _change(self, row: OAuthRow) -> None:
        remarks = [] if any(each.password for each in self._sign_ins.values()) else [NO_PASSWORDS]
        if not self.context.settings.public_url:
            remarks.append(NO_PUBLIC_URL)
        offered = Offered(self._groups, self._providers, remarks)
        EnableOAuthDialog(self._oauth, row, offered).open_over(self)

    def _clients(self, row: OAuthRow) -> None:
        ClientsDialog(self.context, row.name).open_over(self)

    def _copy(self, row: OAuthRow) -> None:
        copy_text(row.url)
        self.context.say(f"Copied {row.url}")

    def _log(self, row: OAuthRow) -> None:
        show_log(self.context, row.name)

    def _disable(self, row: OAuthRow) -> None:
        live = row.item.live_sessions
        who = "The one live session is" if live == 1 else f"The {live:,} live sessions are"
        Confirmation(
            f"Disable OAuth at {row.name}?",
            f"{who if live else 'Tokens that are out are'} refused from the next request on, until it is "
            "enabled again. API keys go on working. What is set here, and the clients, are kept.",
            "Disable OAuth",
            lambda: self._oauth.disable(row.name),
        ).open_over(self)


def _on(row: OAuthRow) -> bool:
    return row.oauth is not None


def _off(row: OAuthRow) -> bool:
    return row.oauth is None


def _known(row: OAuthRow) -> bool:
    return _on(row) or row.item.clients > 0
