"""The columns of proxies, of the clients of one, and of a client's sessions."""

from dataclasses import dataclass

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.oauth import ProxyOAuth
from gateway_desktop.core.status import ProxyHealth
from gateway_desktop.store.queries.oauth import (
    ACTIVE,
    EXPIRED,
    IDLE,
    NEVER_USED,
    REVOKED,
    ClientItem,
    OAuthProxyItem,
    SessionItem,
)
from gateway_desktop.ui import proxy_health
from gateway_desktop.ui.credentials import ACCEPTS
from gateway_desktop.ui.display import UNKNOWN, exact, until
from gateway_desktop.ui.panels.oauth_proxy.words import HOW, METHODS, MODES, grants, provider_name, providers
from gateway_desktop.ui.tables.column import Badge, Column
from gateway_desktop.ui.tables.typed_columns import ago_column, badge_column, last_column
from gateway_desktop.ui.theme import Tone

TONES: dict[str, Tone] = {
    ACTIVE: "success",
    IDLE: "accent",
    NEVER_USED: "low",
    EXPIRED: "medium",
    REVOKED: "critical",
}
SENTENCES = {
    ACTIVE: "Somebody is signed in with it now",
    IDLE: "It was used; nobody is signed in with it now",
    NEVER_USED: "Nobody ever signed in with it; it is forgotten after a time that the settings say",
    EXPIRED: "All its sessions ran out",
    REVOKED: "It is refused for good",
}


@dataclass(frozen=True, slots=True)
class OAuthRow:
    """One proxy on the page."""

    item: OAuthProxyItem
    health: ProxyHealth
    serving: bool  # the gateway itself runs
    url: str  # what applications are given

    @property
    def name(self) -> str:
        return self.item.proxy.name

    @property
    def oauth(self) -> ProxyOAuth | None:
        """How people sign in; None while it is off."""
        oauth = self.item.proxy.oauth
        return oauth if oauth is not None and oauth.enabled else None

    @property
    def state(self) -> str:
        return proxy_health.state(self.item.proxy, self.health, serving=self.serving)


def _ways(row: OAuthRow) -> str:
    if row.oauth is None:
        return UNKNOWN
    return providers(row.item.providers) if row.oauth.ours else "The upstream's"


def _on(row: OAuthRow) -> Badge:
    return Badge("On", "success") if row.oauth else Badge("Off", "low")


def _short(client_id: str) -> str:
    """Return what tells ids apart: the end of those that we made, the host of a document's address."""
    if client_id.startswith("https://"):
        return client_id.removeprefix("https://")
    return client_id if len(client_id) <= 12 else f"…{client_id[-8:]}"


PROXY_COLUMNS: tuple[Column[OAuthRow], ...] = (
    Column("proxy", "Proxy", lambda row: row.name, width=128, strong=True, tooltip=lambda row: row.url),
    Column(
        "accepts",
        "Accepts",
        lambda row: ACCEPTS[row.item.accepts],
        width=144,
        spare=1,
        badge=lambda row: Badge("Anyone", "critical") if row.item.accepts == "anonymous" else None,
    ),
    badge_column("oauth", "OAuth", _on, width=64),
    Column("providers", "Provider", _ways, stretch=True, muted=True),
    Column(
        "mode",
        "Mode",
        lambda row: MODES[row.oauth.mode] if row.oauth else UNKNOWN,
        width=112,
        spare=3,
        muted=True,
    ),
    Column("clients", "Clients", lambda row: row.item.clients, width=72, numeric=True),
    Column("sessions", "Live sessions", lambda row: row.item.live_sessions, width=104, numeric=True),
    last_column("last_sign_in", "Last sign-in", lambda row: row.item.last_sign_in_us, width=112, spare=2),
    badge_column(
        "health",
        "Health",
        lambda row: proxy_health.state_badge(row.state),
        width=88,
        tooltip=lambda row: proxy_health.state_tip(row.state, row.health),
    ),
    Column("address", "Address", lambda row: row.url, width=216, hidden=True),
)

CLIENT_COLUMNS: tuple[Column[ClientItem], ...] = (
    Column(
        "name",
        "Name",
        lambda row: row.client.name or row.client.id,
        width=128,
        strong=True,
        tooltip=lambda row: row.client.name,
    ),
    Column(
        "status",
        "Status",
        width=92,
        badge=lambda row: Badge(row.status.capitalize(), TONES[row.status]),
        tooltip=lambda row: SENTENCES[row.status],
    ),
    Column(
        "id",
        "Client id",
        lambda row: row.client.id,
        display=lambda row: _short(row.client.id),
        width=104,
        spare=1,
        tooltip=lambda row: row.client.id,
    ),
    Column(
        "redirects",
        "Redirect URIs",
        lambda row: ", ".join(row.client.redirect_uris),
        display=lambda row: ", ".join(row.client.redirect_uris) or "none",
        stretch=True,
        muted=True,
        tooltip=lambda row: "\n".join(row.client.redirect_uris),
    ),
    Column(
        "method",
        "Authentication method",
        lambda row: METHODS.get(row.client.auth_method, row.client.auth_method),
        width=152,
        muted=True,
        spare=2,
        tooltip=lambda row: row.client.auth_method,
    ),
    Column(
        "grants",
        "Grant types",
        lambda row: grants(row.client.grant_types),
        width=120,
        muted=True,
        spare=3,
        tooltip=lambda row: grants(row.client.grant_types),
    ),
    ago_column("registered", "Registered", lambda row: row.client.registered_us, width=104),
    Column("how", "How", lambda row: HOW[row.client.how], width=80, muted=True, spare=4),
    Column(
        "users",
        "Users",
        lambda row: len(row.users),
        display=lambda row: f"{len(row.users):,}" if len(row.users) != 1 else row.users[0],
        width=128,
        tooltip=lambda row: "\n".join(row.users),
    ),
    last_column("last_used", "Last used", lambda row: row.client.last_used_us, width=104),
)

SESSION_COLUMNS: tuple[Column[SessionItem], ...] = (
    Column("user", "User", stretch=True, strong=True, tooltip=lambda row: row.user_name),
    Column("status", "Status", width=88, badge=lambda row: Badge(row.status.capitalize(), TONES[row.status])),
    ago_column("since", "Since", lambda row: row.session.created_us, width=104),
    last_column("last_used", "Last used", lambda row: row.session.last_used_us, width=104),
    Column(
        "expires",
        "Expires",
        lambda row: row.session.expires_us,
        display=lambda row: until(row.session.expires_us, now_us()) if row.status == ACTIVE else UNKNOWN,
        width=96,
        muted=True,
        tooltip=lambda row: exact(row.session.expires_us),
    ),
    Column(
        "provider", "Signed in by", lambda row: provider_name(row.provider), width=120, muted=True, spare=1
    ),
    Column("address", "Address", lambda row: row.session.address, width=128, muted=True),
    Column(
        "scopes",
        "Scopes",
        lambda row: " ".join(row.session.scopes),
        width=88,
        muted=True,
        spare=2,
        tooltip=lambda row: " ".join(row.session.scopes),
    ),
)
