"""OAuth at proxies: switch it on and off, and say who may sign in how."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from gateway_desktop.core.addresses import parts_of
from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.loopback import is_confidential
from gateway_desktop.core.oauth import LOCAL, SCOPE_LETTERS, OAuthMode, ProxyOAuth, Registration
from gateway_desktop.core.one_of import one_of
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.services.administration import Change, Service, transaction
from gateway_desktop.services.identity_providers import the_provider
from gateway_desktop.services.lookup import proxy_of, the_group, the_proxy
from gateway_desktop.services.oauth_sessions import end_sessions
from gateway_desktop.store.models.base import values_of
from gateway_desktop.store.models.oauth import OAuthSessionRow, ProxyOAuthRow
from gateway_desktop.store.models.proxy import ProxyRow

_DAY = 24 * 3600
_LONGEST_SETTINGS = 64 << 10


class OAuthProxies(Service):
    """Every method takes a proxy's name or id."""

    @transaction()
    def enable(self, change: Change, proxy: str, changes: Mapping[str, object] | None = None) -> Proxy:
        """Let people sign in at a proxy.

        `changes` may hold mode, providers and groups (names or ids), scopes, access_seconds, refresh_seconds,
        registration, keys (whether API keys are good beside tokens), claude_settings (JSON that Claude Code
        obeys once its person has signed in; empty: none); for mode upstream also unattributed (whether tokens
        that tell no user may pass), introspection_url, introspection_client, introspection_env (the variable
        with its secret).
        What is not there stays as it was. Sessions of who signed in in a way that is no more are ended.
        """
        row = the_proxy(proxy)
        before = proxy_of(row).oauth
        after = _checked(replace(before or ProxyOAuth(), enabled=True), changes or {})
        if after.mode is OAuthMode.UPSTREAM:
            _check_upstream(proxy_of(row))
        _save(row, after)
        gone = set(before.providers if before else ()) - set(after.providers)
        which = (OAuthSessionRow.proxy_id == row.id) & OAuthSessionRow.provider.in_(gone)
        end_sessions(change, which, f"It was begun in a way that '{row.name}' takes no longer")
        if before != after:
            known = before is not None and before.enabled
            event = "updated" if known else "OAuth enabled"
            change.record(_event(event, row, described(before), described(after)))
        return proxy_of(row)

    @transaction()
    def disable(self, change: Change, proxy: str) -> Proxy:
        """Let nobody sign in at a proxy; tokens that are out are refused until it is on again."""
        row = the_proxy(proxy)
        before = proxy_of(row).oauth
        if before is None or not before.enabled:
            raise ConfigurationError("proxy", f"OAuth is off at '{row.name}' already")
        _save(row, replace(before, enabled=False))
        change.record(_event("OAuth disabled", row, {"enabled": True}, {"enabled": False}))
        return proxy_of(row)


def described(oauth: ProxyOAuth | None) -> dict[str, object] | None:
    """Return what a System event says of it."""
    if oauth is None:
        return None
    shown = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(oauth).items()}
    if oauth.claude_settings:  # they may hold secrets of the team
        shown["claude_settings"] = f"sha256:{hashlib.sha256(oauth.claude_settings.encode()).hexdigest()}"
    return shown


def _checked(oauth: ProxyOAuth, changes: Mapping[str, object]) -> ProxyOAuth:
    checked: dict[str, Any] = {}
    for place, value in changes.items():
        check = _CHECKS.get(place)
        if check is None:
            raise ConfigurationError(place, f"one of {', '.join(_CHECKS)}")
        checked[place] = check(value, place)
    oauth = replace(oauth, **checked)
    if oauth.introspection_url and not (oauth.introspection_client and oauth.introspection_env):
        raise ConfigurationError("introspection_url", "needs introspection_client and introspection_env")
    if oauth.mode is OAuthMode.GATEWAY and not oauth.providers:
        raise ConfigurationError("providers", "at least one way to sign in")
    return oauth


