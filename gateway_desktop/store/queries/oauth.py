"""OAuth as pages and commands show it: proxies, clients with their status, sessions."""

from collections import defaultdict
from dataclasses import dataclass

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.oauth import OAuthClient, OAuthSession
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.oauth import OAuthClientRow, OAuthSessionRow
from gateway_desktop.store.models.people import UserRow
from gateway_desktop.store.models.proxy import ProxyRow
from gateway_desktop.store.oauth_rows import client_of, session_of
from gateway_desktop.store.queries.configuration import proxy_rows
from gateway_desktop.store.queries.identity_providers import provider_names

ACTIVE, IDLE, NEVER_USED, EXPIRED, REVOKED = "active", "idle", "never used", "expired", "revoked"


@dataclass(frozen=True, slots=True)
class SessionItem:
    """A session as lists show it."""

    session: OAuthSession
    proxy: str
    client: str
    user: str  # e-mail
    user_name: str
    provider: str  # that signed them in: its name, or "local"
    status: str  # active | expired | revoked


@dataclass(frozen=True, slots=True)
class ClientItem:
    """A client as lists show it; `status` is active, idle, never used, expired or revoked."""

    client: OAuthClient
    proxy: str
    status: str
    users: tuple[str, ...]  # e-mails, those of ended sessions too
    sessions: tuple[SessionItem, ...]  # the newest first


@dataclass(frozen=True, slots=True)
class OAuthProxyItem:
    """A proxy as the page OAuth Proxy shows it."""

    proxy: Proxy
    providers: tuple[str, ...]  # names of the ways to sign in, "local" among them
    accepts: str  # API key | OAuth | both | anonymous | the upstream's tokens
    clients: int
    live_sessions: int
    last_sign_in_us: int | None


def session_rows(database: Database, proxy: str = "", user: str = "") -> tuple[SessionItem, ...]:
    """Return sessions, the newest first; of one proxy (name) or one user (e-mail) if those are given."""
    now = now_us()
    users = {row.id: row for row in UserRow.select()}
    proxies = {row.id: row.name for row in ProxyRow.select()}
    providers = provider_names(database)
    clients = {(row.proxy_id, row.id): row.name for row in OAuthClientRow.select()}
    items = []
    for row in OAuthSessionRow.select().order_by(OAuthSessionRow.created_us.desc()):
        session, owner = session_of(row), users[row.user_id]
        item = SessionItem(
            session,
            proxy=proxies.get(session.proxy_id, ""),
            client=clients.get((session.proxy_id, session.client_id)) or session.client_id,
            user=owner.email or owner.username,
            user_name=owner.display_name,
            provider=providers.get(session.provider, session.provider),
            status=_session_status(session, now),
        )
        if proxy in ("", item.proxy) and user.lower() in ("", item.user.lower()):
            items.append(item)
    return tuple(items)


def client_rows(database: Database, proxy: str = "") -> tuple[ClientItem, ...]:
    """Return clients, the newest first; of one proxy if its name is given.

    *expired*: all its sessions ran out by themselves; *idle*: the latest was ended.
    """
    proxies = {row.id: row.name for row in ProxyRow.select()}
    sessions: dict[tuple[str, str], list[SessionItem]] = defaultdict(list)
    for item in session_rows(database):
        sessions[item.session.proxy_id, item.session.client_id].append(item)
    found = []
    for row in OAuthClientRow.select().order_by(OAuthClientRow.registered_us.desc(), OAuthClientRow.id):
        client, name = client_of(row), proxies.get(row.proxy_id, "")
        if proxy in ("", name):
            own = tuple(sessions[client.proxy_id, client.id])
            users = tuple(dict.fromkeys(item.user for item in own))
            found.append(ClientItem(client, name, _client_status(client, own), users, own))
    return tuple(found)


def oauth_proxy_rows(database: Database) -> tuple[OAuthProxyItem, ...]:
    """Return all proxies with how people sign in at them, by name."""
    clients: dict[str, int] = defaultdict(int)
    for row in OAuthClientRow.select().where(OAuthClientRow.revoked_us.is_null()):
        clients[row.proxy_id] += 1
    names = provider_names(database)
    live: dict[str, int] = defaultdict(int)
    latest: dict[str, int] = {}
    for item in session_rows(database):
        proxy_id = item.session.proxy_id
        live[proxy_id] += item.status == ACTIVE
        latest.setdefault(proxy_id, item.session.created_us)
    return tuple(
        OAuthProxyItem(
            proxy=item.proxy,
            providers=tuple(names.get(one, one) for one in _ways(item.proxy)),
            accepts=accepts(item.proxy),
            clients=clients[item.proxy.id],
            live_sessions=live[item.proxy.id],
            last_sign_in_us=latest.get(item.proxy.id),
        )
        for item in proxy_rows(database)
    )


def _ways(proxy: Proxy) -> tuple[str, ...]:
    return proxy.oauth.providers if proxy.oauth is not None else ()


def accepts(proxy: Proxy) -> str:
    """Return which credentials a proxy takes."""
    if proxy.anonymous:
        return "anonymous"
    if proxy.passes_through:
        return "the upstream's tokens"
    if proxy.oauth is None or not proxy.oauth.enabled:
        return "API key"
    return "both" if proxy.oauth.keys else "OAuth"


def _session_status(session: OAuthSession, now_us: int) -> str:
    if session.revoked_us is not None:
        return REVOKED
    return ACTIVE if session.expires_us > now_us else EXPIRED


def _client_status(client: OAuthClient, sessions: tuple[SessionItem, ...]) -> str:
    if client.revoked_us is not None:
        return REVOKED
    if not sessions:
        return NEVER_USED
    if any(item.status == ACTIVE for item in sessions):
        return ACTIVE
    return EXPIRED if all(item.status == EXPIRED for item in sessions) else IDLE
