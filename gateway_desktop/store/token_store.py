"""TokenStore: what the authorization server remembers of clients, sessions and tokens.

Every call returns a Future at once. What must happen together (rotating a token, ending the session whose
code or token came twice) happens in one transaction of the writer, together with its System event.
"""

import json
from concurrent.futures import Future
from dataclasses import replace

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.clock import DAY_US, SECOND_US, now_us
from gateway_desktop.core.oauth import NewTokens, OAuthClient, OAuthSession, Registered, Rotation, Token
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import values_of
from gateway_desktop.store.models.oauth import OAuthClientRow, OAuthSessionRow, TokenRow
from gateway_desktop.store.models.people import UserRow
from gateway_desktop.store.oauth_rows import client_of, proxy_name, session_of, token_of
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import bump_config_version, write_system_event

KEPT_US = 7 * DAY_US  # after its end a token still tells whose it was
AGAIN_US = 60 * SECOND_US  # in which tools that share a sign-in, or lost the answer, renew it once more
_OF_DOCUMENT = "name", "redirect_uris", "auth_method", "grant_types"  # what a client may say anew
_REUSED = "The refresh token was used before: the session has been ended"
_AGAIN = "The same refresh token came once more, and got the same tokens"


class TokenStore:
    """Fits the gateway's port of the same name."""

    def __init__(self, store: Store) -> None:
        self._writer = store.writer
        self._reader = store.reader

    def client(self, proxy_id: str, client_id: str) -> Future[OAuthClient | None]:
        """Return a client of the proxy, also a revoked one."""
        return self._reader.submit(_client, proxy_id, client_id)

    def add_client(self, client: OAuthClient, address: str, never_used_since_us: int) -> Future[int]:
        """Remember a client; return how many were swept: those registered before that time and never used."""
        return self._writer.submit(_add_client, client, address, never_used_since_us)

    def token(self, digest: bytes) -> Future[Token | None]:
        """Return what an access token stands for; one whose session has ended still names its person."""
        return self._reader.submit(_token, digest)

    def of_session(self, session: str) -> Future[Token | None]:
        """Return what the token of a session stands for that is good for longest."""
        return self._reader.submit(_of_session, session)

    def refresh_token(self, digest: bytes) -> Future[Token | None]:
        """Return what an unused refresh token stands for."""
        return self._reader.submit(_token, digest, refresh=True)

    def open_session(
        self, session: OAuthSession, tokens: NewTokens, code_digest: bytes | None
    ) -> Future[None]:
        """Remember a sign-in with its first tokens."""
        return self._writer.submit(_open_session, session, tokens, code_digest)

    def rotate(
        self,
        digest: bytes,
        client: OAuthClient,
        tokens: NewTokens,
        longest_us: int,
    ) -> Future[Rotation]:
        """Exchange a refresh token for the tokens that follow it; one that comes again ends its session.

        Within AGAIN_US it gets the same tokens once more, as long as nobody has renewed them: two who hold
        the same token go on to hold the same token, so a theft shows at a later renewal.

        Their scopes narrow what is granted (RFC 6749 section 6); none: those of the session. `longest_us`:
        after its sign-in no session goes on, and no token of it is good, longer than that.
        """
        return self._writer.submit(_rotate, digest, client, tokens, longest_us)

    def code_came_again(self, code_digest: bytes) -> Future[str | None]:
        """End the session that the code opened, if one did, and return its id (RFC 6749 section 4.1.2)."""
        return self._writer.submit(_code_came_again, code_digest)

    def revoke(self, digest: bytes, client: OAuthClient) -> Future[str | None]:
        """End the session of an access or refresh token of the client and return its id (RFC 7009)."""
        return self._writer.submit(_revoke, digest, client)

    def note(self, event: SystemEvent) -> Future[int]:
        """Write a System event."""
        return self._writer.submit(write_system_event, event)


def _client(_database: Database, proxy_id: str, client_id: str) -> OAuthClient | None:
    row = OAuthClientRow.get_or_none((OAuthClientRow.proxy_id == proxy_id) & (OAuthClientRow.id == client_id))
    return None if row is None else client_of(row)


