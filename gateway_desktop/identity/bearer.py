"""From an OAuth access token to the principal behind it, checked anew with every request."""

from dataclasses import replace

from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.oauth import Token
from gateway_desktop.core.people import User
from gateway_desktop.core.principal import Principal, PrincipalKind, principal_of
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.identity.issuers import metadata_url
from gateway_desktop.identity.tokens import ACCESS

Answer = tuple[Principal, Refused | None]
_UNKNOWN = "The access token is unknown; sign in again"


def is_token(credential: str | None) -> bool:
    """Return whether a credential is an access token of ours, known or not."""
    return credential is not None and credential.startswith(ACCESS)


def authenticate_token(snapshot: Snapshot, proxy: Proxy, token: Token | None, now_us: int) -> Answer:
    """Return who is asking, and why they are refused, if they are; the person is named even then."""
    if token is None:
        return Principal(PrincipalKind.ANONYMOUS, no_user_reason=_UNKNOWN), _bad(_UNKNOWN)
    user = snapshot.users.get(token.user_id)
    if user is None:
        reason = "The owner of the access token is gone"
        stranger = Principal(
            PrincipalKind.OAUTH, client_id=token.client_id, session=token.session, no_user_reason=reason
        )
        return stranger, _bad(reason)
    principal = signed_in(snapshot, user, token.client_id, token.session)
    return principal, _problem(proxy, token, principal, active=user.active, now_us=now_us)


def signed_in(
    snapshot: Snapshot, user: User, client_id: str | None, session: str, audience: tuple[str, ...] = ()
) -> Principal:
    """Return a user as who signed in with a client; their first group is recorded and charged."""
    group = snapshot.groups.get(user.groups[0]) if user.groups else None
    principal = principal_of(PrincipalKind.OAUTH, user, group)
    return replace(principal, client_id=client_id, session=session, audience=audience)


def challenge(
    base: str, proxy: Proxy, path_below: str, *, with_token: bool, scope: str = ""
) -> tuple[str, str]:
    """Return the header of a 401: where to sign in, and that a token that was sent is no good (RFC 9728 5.1).

    Without a token there is no `error` (RFC 6750 section 3.1). `scope`: what another server asks for.
    """
    assert proxy.oauth is not None
    parts = [f'resource_metadata="{metadata_url(base, proxy, path_below)}"']
    if asked := " ".join(proxy.oauth.scopes) if proxy.oauth.ours else scope:
        parts.append(f'scope="{asked}"')
    if with_token:
        parts.insert(0, 'error="invalid_token"')
    return "WWW-Authenticate", f"Bearer {', '.join(parts)}"


def _problem(
    proxy: Proxy, token: Token, principal: Principal, *, active: bool, now_us: int
) -> Refused | None:
    oauth = proxy.oauth
    if oauth is None or not oauth.ours:
        return _bad(f"OAuth is off at the proxy '{proxy.name}'")
    if token.proxy_id != proxy.id:
        return _bad(f"The access token is for another proxy than '{proxy.name}'")
    if token.ended:
        return _bad("The session of the access token has ended; sign in again")
    if token.expires_us <= now_us:
        return _bad("The access token has expired")
    if not active:
        return Refused(Reason.ACCESS, f"The account of {principal.actor} is not active")
    if oauth.groups and not principal.groups.intersection(oauth.groups):
        return Refused(Reason.ACCESS, f"{principal.actor} is in none of the groups that may sign in here")
    return None


def _bad(message: str) -> Refused:
    return Refused(Reason.CREDENTIAL, message, 401)
