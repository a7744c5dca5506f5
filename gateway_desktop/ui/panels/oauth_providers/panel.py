"""OAuth Providers: who says who people are; add, change, try, and the rules for groups."""

from collections.abc import Sequence

from PySide6.QtCore import Slot

from gateway_desktop.core.audit import Category
from gateway_desktop.core.changes import Topic
from gateway_desktop.core.people import Group
from gateway_desktop.services.oauth_callback import callback_of
from gateway_desktop.store.queries.configuration import GroupItem, group_rows
from gateway_desktop.store.queries.identity_providers import ProviderItem, provider_rows
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.ui.boxes import fill
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.lists.list_panel import ListPanel
from gateway_desktop.ui.lists.row_actions import RowAction
from gateway_desktop.ui.panels.oauth_providers.columns import PROVIDER_COLUMNS, ProviderRow
from gateway_desktop.ui.panels.oauth_providers.facts import FACTS, facts
from gateway_desktop.ui.panels.oauth_providers.provider_dialog import ProviderDialog
from gateway_desktop.ui.panels.oauth_providers.rules_dialog import RulesDialog
from gateway_desktop.ui.panels.oauth_providers.words import rule_words
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.diagnosis_view import DiagnosisView
from gateway_desktop.ui.widgets.row_detail import RowDetail

ASKING = "Asking the provider\u2026"

NONE_YET = (
    "No identity providers yet",
    "People can sign in with what they have: Google, Microsoft, GitHub, GitLab, Okta, Auth0, "
    "Keycloak or any OpenID Connect service. Until then, with passwords of the local directory.",
)


class OAuthProviders(ListPanel[ProviderRow]):
    """The services with which people sign in, instead of passwords kept here."""

    name = "oauth_providers"
    title = "OAuth Providers"
    group = "Access & Identity"
    icon = "person"
    help_page = "oauth-providers"
    topics = frozenset({Topic.CONFIGURATION, Topic.SETTINGS})
    throttled = (Topic.AUDIT, 2000)

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, PROVIDER_COLUMNS, lambda row: row.provider.id, "Identity providers")
        self._providers = context.services.identity_providers
        self._items: Sequence[ProviderItem] = ()
        self._groups: Sequence[Group] = ()
        self._tried = ""  # the id of the provider that the diagnosis is about
        self.add = self.adding("Add provider", self.open_add, NONE_YET)
        self.detail = RowDetail("Callback URL", FACTS)
        self.diagnosis = DiagnosisView()
        self.put_buttons(self.add)
        fill(self.body, (self.page, 1), self.detail, self.diagnosis)
        self.table.opened.connect(self._change)
        self.table.chosen.connect(self._chosen)

    def _actions(self) -> tuple[RowAction[ProviderRow], ...]:
        return (
            RowAction("Edit", self._change, button=True),
            RowAction("Rules", self._rules, button=True),
            RowAction("Test", self._test, button=True, least=None),
            RowAction("Offer it at a proxy", lambda _: self.context.open_page("oauth_proxy"), least=None),
            RowAction("Authentication log", self._log, least=None),
            RowAction("Remove\u2026", self._remove, danger=True),
        )

    def refresh(self) -> None:
        self.load("groups", group_rows, ok=self._set_groups)
        self.load("providers", provider_rows, ok=self._set_items)

    def open_with(self, **wanted: object) -> None:
        if wanted.get("add"):
            self.open_add()
        if wanted.get("provider"):
            self.wanted = str(wanted["provider"])
            self._show()

    def _set_groups(self, rows: Sequence[GroupItem]) -> None:
        self._groups = [row.group for row in rows]
        self._show()

    def _set_items(self, rows: Sequence[ProviderItem]) -> None:
        self._items = rows
        self._show()

    def _show(self) -> None:
        settings = self.context.settings
        names = {group.id: group.name for group in self._groups}
        self.show_rows(
            [
                ProviderRow(
                    item,
                    settings.oauth.invited_only,
                    tuple(rule_words(rule, names) for rule in item.provider.rules),
                )
                for item in self._items
            ],
            lambda row: row.provider.name,
        )
        self._chosen()

    @Slot()
    def _chosen(self, _: object = None) -> None:
        row = self.table.current()
        if row is None or row.provider.id != self._tried:
            self._tried = ""
            self.diagnosis.clear()
        if row is None:
            self.detail.hide()
        else:
            self.detail.show_facts(row.provider.name, callback_of(self.context.settings), facts(row))

    @Slot()
    def open_add(self) -> None:
        taken = [item.provider.name for item in self._items]
        callback = callback_of(self.context.settings)
        dialog = ProviderDialog(self._providers, callback, taken)
        dialog.then(lambda provider: self.table.select(provider.id)).open_over(self)

    def _change(self, row: ProviderRow) -> None:
        callback = callback_of(self.context.settings)
        ProviderDialog(self._providers, callback, provider=row.provider).open_over(self)

    def _rules(self, row: ProviderRow) -> None:
        RulesDialog(self._providers, row.provider, self._groups).open_over(self)

    def _test(self, row: ProviderRow) -> None:
        self._tried = row.provider.id
        try:
            future = self._providers.test(row.provider.id)
        except RuntimeError as error:
            self.diagnosis.show_error(error)
            return
        self.diagnosis.wait(ASKING)
        when_done(self, future, self.diagnosis.show_diagnosis, self.diagnosis.show_error, "test")

    def _log(self, row: ProviderRow) -> None:
        asked = AuditFilter("system", category=Category.AUTHENTICATION, text=row.provider.name)
        self.context.open_page("audit_logs", tab="system", filter=str(asked))

    def _remove(self, row: ProviderRow) -> None:
        live = row.item.sessions
        ends = "The one live session with it ends. " if live == 1 else f"Its {live:,} live sessions end. "
        Confirmation(
            f"Remove {row.provider.name}?",
            "Nobody signs in with it any more, and its client secret is forgotten. "
            f"{ends if live else ''}The people stay, with their groups and keys.",
            "Remove",
            lambda: self._providers.remove(row.provider.id),
        ).open_over(self)
