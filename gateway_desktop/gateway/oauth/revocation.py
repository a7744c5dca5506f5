"""POST /oauth/{proxy}/revoke: an application logs its person out (RFC 7009)."""

import asyncio

from aiohttp import web
from authlib.oauth2.rfc6749 import InvalidRequestError

from gateway_desktop.gateway.oauth.asked import AskedOf, json_answer, read_form
from gateway_desktop.gateway.oauth.clients import Clients
from gateway_desktop.gateway.oauth.state import State
from gateway_desktop.identity.authorization_request import single
from gateway_desktop.identity.tokens import digest


class RevocationEndpoint:
    """Ends the session of a token, whichever of its tokens it is."""

    def __init__(self, state: State, clients: Clients) -> None:
        self._state = state
        self._clients = clients

    async def __call__(self, asked: AskedOf) -> web.Response:
        """Answer 200, also for tokens that nobody knows (section 2.2)."""
        form = single(await read_form(asked.request))
        client = await self._clients.proven(asked, form, nameless=True)
        if not form.get("token"):
            raise InvalidRequestError("token is missing")
        tokens = self._state.identity.tokens
        session = await asyncio.wrap_future(tokens.revoke(digest(form["token"]), client))
        if session is not None:
            self._state.runtime.forget_session(session)
        return json_answer({})
