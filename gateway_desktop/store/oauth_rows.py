"""Rows of OAuth's tables as the words of `core.oauth`."""

import json
from collections import Counter

from peewee import Field, fn

from gateway_desktop.core.oauth import OAuthClient, OAuthSession, ProxyOAuth, Token
from gateway_desktop.store.models.base import of_row, tuples
from gateway_desktop.store.models.oauth import OAuthClientRow, OAuthSessionRow, ProxyOAuthRow, TokenRow
from gateway_desktop.store.models.proxy import ProxyRow


def proxy_oauth_of(row: ProxyOAuthRow) -> ProxyOAuth:
    """Return how people sign in at the proxy."""
    lists = {"providers": row.providers, "scopes": row.scopes, "groups": row.group_ids}
    return of_row(ProxyOAuth, row, **{name: json.loads(text) for name, text in lists.items()})


def client_of(row: OAuthClientRow) -> OAuthClient:
    """Return the client."""
    uris, grants = json.loads(row.redirect_uris), json.loads(row.grant_types)
    return of_row(OAuthClient, row, redirect_uris=uris, grant_types=grants)


def session_of(row: OAuthSessionRow) -> OAuthSession:
    """Return the session."""
    return of_row(OAuthSession, row, scopes=json.loads(row.scopes))


def live_sessions(by: Field, now_us: int) -> Counter[str]:
    """Return how many sessions live, by one of their columns."""
    row = OAuthSessionRow
    live = row.select(by, fn.COUNT(row.id)).where(row.revoked_us.is_null(), row.expires_us > now_us)
    return Counter(dict(tuples(live.group_by(by))))


def token_of(row: TokenRow, session: OAuthSessionRow) -> Token:
    """Return what the access token stands for."""
    return Token(
        session=session.id,
        proxy_id=session.proxy_id,
        client_id=session.client_id,
        user_id=session.user_id,
        scopes=tuple(json.loads(row.scopes)),
        issued_us=row.issued_us,
        expires_us=row.expires_us,
    )


def proxy_name(proxy_id: str) -> str:
    """Return what a proxy is called now; empty if it is gone."""
    row = ProxyRow.get_or_none(ProxyRow.id == proxy_id)
    return "" if row is None else str(row.name)
