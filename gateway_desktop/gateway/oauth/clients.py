"""Clients: find the application behind an id, and let it prove itself (RFC 6749 section 2.3)."""

import asyncio
import base64
from collections.abc import Mapping
from urllib.parse import unquote_plus

from aiohttp import web

from gateway_desktop.core.clock import DAY_US, now_us
from gateway_desktop.core.oauth import OAuthClient, Registered, Registration
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.gateway.oauth.asked import AskedOf
from gateway_desktop.gateway.oauth.client_document import NotReached
from gateway_desktop.gateway.oauth.state import State
from gateway_desktop.identity.api_keys import same
from gateway_desktop.identity.client_registration import (
    NAMELESS,
    documented_client,
    is_document_address,
    nameless_client,
)
from gateway_desktop.identity.oauth_error import OAuthError, invalid_client
from gateway_desktop.identity.tokens import digest


async def find(state: State, proxy: Proxy, client_id: str, address: str) -> OAuthClient:
    """Return the client; raise OAuthError (invalid_client) for unknown, swept and revoked ones."""
    if not client_id:
        raise invalid_client("client_id is missing")
    client = await asyncio.wrap_future(state.identity.tokens.client(proxy.id, client_id))
    if client is not None and client.revoked_us is not None:
        raise invalid_client("This client was revoked")
    known_by_document = client is None or client.how is Registered.DOCUMENT
    if known_by_document and is_document_address(client_id):
        return await _documented(state, proxy, client_id, client, address)
    if client is None and client_id == NAMELESS and _open(proxy):
        return await _nameless(state, proxy, address)
    if client is None:
        raise invalid_client("This client is not registered here (any more); let it register again")
    return client


async def proven(
    state: State, asked: AskedOf, form: Mapping[str, str], *, nameless: bool = False
) -> OAuthClient:
    """Return the client that sent the form; one with a secret has to show it.

    `nameless`: here it need not say who it is; Claude Code does not where it signs in by device code.
    """
    name, secret = _presented(asked.request, form)
    if nameless and not name:
        name = NAMELESS
    client = await find(state, asked.proxy, name, asked.address)
    if client.auth_method == "none":
        if secret:
            raise invalid_client("This client has no secret")
        return client
    if client.secret_digest is None or not same(digest(secret), client.secret_digest):
        raise invalid_client("The client's secret is wrong")
    return client


async def _nameless(state: State, proxy: Proxy, address: str) -> OAuthClient:
    if not state.may_register(address):
        raise OAuthError("temporarily_unavailable", "Too many registrations; try again later", 429)
    client = nameless_client(proxy, now_us())
    await add(state, client, address)
    return client


async def _documented(
    state: State, proxy: Proxy, client_id: str, known: OAuthClient | None, address: str
) -> OAuthClient:
    assert proxy.oauth is not None
    if known is None and proxy.oauth.registration is Registration.NOBODY:
        raise invalid_client("Clients of this proxy are registered by hand")
    fresh = f"{proxy.id} {client_id}"
    if known is not None and state.fresh_documents.get(fresh):
        return known
    if not state.may_register(address):
        if known is not None:  # strangers who register too much do not sign out its people
            return known
        raise OAuthError("temporarily_unavailable", "Too many registrations; try again later", 429)
    try:
        document = await state.documents.fetch(client_id)
    except NotReached as error:
        state.documents_come = False
        if known is None:
            told = "; begin again: the application is asked to register itself" if _open(proxy) else ""
            raise invalid_client(f"{error.message}{told}") from error
        client = known  # as it was: an application that hears `invalid_client` forgets its sign-in
    else:
        state.documents_come = True
        client = documented_client(document, client_id, proxy, now_us())
        await add(state, client, address)
    state.fresh_documents.pop(fresh)
    state.fresh_documents.put(fresh, True)
    return client


async def add(state: State, client: OAuthClient, address: str) -> None:
    """Remember a client, and sweep those that were never used for too long."""
    days = state.runtime.snapshot.settings.oauth.sweep_days
    before = client.registered_us - days * DAY_US
    await asyncio.wrap_future(state.identity.tokens.add_client(client, address, before))


def _open(proxy: Proxy) -> bool:
    return proxy.oauth is not None and proxy.oauth.registration is Registration.ANYONE


def _presented(request: web.BaseRequest, form: Mapping[str, str]) -> tuple[str, str]:
    """Return client id and secret, from HTTP Basic or from the form; both at once are an error."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:  # no base64, no ASCII, no UTF-8
        raise invalid_client("The Authorization header cannot be read") from None
    name, secret = unquote_plus(name), unquote_plus(secret)
    if "client_secret" in form or form.get("client_id", name) != name:
        raise OAuthError("invalid_request", "The client shows itself in two ways at once")
    return name, secret
