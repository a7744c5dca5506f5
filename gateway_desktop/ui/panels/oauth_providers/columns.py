"""The columns of identity providers."""

from dataclasses import dataclass

from gateway_desktop.core.oauth import Admission, IdentityProvider
from gateway_desktop.store.queries.identity_providers import ProviderItem
from gateway_desktop.ui.display import UNKNOWN
from gateway_desktop.ui.panels.oauth_providers.words import ADMISSIONS, NO_RULES, TITLES
from gateway_desktop.ui.tables.column import Badge, Column
from gateway_desktop.ui.tables.typed_columns import ago_column


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """One provider on the page."""

    item: ProviderItem
    invited_only: bool  # the setting that holds at all of them
    rules: tuple[str, ...]  # in words

    @property
    def provider(self) -> IdentityProvider:
        return self.item.provider

    @property
    def admits(self) -> Admission:
        """Whom it signs in, as the setting leaves it."""
        if self.invited_only and self.provider.admits is Admission.ANYONE:
            return Admission.INVITED
        return self.provider.admits

    @property
    def nobody(self) -> bool:
        """Whether nobody can come in: only those whom a rule matches may, and there is none."""
        return self.admits is Admission.MATCHED and not self.provider.rules


PROVIDER_COLUMNS: tuple[Column[ProviderRow], ...] = (
    Column("name", "Provider", lambda row: row.provider.name, width=128, strong=True),
    Column("kind", "Kind", lambda row: TITLES.get(row.provider.kind, row.provider.kind), width=120, spare=2),
    Column(
        "issuer",
        "Issuer",
        lambda row: row.provider.issuer,
        stretch=True,
        muted=True,
        tooltip=lambda row: row.provider.issuer,
    ),
    Column(
        "admits",
        "Who may sign in",
        lambda row: ADMISSIONS[row.admits],
        width=184,
        badge=lambda row: Badge("Nobody: no rules", "medium") if row.nobody else None,
        tooltip=lambda row: NO_RULES if row.nobody else ADMISSIONS[row.admits],
    ),
    Column(
        "rules",
        "Rules",
        lambda row: len(row.rules),
        width=64,
        numeric=True,
        tooltip=lambda row: "\n".join(f"{at}. {words}" for at, words in enumerate(row.rules, 1)),
        spare=1,
    ),
    Column(
        "proxies",
        "Offered at",
        lambda row: ", ".join(row.item.proxies) or UNKNOWN,
        width=136,
        muted=True,
        tooltip=lambda row: ", ".join(row.item.proxies) or "No proxy yet: OAuth Proxy, Enable OAuth",
    ),
    Column("sessions", "Live sessions", lambda row: row.item.sessions, width=104, numeric=True),
    Column("client_id", "Client id", lambda row: row.provider.client_id, width=160, hidden=True),
    Column("scopes", "Scopes", lambda row: " ".join(row.provider.scopes), width=160, hidden=True),
    ago_column("created", "Added", lambda row: row.item.created_us, width=112, hidden=True),
)
