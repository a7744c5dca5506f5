"""GET /oauth/{proxy}/authorize: an application sends its person here (RFC 6749 section 4.1.1)."""

from urllib.parse import quote

from aiohttp import web

from gateway_desktop.core.oauth import OAuthClient, Registered
from gateway_desktop.gateway.oauth.asked import AskedOf, redirect, worded
from gateway_desktop.gateway.oauth.browser import remember
from gateway_desktop.gateway.oauth.clients import find
from gateway_desktop.gateway.oauth.state import State
from gateway_desktop.gateway.oauth.waiting import SignIn
from gateway_desktop.identity.authorization_request import checked_request, redirect_of, single
from gateway_desktop.identity.issuers import issuer
from gateway_desktop.identity.oauth_error import OAuthError
from gateway_desktop.identity.redirects import is_of_this_machine, shown_target

_BASE = "gateway_base"  # by which base the application knows us, once the browser is at the canonical one


async def authorize(state: State, asked: AskedOf) -> web.Response:
    """Begin a sign-in: answer with the way to the consent page, or with an error to the client.

    Whom it cannot trust, it shows a page and sends nowhere.
    """
    if asked.base != state.base:
        place = f"{state.base}/oauth/{asked.proxy.name}/authorize"
        return web.Response(
            status=302,
            headers={"Location": f"{place}?{asked.query}&{_BASE}={quote(asked.base, safe='')}"},
        )
    if not state.limits.authorizations.take(asked.address):
        raise OAuthError("temporarily_unavailable", "Too many sign-ins at once; try again in a minute", 429)
    pairs = asked.parameters()
    parameters = single(pairs)
    client = await find(state, asked.proxy, parameters.get("client_id", ""), asked.address)
    redirect_uri = redirect_of(client, parameters)
    base = parameters.get(_BASE, asked.base)
    if base not in state.bases:
        raise OAuthError("invalid_request", f"'{_BASE}' is not an address of this gateway")
    try:
        request = checked_request(client, asked.proxy, redirect_uri, pairs, state.bases)
    except OAuthError as error:
        told = refused(redirect_uri, parameters.get("state", ""), issuer(base, asked.proxy), error)
        return told if _trusted(client, redirect_uri) else _shown(state, error, redirect_uri, told)
    answer = web.Response(status=303, headers={"Cache-Control": "no-store"})
    browser = remember(asked, answer)
    sign_in = SignIn(asked.proxy, base, client, request, browser)
    answer.headers["Location"] = state.begin(sign_in, asked.address)
    return answer


def _shown(state: State, error: OAuthError, redirect_uri: str, told: web.Response) -> web.Response:
    """Leave it to the person whether the browser goes on: nobody has agreed to anything yet."""
    target = shown_target(redirect_uri)
    message = f"The application asked for something wrong: {error.message}. The way back leads to {target}."
    return state.pages.way_back(message, told.headers["Location"], error.status)


def _trusted(client: OAuthClient, redirect_uri: str) -> bool:
    """Return whether a browser may be sent on without a person's yes (RFC 9700 section 4.11.2).

    Whoever likes can register an address elsewhere, and would have us lead people there.
    """
    return client.how is Registered.BY_HAND or is_of_this_machine(redirect_uri)


def refused(redirect_uri: str, state: str, issued_by: str, error: OAuthError) -> web.Response:
    """Tell the client by redirect (RFC 6749 section 4.1.2.1), with the issuer (RFC 9207)."""
    return redirect(redirect_uri, (*worded(error).get_body(), ("state", state), ("iss", issued_by)))
