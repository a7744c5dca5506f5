"""POST /oauth/{proxy}/register: an application registers itself (RFC 7591)."""

import json

from aiohttp import web

from gateway_desktop.core.clock import SECOND_US, now_us
from gateway_desktop.core.oauth import Registration
from gateway_desktop.gateway.oauth.asked import MOST_BODY, AskedOf, json_answer, read_body
from gateway_desktop.gateway.oauth.clients import add
from gateway_desktop.gateway.oauth.state import State
from gateway_desktop.identity.client_registration import AUTHORIZATION_CODE, registered_client
from gateway_desktop.identity.oauth_error import OAuthError
from gateway_desktop.identity.tokens import SECRET, digest, make


async def register(state: State, asked: AskedOf) -> web.Response:
    """Answer with the client, and its secret if it asked for one; within limits, for a stranger asks."""
    assert asked.proxy.oauth is not None
    if asked.proxy.oauth.registration is not Registration.ANYONE:
        raise OAuthError("access_denied", "Applications do not register themselves at this proxy", 403)
    if not state.may_register(asked.address):
        raise OAuthError("temporarily_unavailable", "Too many registrations; try again later", 429)
    try:
        document = json.loads(await read_body(asked.request, MOST_BODY))
    except (ValueError, RecursionError):
        raise OAuthError("invalid_client_metadata", "The body is not JSON") from None
    if not isinstance(document, dict):
        raise OAuthError("invalid_client_metadata", "The body is not a JSON object")
    secret = make(SECRET)
    client = registered_client(document, asked.proxy, digest(secret), now_us())
    await add(state, client, asked.address)
    answer: dict[str, object] = {
        "client_id": client.id,
        "client_id_issued_at": client.registered_us // SECOND_US,
        "client_name": client.name,
        "redirect_uris": list(client.redirect_uris),
        "grant_types": list(client.grant_types),
        "response_types": ["code"] if AUTHORIZATION_CODE in client.grant_types else [],
        "token_endpoint_auth_method": client.auth_method,
        "scope": " ".join(asked.proxy.oauth.scopes),
    }
    if client.secret_digest is not None:
        answer |= {"client_secret": secret, "client_secret_expires_at": 0}
    return json_answer(answer, 201)
