"""POST /oauth/{proxy}/revoke: an application logs its person out (RFC 7009)."""

import asyncio

from aiohttp import web
from authlib.oauth2.rfc6749 import InvalidRequestError

from gateway_desktop.gateway.oauth.asked import AskedOf, json_answer, read_form
from gateway_desktop.gateway.oauth.clients import proven
from gateway_desktop.gateway.oauth.state import State
from gateway_desktop.identity.authorization_request import single
from gateway_desktop.identity.tokens import digest


async def revoke(state: State, asked: AskedOf) -> web.Response:
    """End the session of a token, whichever of its tokens it is; 200 even for unknown ones (section 2.2)."""
    form = single(await read_form(asked.request))
    client = await proven(state, asked, form, nameless=True)
    if not form.get("token"):
        raise InvalidRequestError("token is missing")
    tokens = state.identity.tokens
    session = await asyncio.wrap_future(tokens.revoke(digest(form["token"]), client))
    if session is not None:
        state.runtime.forget_session(session)
    return json_answer({})
