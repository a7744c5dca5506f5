"""The browser behind a sign-in: known by a cookie, and only by forms of our own pages.

The request, its state and its pages belong to the browser that opened it (RFC 9700 section 4.7): a link
that somebody else began ends nowhere.
"""

import secrets
from urllib.parse import urlsplit

from aiohttp import web

from gateway_desktop.gateway.oauth.asked import Asked, read_form
from gateway_desktop.gateway.oauth.state import State
from gateway_desktop.gateway.oauth.waiting import SignIn
from gateway_desktop.gateway.upstream.headers import BROWSER_COOKIE
from gateway_desktop.identity.api_keys import same
from gateway_desktop.identity.authorization_request import single
from gateway_desktop.identity.oauth_error import OAuthError
from gateway_desktop.identity.tokens import digest

_COOKIE = BROWSER_COOKIE.decode()
_HOST = "__Host-"
_LENGTH = len(secrets.token_urlsafe(32))
_ELSEWHERE = "This sign-in was begun in another browser, or too long ago. Begin again in your application."


def browser_of(asked: Asked) -> bytes:
    """Return the digest of the browser's cookie; that of nobody if it has none."""
    return digest(asked.request.cookies.get(_name(asked)) or secrets.token_urlsafe(32))


def remember(asked: Asked, response: web.Response) -> bytes:
    """Give the browser its cookie if it has none, and return the cookie's digest."""
    name = _name(asked)
    value = asked.request.cookies.get(name, "")
    if len(value) != _LENGTH:
        value = secrets.token_urlsafe(32)
        secure = name.startswith(_HOST)
        path = "/" if secure else f"{urlsplit(asked.base).path}/oauth"
        response.set_cookie(name, value, path=path, httponly=True, samesite="Lax", secure=secure)
    return digest(value)


def _name(asked: Asked) -> str:
    """Return the cookie's name: by `__Host-` no other host, a neighbour below one domain, can plant one."""
    return _HOST + _COOKIE if urlsplit(asked.base).scheme == "https" else _COOKIE


async def posted(asked: Asked, state: State) -> dict[str, str]:
    """Return a form; raise OAuthError (403) if it does not come from a page of ours."""
    headers = asked.request.headers
    origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site", "same-origin")
    base = urlsplit(state.base)
    if (origin is not None and origin != f"{base.scheme}://{base.netloc}") or site != "same-origin":
        raise OAuthError("invalid_request", "The form was not sent by a page of this gateway", 403)
    return single(await read_form(asked.request))


def sign_in_of(asked: Asked, state: State, request_id: str) -> SignIn:
    """Return the sign-in of this browser; raise OAuthError if it is another's, or too old."""
    sign_in = state.sign_ins.get(request_id)
    if sign_in is None or not same(browser_of(asked), sign_in.browser):
        raise OAuthError("invalid_request", _ELSEWHERE)
    return sign_in


def take_token(sign_in: SignIn, given: str) -> None:
    """Raise OAuthError (403) unless it is the token of the page shown last."""
    if not sign_in.take_token(given):
        raise OAuthError(
            "invalid_request", "This page was used before. Begin again in your application.", 403
        )
