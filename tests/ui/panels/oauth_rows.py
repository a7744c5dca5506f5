"""Clients and sessions as the authorization server leaves them, written through its own store."""

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.oauth import LOCAL, NewTokens, OAuthClient, OAuthSession, Registered
from gateway_desktop.core.people import User
from gateway_desktop.identity.tokens import digest
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.token_store import TokenStore
from tests.ui.conftest import DAY_US, Opened


class SignedIn:
    """A proxy `openai` with OAuth on, and what people did there."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self.store = TokenStore(opened.store)
        services = opened.services
        services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()
        self.proxy = services.oauth_proxies.enable("openai").result()
        self.now_us = now_us()

    def user(self, email: str = "ana@example.org", name: str = "Ana") -> User:
        """Add a person."""
        return self._opened.services.people.add_user(email, name).result()

    def client(self, name: str = "Claude Code") -> OAuthClient:
        """Register a client as applications do by themselves."""
        made = OAuthClient(
            new_id(), self.proxy.id, name, ("http://127.0.0.1/callback",), Registered.DYNAMIC, self.now_us
        )
        self.store.add_client(made, "192.0.2.7", 0).result()
        return made

    def session(
        self, client: OAuthClient, user: User, *, ended: bool = False, provider: str = LOCAL
    ) -> OAuthSession:
        """Sign a person in; `ended`: so long ago that the session has run out."""
        since = self.now_us - (60 * DAY_US if ended else 60_000_000)
        made = OAuthSession(
            new_id(),
            self.proxy.id,
            client.id,
            user.id,
            provider,
            ("use",),
            since,
            since + 30 * DAY_US,
            last_used_us=since,
            address="192.0.2.7",
        )
        access, refresh = digest(new_id()), digest(new_id())
        ends = since + 30 * DAY_US
        tokens = NewTokens(access, refresh, ("use",), since, since + 3_600_000_000, ends)
        self.store.open_session(made, tokens, None).result()
        return made
