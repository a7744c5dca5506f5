"""Rows of OAuth's tables as the words of `core.oauth`."""

import json

from gateway_desktop.core.oauth import (
    OAuthClient,
    OAuthMode,
    OAuthSession,
    ProxyOAuth,
    Registered,
    Registration,
    Token,
)
from gateway_desktop.store.models.oauth import OAuthClientRow, OAuthSessionRow, ProxyOAuthRow, TokenRow
from gateway_desktop.store.models.proxy import ProxyRow


def proxy_oauth_of(row: ProxyOAuthRow) -> ProxyOAuth:
    """Return how people sign in at the proxy."""
    return ProxyOAuth(
        enabled=bool(row.enabled),
        mode=OAuthMode(row.mode),
        providers=_tuple(row.providers),
        scopes=_tuple(row.scopes),
        groups=_tuple(row.group_ids),
        access_seconds=row.access_seconds,
        refresh_seconds=row.refresh_seconds,
        registration=Registration(row.registration),
        keys=bool(row.keys),
        claude_settings=row.claude_settings,
        unattributed=bool(row.unattributed),
        introspection_url=row.introspection_url,
        introspection_client=row.introspection_client,
        introspection_env=row.introspection_env,
    )


def client_of(row: OAuthClientRow) -> OAuthClient:
    """Return the client."""
    return OAuthClient(
        id=row.id,
        proxy_id=row.proxy_id,
        name=row.name,
        redirect_uris=_tuple(row.redirect_uris),
        how=Registered(row.how),
        registered_us=row.registered_us,
        auth_method=row.auth_method,
        secret_digest=bytes(row.secret_digest) if row.secret_digest is not None else None,
        grant_types=_tuple(row.grant_types),
        last_used_us=row.last_used_us,
        revoked_us=row.revoked_us,
    )


def session_of(row: OAuthSessionRow) -> OAuthSession:
    """Return the session."""
    return OAuthSession(
        id=row.id,
        proxy_id=row.proxy_id,
        client_id=row.client_id,
        user_id=row.user_id,
        provider=row.provider,
        scopes=_tuple(row.scopes),
        created_us=row.created_us,
        expires_us=row.expires_us,
        last_used_us=row.last_used_us,
        revoked_us=row.revoked_us,
        address=row.address,
    )


def token_of(row: TokenRow, session: OAuthSessionRow) -> Token:
    """Return what the access token stands for."""
    return Token(
        session=session.id,
        proxy_id=session.proxy_id,
        client_id=session.client_id,
        user_id=session.user_id,
        scopes=_tuple(row.scopes),
        issued_us=row.issued_us,
        expires_us=row.expires_us,
    )


def proxy_name(proxy_id: str) -> str:
    """Return what a proxy is called now; empty if it is gone."""
    row = ProxyRow.get_or_none(ProxyRow.id == proxy_id)
    return "" if row is None else str(row.name)


def _tuple(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