def _add_client(database: Database, client: OAuthClient, address: str, never_used_since_us: int) -> int:
    swept = sweep(never_used_since_us)
    known = _client(database, client.proxy_id, client.id)
    values = values_of(client)
    if known is not None:  # its document says something new
        OAuthClientRow.update({name: values[name] for name in _OF_DOCUMENT}).where(
            (OAuthClientRow.proxy_id == client.proxy_id) & (OAuthClientRow.id == client.id)
        ).execute()
        return swept
    OAuthClientRow.insert(values).execute()
    after: dict[str, object] = {"redirect_uris": list(client.redirect_uris), "how": str(client.how)}
    event = SystemEvent(
        Category.AUTHENTICATION,
        "client registered",
        client.name or client.id,
        after={**after, "client_id": client.id, "authentication": client.auth_method},
        proxy=proxy_name(client.proxy_id),
        client_ip=address,
    )
    write_system_event(database, event, client.registered_us)
    return swept


def sweep(before_us: int) -> int:
    """Forget clients that registered themselves before that time and never had a session; return how many."""
    used = OAuthSessionRow.select(OAuthSessionRow.client_id).where(
        OAuthSessionRow.proxy_id == OAuthClientRow.proxy_id
    )
    stale = (
        (OAuthClientRow.how != str(Registered.BY_HAND))
        & (OAuthClientRow.registered_us < before_us)
        & OAuthClientRow.last_used_us.is_null()
        & OAuthClientRow.id.not_in(used)
    )
    return int(OAuthClientRow.delete().where(stale).execute())


def _token(database: Database, digest: bytes, refresh: bool = False) -> Token | None:
    row = TokenRow.get_or_none((TokenRow.digest == digest) & (TokenRow.refresh == refresh))
    return None if row is None or row.used_us is not None else _stands_for(database, row)


def _of_session(database: Database, session: str) -> Token | None:
    rows = TokenRow.select().where((TokenRow.session_id == session) & TokenRow.used_us.is_null())
    row = rows.order_by(TokenRow.expires_us.desc()).first()
    return None if row is None else _stands_for(database, row)


def _stands_for(database: Database, row: TokenRow) -> Token:
    session = OAuthSessionRow.get_by_id(row.session_id)
    client = _client(database, session.proxy_id, session.client_id)
    ended = session.revoked_us is not None or client is None or client.revoked_us is not None
    return replace(token_of(row, session), ended=ended)


def _open_session(
    database: Database, session: OAuthSession, tokens: NewTokens, code_digest: bytes | None
) -> None:
    values = values_of(session) | {"last_used_us": session.created_us, "code_digest": code_digest}
    OAuthSessionRow.insert(values).execute()
    TokenRow.delete().where(TokenRow.expires_us < tokens.issued_us - KEPT_US).execute()
    _insert(session.id, tokens)
    _client_used(session, tokens.issued_us)
    _write(database, session, tokens.issued_us, SystemEvent(Category.AUTHENTICATION, "token issued"))


def _rotate(
    database: Database,
    digest: bytes,
    client: OAuthClient,
    tokens: NewTokens,
    longest_us: int,
) -> Rotation:
    now = tokens.issued_us
    row = TokenRow.get_or_none((TokenRow.digest == digest) & (TokenRow.refresh == True))  # noqa: E712 - SQL
    session = None if row is None else session_of(OAuthSessionRow.get_by_id(row.session_id))
    if row is None or session is None or _another(session, client):
        return Rotation(problem="The refresh token is unknown")
    given = _given(row, tokens)
    if row.used_us is not None and given is None:
        already = session.revoked_us is not None
        if not already:
            _end(database, session, now, _critical("refresh token reuse detected", _REUSED))
        return Rotation(session, _REUSED, revoked=not already)
    if problem := _renewal_problem(row, session, tokens, longest_us):
        return Rotation(session, problem)
    if given is not None:
        _write(database, session, now, _told("token refreshed", _AGAIN))
        return Rotation(session, tokens=given)
    row.used_us = now
    row.save()
    TokenRow.delete().where(
        (TokenRow.session_id == session.id) & (TokenRow.expires_us < now - KEPT_US)
    ).execute()
    tokens = replace(tokens.until(session.created_us + longest_us), scopes=tokens.scopes or session.scopes)
    _insert(session.id, tokens)
    OAuthSessionRow.update(expires_us=tokens.refresh_expires_us, last_used_us=now).where(
        OAuthSessionRow.id == session.id
    ).execute()
    _client_used(session, now)
    _write(database, session, now, SystemEvent(Category.AUTHENTICATION, "token refreshed"))
    return Rotation(session, tokens=tokens)


