"""/oauth/consent: a person says whether this application may act in their name, and how they sign in.

Asked for every client anew and before any identity provider is: a provider that remembers its person would
otherwise hand a code to whoever began the sign-in (the confused deputy of MCP's security practices).
"""

import secrets

from aiohttp import web

from gateway_desktop.core.oauth import LOCAL, IdentityProvider
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.gateway.oauth.asked import Asked
from gateway_desktop.gateway.oauth.browser import posted, sign_in_of, take_token
from gateway_desktop.gateway.oauth.completion import deny
from gateway_desktop.gateway.oauth.identity_provider import Attempt, IdentityProviderType
from gateway_desktop.gateway.oauth.identity_providers import IDENTITY_PROVIDERS
from gateway_desktop.gateway.oauth.pages import Markup, button
from gateway_desktop.gateway.oauth.state import State
from gateway_desktop.gateway.oauth.waiting import SignIn
from gateway_desktop.identity.authorization_request import single
from gateway_desktop.identity.oauth_error import OAuthError
from gateway_desktop.identity.pkce import make_verifier
from gateway_desktop.identity.redirects import origin_source, shown_target
from gateway_desktop.identity.tokens import digest


async def show(state: State, asked: Asked) -> web.Response:
    """Show who asks for what, and the ways to sign in."""
    request_id = single(asked.parameters()).get("request", "")
    sign_in = sign_in_of(asked, state, request_id)
    choices = _choices(state, sign_in.proxy)
    if not choices:
        raise OAuthError("server_error", "No way to sign in is set up for this proxy", 503)
    target = sign_in.request.redirect_uri
    values = {
        "client": sign_in.client.name or sign_in.client.id,
        "client_id": sign_in.client.id,
        "proxy": sign_in.proxy.name,
        "scopes": ", ".join(("use it", *(one for one in sign_in.request.scopes if one != "use"))),
        "target": shown_target(target) if target else "your device, nowhere in this browser",
        "request": request_id,
        "token": sign_in.new_token(),
        "choices": choices,
    }
    onward = origin_source(target) if target else ""
    return state.pages.page("consent", "May this application sign you in?", values, onward=onward)


async def decide(state: State, asked: Asked) -> web.Response:
    """Take the person's choice."""
    form = await posted(asked, state)
    request_id = form.get("request", "")
    sign_in = sign_in_of(asked, state, request_id)
    take_token(sign_in, form.get("token", ""))
    choice = form.get("choice", "")
    if choice == "deny":
        state.sign_ins.pop(request_id)
        return deny(state, sign_in, "You said no", asked.address)
    assert sign_in.proxy.oauth is not None
    if choice not in sign_in.proxy.oauth.providers:
        raise OAuthError("invalid_request", "That way to sign in is not set up for this proxy")
    sign_in.approved, sign_in.provider = True, choice
    if choice == LOCAL:
        place = f"{state.root}/sign-in?request={request_id}"
        return web.Response(status=303, headers={"Location": place})
    state.sign_ins.pop(request_id)
    return await _to_provider(state, sign_in, asked.address)


async def _to_provider(state: State, sign_in: SignIn, address: str) -> web.Response:
    provider = state.runtime.snapshot.identity_providers.get(sign_in.provider)
    if provider is None:
        raise OAuthError("server_error", "That identity provider was removed", 503)
    secret_state = secrets.token_urlsafe(32)
    sign_in.nonce, sign_in.verifier = secrets.token_urlsafe(32), make_verifier()
    url = await type_of(provider).authorize_url(provider, attempt_of(state, sign_in), secret_state)
    state.at_providers.put(digest(secret_state), sign_in, address)
    return state.pages.leave("One moment", f"You sign in at {provider.name}.", url)


def _choices(state: State, proxy: Proxy) -> Markup:
    assert proxy.oauth is not None
    known = state.runtime.snapshot.identity_providers
    buttons = ""
    for name in proxy.oauth.providers:
        if name == LOCAL:
            buttons += button(LOCAL, "Allow, and sign in with a password", main=not buttons)
        elif name in known:
            buttons += button(name, f"Allow, and sign in with {known[name].name}", main=not buttons)
    return Markup(buttons)


def attempt_of(state: State, sign_in: SignIn) -> Attempt:
    """Return a sign-in as identity providers see it; the callback is registered there."""
    return Attempt(f"{state.base}/oauth/callback", sign_in.nonce, sign_in.verifier)


def type_of(provider: IdentityProvider) -> IdentityProviderType:
    """Return what knows how to ask this kind of provider."""
    for kind in IDENTITY_PROVIDERS:
        if kind.name == provider.kind:
            return kind
    raise OAuthError(
        "server_error", f"Nobody here knows identity providers of the kind '{provider.kind}'", 503
    )
