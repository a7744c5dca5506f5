"""POST /oauth/{proxy}/token: codes, refresh tokens and device codes become access tokens."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from authlib.oauth2.rfc6749 import (
    AccessDeniedError,
    InvalidGrantError,
    InvalidScopeError,
    UnauthorizedClientError,
)
from authlib.oauth2.rfc8628 import AuthorizationPendingError, ExpiredTokenError, SlowDownError

from gateway_desktop.core.clock import DAY_US, SECOND_US, now_us
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.oauth import NewTokens, OAuthClient, OAuthSession, ProxyOAuth
from gateway_desktop.gateway.oauth.asked import AskedOf, json_answer, read_form
from gateway_desktop.gateway.oauth.clients import proven
from gateway_desktop.gateway.oauth.state import State
from gateway_desktop.gateway.oauth.waiting import Grant
from gateway_desktop.identity.authorization_request import check_resources, single
from gateway_desktop.identity.client_registration import AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN
from gateway_desktop.identity.oauth_error import OAuthError
from gateway_desktop.identity.pkce import proves
from gateway_desktop.identity.tokens import ACCESS, REFRESH, digest, make, renewed

_SLOWER = 5.0  # seconds, RFC 8628 section 3.5


@dataclass(frozen=True, slots=True)
class _Pair:
    """Tokens in clear, on their way to the client only."""

    access: str
    refresh: str
    new: NewTokens

    def answer(self, stored: NewTokens) -> web.Response:
        """Return what the client is told of the tokens as they are stored."""
        document: dict[str, object] = {
            "access_token": self.access,
            "token_type": "Bearer",
            "expires_in": max(0, stored.access_expires_us - self.new.issued_us) // SECOND_US,
            "scope": " ".join(stored.scopes),
        }
        if self.refresh:
            document["refresh_token"] = self.refresh
        return json_answer(document)


def _new_pair(oauth: ProxyOAuth, client: OAuthClient, scopes: tuple[str, ...]) -> _Pair:
    return _pair(oauth, make(ACCESS), make(REFRESH) if REFRESH_TOKEN in client.grant_types else "", scopes)


def _pair(oauth: ProxyOAuth, access: str, refresh: str, scopes: tuple[str, ...]) -> _Pair:
    now = now_us()
    new = NewTokens(
        access=digest(access),
        refresh=digest(refresh) if refresh else None,
        scopes=scopes,
        issued_us=now,
        access_expires_us=now + oauth.access_seconds * SECOND_US,
        refresh_expires_us=now + (oauth.refresh_seconds if refresh else oauth.access_seconds) * SECOND_US,
    )
    return _Pair(access, refresh, new)


async def issue(state: State, asked: AskedOf) -> web.Response:
    """Answer with tokens, by one of the grants."""
    pairs = await read_form(asked.request)
    form = single(pairs)
    grant_type = form.get("grant_type", "")
    nameless = grant_type in (DEVICE_CODE, REFRESH_TOKEN)
    client = await proven(state, asked, form, nameless=nameless)
    check_resources(pairs, asked.proxy, state.bases)
    grant = _GRANTS.get(grant_type)
    if grant is None:
        raise OAuthError("unsupported_grant_type", f"Grants here are: {', '.join(_GRANTS)}")
    if grant_type not in client.grant_types:
        raise UnauthorizedClientError(f"The client registered without the grant {grant_type}")
    return await grant(state, asked, client, form)


async def _code(state: State, asked: AskedOf, client: OAuthClient, form: Mapping[str, str]) -> web.Response:
    presented = digest(form.get("code", ""))
    grant = state.codes.pop(presented)
    if grant is None:
        await _came_again(state, presented)
        raise InvalidGrantError("The code is unknown, too old, or was used before")
    if (grant.client_id, grant.proxy_id) != (client.id, asked.proxy.id):
        raise InvalidGrantError("The code was issued to another client")
    if form.get("redirect_uri", grant.redirect_uri) != grant.redirect_uri:
        raise InvalidGrantError("The redirect address is not that of the authorization request")
    if not proves(form.get("code_verifier", ""), grant.challenge):
        raise InvalidGrantError("code_verifier is not the one behind the challenge")
    return await _open(state, asked, client, grant, presented)


async def _came_again(state: State, presented: bytes) -> None:
    """End what a code has opened that is presented a second time: one of the two is a thief."""
    session = await asyncio.wrap_future(state.identity.tokens.code_came_again(presented))
    if session is not None:
        state.runtime.forget_session(session)


async def _refresh(
    state: State, asked: AskedOf, client: OAuthClient, form: Mapping[str, str]
) -> web.Response:
    oauth = asked.proxy.oauth
    assert oauth is not None
    presented, secret = form.get("refresh_token", ""), state.runtime.snapshot.token_key
    scopes = tuple(form.get("scope", "").split())
    pair = _pair(oauth, renewed(ACCESS, secret, presented), renewed(REFRESH, secret, presented), scopes)
    rotation = await asyncio.wrap_future(
        state.identity.tokens.rotate(digest(presented), client, pair.new, _longest_us(state))
    )
    if rotation.revoked and rotation.session is not None:
        state.runtime.forget_session(rotation.session.id)
    if rotation.problem == "scope":
        raise InvalidScopeError("A refresh cannot widen what was granted")
    if rotation.tokens is None:
        raise InvalidGrantError(rotation.problem)
    return pair.answer(rotation.tokens)


async def _device(state: State, asked: AskedOf, client: OAuthClient, form: Mapping[str, str]) -> web.Response:
    presented = digest(form.get("device_code", ""))
    device = state.devices.get(presented)
    if device is None:
        raise ExpiredTokenError("The device code is unknown or too old; begin again")
    if (device.client.id, device.proxy_id) != (client.id, asked.proxy.id):
        raise InvalidGrantError("The device code was issued to another client")
    now = time.monotonic()
    early, device.polled_at = now - device.polled_at < device.interval - 0.5, now
    if device.denied:
        state.devices.pop(presented)
        raise AccessDeniedError("The person said no")
    if not device.user_id:
        if early:
            device.interval += _SLOWER
            raise SlowDownError(f"Ask every {device.interval:.0f} seconds")
        raise AuthorizationPendingError("Nobody has approved yet")
    state.devices.pop(presented)
    grant = Grant(
        proxy_id=device.proxy_id,
        client_id=client.id,
        redirect_uri="",
        challenge="",
        scopes=device.scopes,
        user_id=device.user_id,
        provider=device.provider,
        address=asked.address,
    )
    return await _open(state, asked, client, grant, None)


async def _open(
    state: State, asked: AskedOf, client: OAuthClient, grant: Grant, code: bytes | None
) -> web.Response:
    oauth = asked.proxy.oauth
    assert oauth is not None
    if problem := state.entry_problem(asked.proxy, grant.user_id, grant.provider):
        raise InvalidGrantError(problem)
    pair = _new_pair(oauth, client, grant.scopes)
    tokens = pair.new.until(pair.new.issued_us + _longest_us(state))
    session = OAuthSession(
        id=new_id(),
        proxy_id=grant.proxy_id,
        client_id=client.id,
        user_id=grant.user_id,
        provider=grant.provider,
        scopes=grant.scopes,
        created_us=tokens.issued_us,
        expires_us=tokens.refresh_expires_us,
        address=grant.address,
    )
    await asyncio.wrap_future(state.identity.tokens.open_session(session, tokens, code))
    return pair.answer(tokens)


def _longest_us(state: State) -> int:
    return state.runtime.snapshot.settings.oauth.session_days * DAY_US


_GRANTS = {AUTHORIZATION_CODE: _code, REFRESH_TOKEN: _refresh, DEVICE_CODE: _device}