def _renewal_problem(row: TokenRow, session: OAuthSession, tokens: NewTokens, longest_us: int) -> str:
    if session.revoked_us is not None:
        return "The session has been ended"
    if min(row.expires_us, session.created_us + longest_us) <= tokens.issued_us:
        return "The refresh token has expired; sign in again"
    user = UserRow.get_by_id(session.user_id)
    if not user.active or user.deleted_us is not None:
        return "The user is not active"
    return "" if set(tokens.scopes) <= set(session.scopes) else "scope"


def _given(used: TokenRow, tokens: NewTokens) -> NewTokens | None:
    """Return the tokens that a refresh token was exchanged for just now, if they are the newest."""
    if used.used_us is None or tokens.issued_us > used.used_us + AGAIN_US:
        return None
    access = TokenRow.get_or_none(TokenRow.digest == tokens.access)
    refresh = TokenRow.get_or_none(TokenRow.digest == tokens.refresh)
    if access is None or refresh is None or refresh.used_us is not None:
        return None
    return replace(
        tokens,
        scopes=tuple(json.loads(access.scopes)),
        access_expires_us=access.expires_us,
        refresh_expires_us=refresh.expires_us,
    )


def _code_came_again(database: Database, code_digest: bytes) -> str | None:
    row = OAuthSessionRow.get_or_none(OAuthSessionRow.code_digest == code_digest)
    if row is None:
        return None
    session = session_of(row)
    if session.revoked_us is None:
        why = "The authorization code was presented a second time: the session has been ended"
        _end(database, session, now_us(), _critical("authorization code reuse detected", why))
    return session.id


def _revoke(database: Database, digest: bytes, client: OAuthClient) -> str | None:
    row = TokenRow.get_or_none(TokenRow.digest == digest)
    session = None if row is None else session_of(OAuthSessionRow.get_by_id(row.session_id))
    if session is None or _another(session, client):
        return None
    if row is not None and session.revoked_us is None:
        now, kind = now_us(), "refresh" if row.refresh else "access"
        _write(database, session, now, _told("token revoked", f"The application revoked its {kind} token"))
        _end(database, session, now, _told("logout", "Its session ended with the token"))
    return session.id


def _another(session: OAuthSession, client: OAuthClient) -> bool:
    return (session.proxy_id, session.client_id) != (client.proxy_id, client.id)


def _told(event: str, details: str) -> SystemEvent:
    return SystemEvent(Category.AUTHENTICATION, event, details=details)


def _critical(event: str, details: str) -> SystemEvent:
    return SystemEvent(Category.AUTHENTICATION, event, severity=Severity.CRITICAL, details=details)


def _end(database: Database, session: OAuthSession, now: int, event: SystemEvent) -> None:
    OAuthSessionRow.update(revoked_us=now).where(OAuthSessionRow.id == session.id).execute()
    bump_config_version(database)  # other gateways forget its tokens with the next snapshot
    _write(database, session, now, event)


def _insert(session_id: str, tokens: NewTokens) -> None:
    scopes = json.dumps(tokens.scopes)
    common = {"session_id": session_id, "scopes": scopes, "issued_us": tokens.issued_us}
    TokenRow.insert(
        {**common, "digest": tokens.access, "refresh": False, "expires_us": tokens.access_expires_us}
    ).execute()
    if tokens.refresh is not None:
        TokenRow.insert(
            {**common, "digest": tokens.refresh, "refresh": True, "expires_us": tokens.refresh_expires_us}
        ).execute()


def _client_used(session: OAuthSession, now: int) -> None:
    OAuthClientRow.update(last_used_us=now).where(
        (OAuthClientRow.proxy_id == session.proxy_id) & (OAuthClientRow.id == session.client_id)
    ).execute()


def _write(database: Database, session: OAuthSession, now: int, event: SystemEvent) -> None:
    client = _client(database, session.proxy_id, session.client_id)
    written = replace(
        event,
        resource=(client.name if client else "") or session.client_id,
        proxy=proxy_name(session.proxy_id),
        actor=_actor(session),
        client_ip=session.address or None,
    )
    write_system_event(database, written, now)


def _actor(session: OAuthSession) -> Principal:
    user = UserRow.get_by_id(session.user_id)
    return Principal(
        PrincipalKind.OAUTH,
        user_id=user.id,
        actor=user.email or user.username,
        display_name=user.display_name,
        client_id=session.client_id,
        session=session.id,
    )
