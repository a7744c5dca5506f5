"""POST /oauth/{proxy}/introspect: what a token is good for, told to the client that owns it (RFC 7662)."""

import asyncio

from aiohttp import web
from authlib.oauth2.rfc6749 import InvalidRequestError

from gateway_desktop.core.clock import SECOND_US, now_us
from gateway_desktop.core.oauth import Token
from gateway_desktop.gateway.oauth.asked import AskedOf, json_answer, read_form
from gateway_desktop.gateway.oauth.clients import proven
from gateway_desktop.gateway.oauth.state import State
from gateway_desktop.identity.authorization_request import single
from gateway_desktop.identity.issuers import issuer, resource
from gateway_desktop.identity.tokens import digest


async def introspect(state: State, asked: AskedOf) -> web.Response:
    """Answer what the token is; of those of others only that they are not active (section 2.2)."""
    form = single(await read_form(asked.request))
    client = await proven(state, asked, form)
    if not form.get("token"):
        raise InvalidRequestError("token is missing")
    presented = digest(form["token"])
    tokens = state.identity.tokens
    access = await asyncio.wrap_future(tokens.token(presented))
    token = access or await asyncio.wrap_future(tokens.refresh_token(presented))
    if token is None or token.ended or (token.client_id, token.proxy_id) != (client.id, asked.proxy.id):
        return json_answer({"active": False})
    return json_answer(_described(state, asked, token, "Bearer" if access else None))


def _described(state: State, asked: AskedOf, token: Token, kind: str | None) -> dict[str, object]:
    user = state.runtime.snapshot.users.get(token.user_id)
    if user is None or not user.active or token.expires_us <= now_us():
        return {"active": False}
    described: dict[str, object] = {
        "active": True,
        "scope": " ".join(token.scopes),
        "client_id": token.client_id,
        "username": user.shown,
        "sub": user.id,
        "aud": resource(asked.base, asked.proxy),
        "iss": issuer(asked.base, asked.proxy),
        "iat": token.issued_us // SECOND_US,
        "exp": token.expires_us // SECOND_US,
    }
    return described | ({"token_type": kind} if kind else {})
