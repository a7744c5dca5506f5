"""/oauth/sign-in: e-mail, password and one-time code, against the local directory."""

import asyncio
import time
from collections.abc import Mapping

from aiohttp import web

from gateway_desktop.core.oauth import LOCAL
from gateway_desktop.core.people import User
from gateway_desktop.gateway.oauth.asked import Asked
from gateway_desktop.gateway.oauth.browser import posted, sign_in_of, take_token
from gateway_desktop.gateway.oauth.completion import complete, deny
from gateway_desktop.gateway.oauth.pages import Markup, wrong
from gateway_desktop.gateway.oauth.state import State
from gateway_desktop.gateway.oauth.waiting import SignIn
from gateway_desktop.identity.authorization_request import single
from gateway_desktop.identity.oauth_error import OAuthError
from gateway_desktop.identity.passwords import code_step, verify_password
from gateway_desktop.identity.redirects import origin_source

_WRONG = "E-mail, password or one-time code is wrong."
_MOST_WAITING = 40  # two at once take some 50 ms: who comes last waits a second or two
_LOCKED = "Too many attempts. Wait 15 minutes, or ask who runs this gateway to unlock you."


async def show(state: State, asked: Asked) -> web.Response:
    """Ask for e-mail and password, once the application is approved."""
    request_id = single(asked.parameters()).get("request", "")
    return _page(state, _approved(state, asked, request_id), request_id)


async def check(state: State, asked: Asked) -> web.Response:
    """Let the person in, or say that it was wrong, in the same time whoever it was."""
    form = await posted(asked, state)
    request_id = form.get("request", "")
    sign_in = _approved(state, asked, request_id)
    take_token(sign_in, form.get("token", ""))
    if form.get("choice") == "deny":
        state.sign_ins.pop(request_id)
        return deny(state, sign_in, "You said no", asked.address)
    if state.passwords_waiting >= _MOST_WAITING:
        return _page(state, sign_in, request_id, form, "Too many people sign in just now. Try again.", 503)
    state.passwords_waiting += 1
    try:
        async with state.hashing:
            if not state.limits.failures.allows(asked.address):
                return _page(state, sign_in, request_id, form, "Too many attempts. Wait a minute.", 429)
            user, problem = await _user(state, sign_in, form, asked.address)
    finally:
        state.passwords_waiting -= 1
    if user is None:
        return _page(state, sign_in, request_id, form, problem, 401)
    state.sign_ins.pop(request_id)
    return complete(state, sign_in, user, asked.address)


def _approved(state: State, asked: Asked, request_id: str) -> SignIn:
    sign_in = sign_in_of(asked, state, request_id)
    if not sign_in.approved or sign_in.provider != LOCAL:
        raise OAuthError("invalid_request", "First say whether the application may sign you in")
    return sign_in


async def _user(
    state: State, sign_in: SignIn, form: Mapping[str, str], address: str
) -> tuple[User | None, str]:
    """Return who signs in, or what is wrong.

    From the look at the lock to the count of a failure it is the turn of few at once: who tries many
    passwords at the same time gets no more of them than one after the other.
    """
    passwords, name = state.identity.passwords, form.get("email", "")
    now = time.time()
    stored, locked_until = await asyncio.wrap_future(passwords.find(name))
    if locked_until is not None and locked_until > now * 1_000_000:
        state.limits.failures.take(address)
        return None, _LOCKED
    right = await asyncio.get_running_loop().run_in_executor(
        None, verify_password, stored.hash if stored else None, form.get("password", "")
    )
    step: int | None = None
    if right and stored is not None and stored.totp_seed is not None:
        step = code_step(stored.totp_seed, form.get("code", ""), now, stored.totp_step)
        right = step is not None
    if right and stored is not None:
        fresh = await asyncio.wrap_future(passwords.succeeded(name, sign_in.proxy.name, address, step))
        if fresh:
            return stored.user, ""
    state.limits.failures.take(address)
    locked_until = await asyncio.wrap_future(passwords.failed(name, sign_in.proxy.name, address))
    return None, _WRONG if locked_until is None else _LOCKED


def _page(
    state: State,
    sign_in: SignIn,
    request_id: str,
    form: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> web.Response:
    email = (form or {}).get("email", "")
    focus = Markup('autofocus aria-describedby="wrong"' if problem else "autofocus")
    values = {
        "wrong": wrong(problem),
        "client": sign_in.client.name or sign_in.client.id,
        "proxy": sign_in.proxy.name,
        "request": request_id,
        "token": sign_in.new_token(),
        "email": email,
        "at_email": Markup("") if email else focus,
        "at_password": focus if email else Markup(""),
    }
    target = sign_in.request.redirect_uri
    onward = origin_source(target) if target else ""
    return state.pages.page("sign_in", "Sign in", values, status=status, onward=onward)
