"""SignIn: a stdio client's person signs in by browser, and stays signed in (OAuth 2.1 as a public client)."""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import aiohttp

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.gateway.mcp.discovered import LIMITS, Server, discover, object_of
from gateway_desktop.gateway.mcp.redirect_listener import redirect_listener
from gateway_desktop.gateway.upstream_oauth.challenges import lacking
from gateway_desktop.identity.pkce import challenge_of, make_verifier

_PATIENCE = 300.0  # seconds that a person has to sign in
_EARLY = 30.0  # seconds before its end at which a token is not used any more
_LONGEST = 1e9  # seconds that a token may say it lives


class Keep(Protocol):
    """Where a sign-in is kept, sealed; other processes may use the same one."""

    async def read(self) -> str:
        """Return what was written last, or nothing."""

    async def write(self, text: str) -> None:
        """Keep it instead of what was there."""

    def alone(self) -> AbstractAsyncContextManager[None]:
        """Keep other processes out for so long: a refresh token that two use ends the session."""


@dataclass(frozen=True, slots=True)
class _Kept:
    issuer: str = ""
    client_id: str = ""
    redirect: str = ""
    access: str = ""
    refresh: str = ""
    expires: float = 0.0  # seconds since 1970 UTC
    scope: str = ""  # that was asked for


class SignIn:
    """The token for one address. `show` is given what a person has to open."""

    def __init__(
        self, url: str, client_name: str, keep: Keep, show: Callable[[str], Awaitable[None]]
    ) -> None:
        self.token = ""
        self._url = url
        self._client_name = client_name
        self._keep = keep
        self._show = show
        self._lock = asyncio.Lock()
        self._scopes: frozenset[str] = frozenset()  # that the token was asked for with

    def helps(self, status: int, challenge: str) -> bool:
        """Return whether another token may be taken: for more scope only where that was not asked for yet."""
        return status == 401 or (status == 403 and not lacking(challenge) <= self._scopes)

    async def again(self, http: aiohttp.ClientSession, refused: str, challenge: str) -> None:
        """Get another token than the one that was refused: a kept one, a refreshed one, or a new sign-in.

        Raises:
            Unavailable: nobody signed in, with the reason.
        """
        async with self._lock:
            if self.token and self.token != refused:
                return
            async with self._keep.alone():
                kept = _read(await self._keep.read())
                if kept.access and kept.access != refused and kept.expires > time.time() + _EARLY:
                    self._take(kept)
                    return
                server = await discover(http, self._url, challenge)
                if kept.issuer != server.issuer:
                    kept = _Kept(issuer=server.issuer)
                if lacking(challenge):  # a renewed token would have no more than the one before
                    scopes = dict.fromkeys((*kept.scope.split(), *server.scopes))
                    kept, server = replace(kept, refresh=""), replace(server, scopes=tuple(scopes))
                    kept = await self._signed_in(http, server, kept)
                else:
                    kept = await self._renewed(http, server, kept)
                await self._keep.write(json.dumps(asdict(kept)))
                self._take(kept)

    def _take(self, kept: _Kept) -> None:
        self.token, self._scopes = kept.access, frozenset(kept.scope.split())

    async def _renewed(self, http: aiohttp.ClientSession, server: Server, kept: _Kept) -> _Kept:
        if kept.refresh:
            form = {"grant_type": "refresh_token", "refresh_token": kept.refresh, "client_id": kept.client_id}
            status, answer = await _post(http, server.token, data={**form, "resource": server.resource})
            if status == 200:
                return _with(kept, answer)
            if answer.get("error") not in ("invalid_grant", "invalid_client"):
                raise Unavailable(f"The sign-in could not be renewed: {_said(status, answer)}")
        if kept.client_id and not await _known(http, server, kept):
            kept = replace(kept, client_id="")
        return await self._signed_in(http, server, replace(kept, access="", refresh=""))

    async def _signed_in(self, http: aiohttp.ClientSession, server: Server, kept: _Kept) -> _Kept:
        verifier, state = make_verifier(), secrets.token_urlsafe(32)
        async with redirect_listener(
            state, urlsplit(kept.redirect).port or 0 if kept.redirect else 0
        ) as listening:
            if not kept.client_id or kept.redirect != listening.redirect:
                kept = await self._registered(http, server, listening.redirect)
            query = {
                "response_type": "code",
                "client_id": kept.client_id,
                "redirect_uri": kept.redirect,
                "code_challenge": challenge_of(verifier),
                "code_challenge_method": "S256",
                "state": state,
                "resource": server.resource,
                **({"scope": " ".join(server.scopes)} if server.scopes else {}),
            }
            joint = "&" if "?" in server.authorize else "?"
            await self._show(f"{server.authorize}{joint}{urlencode(query)}")
            try:
                answer = await listening.answer(_PATIENCE)
            except TimeoutError:
                raise Unavailable("Nobody signed in within five minutes; ask again") from None
        # RFC 9207 section 2.4
        if answer.get("iss", server.issuer) != server.issuer or (server.tells_issuer and "iss" not in answer):
            raise Unavailable("The answer to the sign-in came from another authorization server")
        if "code" not in answer:
            said = answer.get("error_description") or answer.get("error") or "no code came back"
            raise Unavailable(f"You were not signed in: {said}")
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": kept.redirect,
            "client_id": kept.client_id,
            "code_verifier": verifier,
            "resource": server.resource,
        }
        status, tokens = await _post(http, server.token, data=form)
        if status != 200:
            raise Unavailable(f"You were not signed in: {_said(status, tokens)}")
        return _with(replace(kept, scope=" ".join(server.scopes)), tokens)

    async def _registered(self, http: aiohttp.ClientSession, server: Server, redirect: str) -> _Kept:
        if not server.register:
            raise Unavailable(
                f"Applications cannot register themselves at {server.issuer}; use a key instead"
            )
        document = {
            "client_name": self._client_name,
            "redirect_uris": [redirect],
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
        }
        status, found = await _post(http, server.register, json=document)
        if status not in (200, 201) or not isinstance(found.get("client_id"), str):
            raise Unavailable(f"The application could not be registered: {_said(status, found)}")
        return _Kept(server.issuer, found["client_id"], redirect)


