"""How people sign in at one proxy, in words."""

from collections.abc import Mapping

from gateway_desktop.core.oauth import ProxyOAuth
from gateway_desktop.core.plural import plural
from gateway_desktop.ui.panels.oauth_proxy.columns import OAuthRow
from gateway_desktop.ui.panels.oauth_proxy.words import REGISTRATIONS, providers

FACTS = ("Sign-in", "May sign in", "Applications", "Tokens", "API keys", "Claude Code")
OFF = "Off: callers carry API keys. Enable OAuth, and people sign in with a browser instead."
ANYONE = "Off: requests without a key are answered, so nobody can be named."
_MINUTE, _DAY = 60, 24 * 3600


def facts(row: OAuthRow, groups: Mapping[str, str]) -> dict[str, str]:
    """Return what is worth knowing; `groups`: names by id."""
    oauth = row.oauth
    if oauth is None:
        return {"Sign-in": ANYONE if row.item.proxy.anonymous else OFF}
    allowed = [groups.get(group, "a group that is gone") for group in oauth.groups]
    who = f"Members of {', '.join(allowed)}" if allowed else "Everyone who may use the proxy"
    if not oauth.ours:
        return {
            "Sign-in": "By the upstream's own authorization server",
            "May sign in": who,
            **_of_upstream(oauth),
        }
    found = {
        "Sign-in": f"At this gateway, with {providers(row.item.providers)}",
        "May sign in": who,
        "Applications": f"{REGISTRATIONS[oauth.registration]}; {plural(row.item.clients, 'client')} so far, "
        f"{plural(row.item.live_sessions, 'live session')}",
        "Tokens": f"Good for {_time(oauth.access_seconds)}; a session that is not used ends after "
        f"{_time(oauth.refresh_seconds)}; scopes: {' '.join(oauth.scopes)}",
        "API keys": "Are good here too" if oauth.keys else "Are refused here",
    }
    if oauth.claude_settings:
        found["Claude Code"] = "Is given settings that it obeys once its person has signed in"
    return found


def _of_upstream(oauth: ProxyOAuth) -> dict[str, str]:
    strangers = "pass, and their rows say why they have no user" if oauth.unattributed else "are refused"
    found = {"Tokens": f"Go upstream as they are; those that tell no user of yours {strangers}"}
    if oauth.introspection_url:
        found["Tokens"] += f". Whose one is, {oauth.introspection_url} says"
    return found


def _time(seconds: int) -> str:
    if seconds >= 2 * _DAY and seconds % _DAY == 0:
        return f"{seconds // _DAY} days"
    return plural(max(1, seconds // _MINUTE), "minute")
