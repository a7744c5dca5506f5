"""Identity providers: as the gateway asks them, and as lists show them."""

import json
import logging
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from peewee import fn

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.oauth import IdentityProvider, SignInRule
from gateway_desktop.core.secret import Secret
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import of_row
from gateway_desktop.store.models.identity_provider import IdentityProviderRow
from gateway_desktop.store.models.oauth import OAuthSessionRow, ProxyOAuthRow
from gateway_desktop.store.models.proxy import ProxyRow, SecretRow
from gateway_desktop.store.oauth_rows import live_sessions
from gateway_desktop.store.unsealer import Unsealer, unsealed

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProviderItem:
    """An identity provider as lists show it."""

    provider: IdentityProvider
    sessions: int  # that live
    created_us: int
    proxies: tuple[str, ...] = ()  # names of those at which people can sign in with it


def provider_of(row: IdentityProviderRow) -> IdentityProvider:
    """Return the provider that the row says."""
    rules = [SignInRule(*rule) for rule in json.loads(row.rules)]
    return of_row(IdentityProvider, row, scopes=json.loads(row.scopes), rules=rules)


def provider_rows(_database: Database) -> tuple[ProviderItem, ...]:
    """Return all identity providers, by name."""
    sessions = live_sessions(OAuthSessionRow.provider, now_us())
    rows = IdentityProviderRow.select().order_by(fn.LOWER(IdentityProviderRow.name))
    offered = _offered()
    return tuple(
        ProviderItem(provider_of(row), sessions[row.id], row.created_us, tuple(offered.get(row.id, ())))
        for row in rows
    )


def _offered() -> dict[str, list[str]]:
    """Return the names of the proxies at which OAuth is on, by the ids of the providers they offer."""
    living = {row.id: str(row.name) for row in ProxyRow.select().where(ProxyRow.deleted_us.is_null())}
    offered: dict[str, list[str]] = defaultdict(list)
    on = ProxyOAuthRow.select().where(ProxyOAuthRow.enabled == True)  # noqa: E712 - SQL
    for row in on:
        for provider in json.loads(row.providers) if row.proxy_id in living else ():
            offered[provider].append(living[row.proxy_id])
    return {provider: sorted(names) for provider, names in offered.items()}


def provider_names(_database: Database) -> dict[str, str]:
    """Return the names of identity providers by id."""
    return {row.id: row.name for row in IdentityProviderRow.select()}


def rule_providers(group_id: str) -> list[str]:
    """Return the names of the providers whose sign-in rules put people into the group."""
    rows = IdentityProviderRow.select().order_by(IdentityProviderRow.name)
    return [row.name for row in rows if any(rule.group_id == group_id for rule in provider_of(row).rules)]


def provider_secrets(providers: Iterable[IdentityProvider], unsealer: Unsealer) -> dict[str, Secret]:
    """Return the client secrets: the environment variable where it is set, else the sealed one."""
    found: dict[str, Secret] = {}
    for provider in providers:
        if plain := os.environ.get(provider.secret_env, "") if provider.secret_env else "":
            found[provider.id] = Secret(plain)
        elif provider.secret_id is not None:
            row = SecretRow.get_by_id(provider.secret_id)
            try:
                found[provider.id] = unsealed(row, unsealer)
            except Exception as error:  # noqa: BLE001 - one broken secret must not stop the others
                _log.error("The client secret of %s cannot be opened: %r", provider.name, error)
        elif provider.secret_env:
            _warn(provider.id, provider.name, provider.secret_env)
    return found


@cache
def _warn(_id: str, name: str, variable: str) -> None:
    """Say it once: what is set does not change while the program runs, and secrets are read often."""
    _log.warning("%s: the variable %s is not set here", name, variable)