async def _known(http: aiohttp.ClientSession, server: Server, kept: _Kept) -> bool:
    """Return whether the server still knows our client: the page of a sign-in would only tell the person."""
    form = {
        "grant_type": "authorization_code",
        "code": "none",
        "redirect_uri": kept.redirect,
        "client_id": kept.client_id,
        "code_verifier": make_verifier(),
    }
    status, answer = await _post(http, server.token, data=form)
    return status != 401 and answer.get("error") not in ("invalid_client", "unauthorized_client")


async def _post(http: aiohttp.ClientSession, url: str, **body: Any) -> tuple[int, dict[str, Any]]:
    """Return status and object of the answer to `data` (a form) or `json`."""
    try:
        async with http.post(url, allow_redirects=False, timeout=LIMITS, **body) as answer:
            return answer.status, await object_of(answer)
    except (aiohttp.ClientError, OSError) as error:
        raise Unavailable(f"{url} cannot be reached: {type(error).__name__}") from error


def _with(kept: _Kept, tokens: dict[str, Any]) -> _Kept:
    access, seconds = tokens.get("access_token"), tokens.get("expires_in")
    if not isinstance(access, str) or str(tokens.get("token_type", "")).lower() != "bearer":
        raise Unavailable("The authorization server gave no bearer token")
    lives = float(min(seconds, _LONGEST)) if isinstance(seconds, (int, float)) else 3600.0
    refresh = tokens.get("refresh_token")
    return replace(
        kept,
        access=access,
        refresh=refresh if isinstance(refresh, str) else kept.refresh,
        expires=time.time() + lives,
    )


def _said(status: int, answer: dict[str, Any]) -> str:
    return str(answer.get("error_description") or answer.get("error") or f"status {status}")


def _read(text: str) -> _Kept:
    try:
        return _Kept(**json.loads(text))
    except (ValueError, TypeError):
        return _Kept()