def _check_upstream(proxy: Proxy) -> None:
    """Raise ConfigurationError for a proxy whose upstream cannot sign people in itself."""
    if proxy.kind is not Kind.MCP or not proxy.upstream or proxy.stdio is not None or proxy.sandbox:
        raise ConfigurationError("mode", "upstream is for MCP proxies whose upstream is an address")
    if proxy.credential_env or proxy.credential_secret:
        raise ConfigurationError(
            "mode", f"callers bring their own tokens; remove the credential of '{proxy.name}' first"
        )


def _claude_settings(value: object, place: str) -> str:
    text = _text(value, place)
    if len(text) > _LONGEST_SETTINGS:
        raise ConfigurationError(place, f"at most {_LONGEST_SETTINGS // 1024} KB")
    try:
        document = json.loads(text) if text.strip() else None
    except ValueError as error:
        raise ConfigurationError(place, f"not JSON: {error}") from None
    if document is not None and not isinstance(document, dict):
        raise ConfigurationError(place, "a JSON object, as in Claude Code's managed-settings.json")
    return json.dumps(document, sort_keys=True) if document else ""


def _yes_or_no(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise ConfigurationError(place, "true or false")
    return value


def _introspection_url(value: object, place: str) -> str:
    address = value if isinstance(value, str) else ""
    url = parts_of(address)
    if address and not (is_confidential(url) and url.netloc and "@" not in url.netloc and not url.fragment):
        raise ConfigurationError(place, "an https:// address, or one of this machine")
    return address


def _providers(value: object, place: str) -> tuple[str, ...]:
    chosen = dict.fromkeys(_texts(value, place))
    return tuple(name if name == LOCAL else str(the_provider(name, place).id) for name in chosen)


def _groups(value: object, place: str) -> tuple[str, ...]:
    return tuple(the_group(name, place).id for name in _texts(value, place))


def _scopes(value: object, place: str) -> tuple[str, ...]:
    scopes = tuple(dict.fromkeys(_texts(value, place)))
    if not scopes or not all(scope and set(scope) <= SCOPE_LETTERS for scope in scopes):
        raise ConfigurationError(place, "one or more words without spaces, quotes and backslashes")
    return scopes


def _seconds(value: object, place: str, least: int, most: int) -> int:
    if not isinstance(value, int) or not least <= value <= most:
        raise ConfigurationError(place, f"{least} to {most} seconds")
    return value


def _text(value: object, place: str) -> str:
    return _texts([value], place)[0]


def _texts(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(text, str) for text in value):
        raise ConfigurationError(place, "a list of names")
    return tuple(value)


_CHECKS: dict[str, Callable[[object, str], object]] = {
    "mode": lambda value, place: one_of(OAuthMode, value, place),
    "providers": _providers,
    "groups": _groups,
    "scopes": _scopes,
    "access_seconds": lambda value, place: _seconds(value, place, 60, _DAY),
    "refresh_seconds": lambda value, place: _seconds(value, place, 600, 365 * _DAY),
    "registration": lambda value, place: one_of(Registration, value, place),
    "keys": _yes_or_no,
    "claude_settings": _claude_settings,
    "unattributed": _yes_or_no,
    "introspection_url": _introspection_url,
    "introspection_client": _text,
    "introspection_env": _text,
}


def _save(row: ProxyRow, oauth: ProxyOAuth) -> None:
    values = values_of(oauth)
    values["group_ids"] = values.pop("groups")
    if not ProxyOAuthRow.update(values).where(ProxyOAuthRow.proxy_id == row.id).execute():
        ProxyOAuthRow.insert({**values, "proxy_id": row.id}).execute()


def _event(
    event: str, row: ProxyRow, before: dict[str, object] | None, after: dict[str, object] | None
) -> SystemEvent:
    return SystemEvent(
        Category.PROXIES, event, f"{row.name}: OAuth", proxy=row.name, before=before, after=after
    )
