"""People of the made-up team who signed in with a browser, for the pictures."""

import random
from collections.abc import Sequence

from gateway_desktop.app import Application
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.oauth import (
    LOCAL,
    NewTokens,
    OAuthClient,
    OAuthSession,
    Registered,
    SignInRule,
)
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.principal import Principal
from gateway_desktop.identity.tokens import digest
from gateway_desktop.services.provider_values import NewProvider
from gateway_desktop.services.vault import open_vault
from gateway_desktop.store.store import Store
from gateway_desktop.store.token_store import TokenStore

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
LIFE_US = 30 * DAY_US
UNUSED = "MCP Inspector"
KEYCLOAK = "https://id.example.org/realms/team"
CLIENTS = (  # name, where it takes codes, how it came
    ("Claude Code", "http://localhost/callback", Registered.DYNAMIC),
    ("VS Code", "http://127.0.0.1:33418/", Registered.DYNAMIC),
    ("Cursor", "cursor://anysphere.cursor-mcp/oauth/callback", Registered.DYNAMIC),
    ("MCP Inspector", "http://localhost:6274/oauth/callback", Registered.DYNAMIC),
    ("Review board", "https://reviews.example.org/oauth", Registered.BY_HAND),
    ("Goose", "http://localhost/callback", Registered.DYNAMIC),
)


def sign_in(opened: Application, paths: Paths, people: dict[str, Principal], few: bool) -> None:
    """Enable OAuth at two proxies, and let people sign in at the first one with several applications."""
    persons = [who for name, who in people.items() if "@" in name]
    providers(opened, few)
    opened.services.passwords.set_password(persons[0].actor, "correct horse battery").result()
    proxy = opened.services.oauth_proxies.enable("anthropic", {"providers": ["Keycloak", LOCAL]}).result()
    opened.services.oauth_proxies.enable("openai", {"groups": ["dev"]}).result()
    with Store.open(paths.database, ChangeFeed(), 0) as store:
        store.ready.result()
        open_vault(paths, store)
        _fill(opened, TokenStore(store), persons, proxy.id, few)


def providers(opened: Application, few: bool) -> None:
    """Add identity providers as a person would: one, or one of most kinds."""
    add = opened.services.identity_providers.add
    rules = (
        SignInRule("group", "", "engineering", "dev"),
        SignInRule("claim", "department", "analytics", "data"),
        SignInRule("email_domain", "", "example.org", "ops"),
    )
    tenant = "https://login.microsoftonline.com/7f3b1d52-2c60-4a1e-9f0b-5a3c8d1e4b77/v2.0"
    add(NewProvider("Keycloak", "gateway", "keycloak", KEYCLOAK, "made up", rules=rules)).result()
    if not few:
        add(NewProvider("Google", "gateway.apps", "google", secret="made up", rules=rules[2:])).result()
        add(NewProvider("Microsoft Entra", "gateway", "microsoft", tenant, "made up")).result()
        add(NewProvider("GitHub", "Iv1.gateway", "github", secret="made up")).result()


def _fill(
    opened: Application, tokens: TokenStore, persons: Sequence[Principal], proxy_id: str, few: bool
) -> None:
    dice = random.Random(11)
    now = now_us()
    for place, (name, redirect, how) in enumerate(CLIENTS[: 2 if few else None]):
        registered_us = now - ((21 - 3 * place) * DAY_US if name != UNUSED else 5 * HOUR_US)
        client = OAuthClient(new_id(), proxy_id, name, (redirect,), how, registered_us)
        tokens.add_client(client, "192.168.1.24", 0).result()
        if name == UNUSED:
            continue
        signed_in = []
        for who in persons[: 1 if few else dice.randrange(1, 6)]:
            age = 40 * DAY_US if name == "Goose" else round(dice.random() * 6 * DAY_US)
            signed_in.append(_session(tokens, client, who, now - age, dice))
        if name == "Cursor":
            for session in signed_in:
                opened.services.oauth_sessions.revoke_session(session).result()


def _session(
    tokens: TokenStore, client: OAuthClient, who: Principal, since_us: int, dice: random.Random
) -> str:
    session = OAuthSession(
        new_id(),
        client.proxy_id,
        client.id,
        who.user_id or "",
        LOCAL,
        ("use",),
        since_us,
        since_us + LIFE_US,
        since_us + HOUR_US,
        address=f"192.168.1.{dice.randrange(20, 60)}",
    )
    new = NewTokens(
        digest(new_id()), digest(new_id()), ("use",), since_us, since_us + HOUR_US, since_us + LIFE_US
    )
    tokens.open_session(session, new, None).result()
    return session.id
