"""How a sign-in ends: a code for the client, a yes for the device, or a no."""

from aiohttp import web

from gateway_desktop.core.errors import GatewayError, Refused
from gateway_desktop.core.people import User
from gateway_desktop.gateway.oauth.asked import redirect
from gateway_desktop.gateway.oauth.authorize import refused
from gateway_desktop.gateway.oauth.pages import UNABLE
from gateway_desktop.gateway.oauth.state import State
from gateway_desktop.gateway.oauth.waiting import Grant, SignIn
from gateway_desktop.identity.issuers import issuer
from gateway_desktop.identity.oauth_error import OAuthError
from gateway_desktop.identity.tokens import CODE, digest, make


def complete(state: State, sign_in: SignIn, user: User, address: str) -> web.Response:
    """Let the person in, if they may use the proxy."""
    proxy = state.proxy(sign_in.proxy.id)
    problem = "OAuth was switched off at this proxy"
    if proxy is not None:
        problem = state.entry_problem(proxy, user.id, sign_in.provider)
    if problem:
        state.note("login failed", sign_in, user, address, problem)
        return deny(state, sign_in, problem, address, noted=True)
    state.note("login", sign_in, user, address)
    if sign_in.device is not None:
        sign_in.device.user_id, sign_in.device.provider = user.id, sign_in.provider
        return state.pages.message("You are signed in", "Go back to your device; it goes on by itself.")
    code = make(CODE)
    grant = Grant(
        proxy_id=sign_in.proxy.id,
        client_id=sign_in.client.id,
        redirect_uri=sign_in.request.redirect_uri,
        challenge=sign_in.request.challenge,
        scopes=sign_in.request.scopes,
        user_id=user.id,
        provider=sign_in.provider,
        address=address,
    )
    state.codes.put(digest(code), grant, address)
    answer = (("code", code), ("state", sign_in.request.state), ("iss", issuer(sign_in.base, sign_in.proxy)))
    return redirect(sign_in.request.redirect_uri, answer)


def turn_away(state: State, sign_in: SignIn, error: GatewayError) -> web.Response:
    """Show the person why they may not come in; a link, or the device by itself, tells the application."""
    if sign_in.device is not None:
        sign_in.device.denied = True
        return state.pages.message(UNABLE, f"{error.message}. Your device has been told.", error.status)
    told = _told(sign_in, "access_denied" if isinstance(error, Refused) else "server_error", error.message)
    return state.pages.way_back(error.message, told.headers["Location"], error.status)


def deny(state: State, sign_in: SignIn, why: str, address: str, *, noted: bool = False) -> web.Response:
    """Tell the application that the answer is no."""
    if not noted:
        state.note("login failed", sign_in, None, address, why)
    if sign_in.device is not None:
        sign_in.device.denied = True
        return state.pages.message("Not signed in", f"{why}. Your device has been told.")
    return _told(sign_in, "access_denied", why)


def _told(sign_in: SignIn, code: str, why: str) -> web.Response:
    request, issued_by = sign_in.request, issuer(sign_in.base, sign_in.proxy)
    return refused(request.redirect_uri, request.state, issued_by, OAuthError(code, why))
