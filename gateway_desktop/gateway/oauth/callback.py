"""GET /oauth/callback: the one address to which identity providers send people back."""

import asyncio

from aiohttp import web

from gateway_desktop.core.errors import GatewayError
from gateway_desktop.gateway.oauth.asked import Asked
from gateway_desktop.gateway.oauth.browser import browser_of
from gateway_desktop.gateway.oauth.completion import complete, turn_away
from gateway_desktop.gateway.oauth.consent import attempt_of, type_of
from gateway_desktop.gateway.oauth.state import State
from gateway_desktop.identity.api_keys import same
from gateway_desktop.identity.authorization_request import single
from gateway_desktop.identity.oauth_error import OAuthError
from gateway_desktop.identity.tokens import digest

_UNKNOWN = "This sign-in was begun in another browser, was used before, or is too old. Begin again."


async def called_back(state: State, asked: Asked) -> web.Response:
    """Let in whom the provider vouches for; `state` is good once, and in its own browser only."""
    parameters = single(asked.parameters())
    sign_in = state.at_providers.pop(digest(parameters.pop("state", "")))
    if sign_in is None or not same(browser_of(asked), sign_in.browser):
        raise OAuthError("invalid_request", _UNKNOWN)
    snapshot = state.runtime.snapshot
    provider = snapshot.identity_providers.get(sign_in.provider)
    people = state.identity.people
    if provider is None or people is None:
        raise OAuthError("server_error", "That identity provider was removed", 503)
    try:
        secret = snapshot.provider_secrets.get(provider.id)
        profile = await type_of(provider).profile(provider, secret, attempt_of(state, sign_in), parameters)
        user = await asyncio.wrap_future(people.sign_in(provider, profile))
    except GatewayError as error:
        state.note("login failed", sign_in, None, asked.address, error.message)
        return turn_away(state, sign_in, error)
    return complete(state, sign_in, user, asked.address)
