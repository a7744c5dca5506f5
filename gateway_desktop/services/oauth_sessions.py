"""OAuth clients and sessions: register a client by hand, revoke a client, a session, all of a user."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.oauth import OAuthClient, Registered
from gateway_desktop.core.people import Role
from gateway_desktop.core.secret import Secret
from gateway_desktop.identity.client_registration import AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN
from gateway_desktop.identity.oauth_error import OAuthError
from gateway_desktop.identity.redirects import checked_redirect
from gateway_desktop.identity.tokens import SECRET, digest, make
from gateway_desktop.services.administration import Change, Service, transaction
from gateway_desktop.services.lookup import shown, the_proxy, the_user
from gateway_desktop.store.models.oauth import OAuthClientRow, OAuthSessionRow
from gateway_desktop.store.models.people import UserRow, WindowSessionRow
from gateway_desktop.store.oauth_rows import client_of, proxy_name

_event = partial(SystemEvent, Category.AUTHENTICATION)


@dataclass(frozen=True, slots=True)
class AddedClient:
    """A client registered by hand; the secret is there only here and now."""

    client: OAuthClient
    secret: Secret | None


class OAuthSessions(Service):
    """What is revoked stops at the next request of this gateway, within two seconds on others."""

    @transaction()
    def add_client(
        self,
        change: Change,
        proxy: str,
        name: str,
        redirect_uris: Sequence[str] = (),
        client_id: str = "",
        with_secret: bool = False,
    ) -> AddedClient:
        """Register an application by hand; without redirect addresses it can sign in by device code only."""
        row = the_proxy(proxy)
        if not (name.strip() or client_id.strip()):
            raise ConfigurationError("name", "say what the application is called")
        identifier = client_id.strip() or new_id()
        if _named(row.id, identifier) is not None:
            raise ConfigurationError("client", f"'{identifier}' is registered already")
        secret = Secret(make(SECRET)) if with_secret else None
        grants = (AUTHORIZATION_CODE,) if redirect_uris else ()
        added = OAuthClientRow.create(
            proxy_id=row.id,
            id=identifier,
            name=name.strip() or identifier,
            redirect_uris=json.dumps([_redirect(uri) for uri in redirect_uris]),
            how=str(Registered.BY_HAND),
            auth_method="client_secret_basic" if secret else "none",
            secret_digest=digest(secret) if secret else None,
            grant_types=json.dumps((*grants, REFRESH_TOKEN, DEVICE_CODE)),
            registered_us=change.now_us,
        )
        after: dict[str, object] = {
            "client_id": identifier,
            "redirect_uris": list(redirect_uris),
            "how": added.how,
        }
        change.record(_event("client registered", added.name, proxy=row.name, after=after))
        return AddedClient(client_of(added), secret)

    @transaction(least=Role.OPERATOR)
    def revoke_client(self, change: Change, client: str, proxy: str = "") -> int:
        """Refuse a client for good and end its sessions; return how many were live."""
        asked = OAuthClientRow.id == client.strip()
        if proxy:
            asked &= OAuthClientRow.proxy_id == the_proxy(proxy).id
        rows = list(OAuthClientRow.select().where(asked))
        if not rows:
            raise ConfigurationError("client", f"there is no OAuth client '{client}'")
        ended = 0
        for row in rows:
            OAuthClientRow.update(revoked_us=change.now_us).where(
                (OAuthClientRow.proxy_id == row.proxy_id) & (OAuthClientRow.id == row.id)
            ).execute()
            of_client = (OAuthSessionRow.proxy_id == row.proxy_id) & (OAuthSessionRow.client_id == row.id)
            ended += end_sessions(change, of_client, "Its client was revoked")
            change.record(_event("client revoked", row.name or row.id, proxy=proxy_name(row.proxy_id)))
        return ended

    @transaction(least=Role.OPERATOR)
    def revoke_session(self, change: Change, session: str) -> None:
        """End one session."""
        row = OAuthSessionRow.get_or_none(OAuthSessionRow.id == session.strip())
        if row is None:
            raise ConfigurationError("session", f"there is no OAuth session '{session}'")
        if row.revoked_us is not None:
            raise ConfigurationError("session", f"'{session}' has ended already")
        end_sessions(change, OAuthSessionRow.id == row.id, "")

    @transaction(least=Role.OPERATOR)
    def revoke_user(self, change: Change, user: str) -> int:
        """End all that a user is signed in to; return how many sessions of applications were live."""
        row = the_user(user)
        return end_all(change, row.id, f"All of {shown(row)}")


def end_all(change: Change, user_id: str, why: str) -> int:
    """End a user's sessions, and their sign-ins to windows and command lines; return how many sessions."""
    end_window_sign_ins(user_id)
    return end_sessions(change, OAuthSessionRow.user_id == user_id, why)


def end_window_sign_ins(user_id: str) -> None:
    """Have a user sign in again to windows and command lines."""
    WindowSessionRow.delete().where(WindowSessionRow.user_id == user_id).execute()


def end_sessions(change: Change, which: Any, why: str) -> int:
    """End the live ones of the sessions, with a System event for each; return how many."""
    live = OAuthSessionRow.revoked_us.is_null() & (OAuthSessionRow.expires_us > change.now_us)
    rows = list(OAuthSessionRow.select().where(which & live))
    for row in rows:
        row.revoked_us = change.now_us
        row.save()
        user = UserRow.get_by_id(row.user_id)
        client = _named(row.proxy_id, row.client_id)
        name = (client.name if client else "") or row.client_id
        after: dict[str, object] = {"session": row.id, "client": name}
        proxy = proxy_name(row.proxy_id)
        event = _event("session revoked", shown(user), proxy=proxy, details=why, after=after)
        change.record(event)
    return len(rows)


def _named(proxy_id: str, client_id: str) -> OAuthClientRow | None:
    row: OAuthClientRow | None = OAuthClientRow.get_or_none(
        (OAuthClientRow.proxy_id == proxy_id) & (OAuthClientRow.id == client_id)
    )
    return row


def _redirect(uri: str) -> str:
    try:
        return checked_redirect(uri.strip())
    except OAuthError as error:
        raise ConfigurationError("redirect", error.message) from None
