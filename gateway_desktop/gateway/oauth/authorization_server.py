"""AuthorizationServer: finds the endpoint of a request below /oauth and /.well-known."""

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web
from authlib.oauth2 import OAuth2Error

from gateway_desktop.core.errors import GatewayError, StorageUnavailable, UpstreamFailed
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.gateway.oauth import consent, device, sign_in
from gateway_desktop.gateway.oauth.asked import Asked, AskedOf, error_answer, json_answer
from gateway_desktop.gateway.oauth.authorize import authorize
from gateway_desktop.gateway.oauth.callback import called_back
from gateway_desktop.gateway.oauth.claude_settings import claude_settings
from gateway_desktop.gateway.oauth.discovery import (
    RESOURCE,
    SERVER,
    default_metadata,
    passed_metadata,
    resource_metadata,
    server_metadata,
)
from gateway_desktop.gateway.oauth.introspection import introspect
from gateway_desktop.gateway.oauth.pages import UNABLE
from gateway_desktop.gateway.oauth.provider_http import trusted
from gateway_desktop.gateway.oauth.registration import register
from gateway_desktop.gateway.oauth.revocation import revoke
from gateway_desktop.gateway.oauth.state import State
from gateway_desktop.gateway.oauth.token import issue
from gateway_desktop.gateway.ports import Identity
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.identity.issuers import base_of
from gateway_desktop.identity.oauth_error import OAuthError

_log = logging.getLogger(__name__)
_ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, MCP-Protocol-Version",
    "Access-Control-Max-Age": "600",
}
_NO_BASE = (
    "OAuth needs to know the address by which others reach this gateway: set `public_url` "
    "(Settings > Listening, or `serve --public-url`)"
)
_ENDPOINTS: dict[str, Callable[[State, AskedOf], Awaitable[web.Response]]] = {
    "token": issue,
    "register": register,
    "revoke": revoke,
    "introspect": introspect,
    "device_authorization": device.begin,
}
_PAGES: dict[tuple[str, str], Callable[[State, Asked], Awaitable[web.Response]]] = {
    ("GET", "consent"): consent.show,
    ("POST", "consent"): consent.decide,
    ("GET", "sign-in"): sign_in.show,
    ("POST", "sign-in"): sign_in.check,
    ("GET", "device"): device.show,
    ("POST", "device"): device.check,
    ("GET", "callback"): called_back,
}


class AuthorizationServer:
    """One for all proxies; each has its own issuer and resource."""

    def __init__(self, runtime: Runtime, identity: Identity) -> None:
        self._runtime = runtime
        self.state = State(runtime, identity)

    async def oauth(self, request: web.BaseRequest, path: str, query: str) -> web.Response | None:
        """Answer a request below /oauth/; `path` is what follows. None: there is nothing."""
        if (request.method, path) == ("GET", "style.css"):
            return self.state.pages.style()
        name, slash, endpoint = path.partition("/")
        if not slash:
            page = _PAGES.get((request.method, name))
            return await self._show(page(self.state, self._asked(request, query))) if page else None
        proxy = self._proxy(name)
        if proxy is None:
            return None
        base = self._base(request)
        if base is None:
            return json_answer({"error": "temporarily_unavailable", "error_description": _NO_BASE}, 503)
        asked = AskedOf(request, query, base, self._address(request), proxy)
        if endpoint == "authorize" and request.method == "GET":
            return await self._show(authorize(self.state, asked))
        return await self._call(endpoint, asked) if endpoint in _ENDPOINTS else None

    async def well_known(self, request: web.BaseRequest, path: str) -> web.Response | None:
        """Answer a request below /.well-known/ (path insertion); `path` is what follows."""
        what, _, rest = path.partition("/")
        public = urlsplit(self.state.base).path  # stands in between (RFC 8414 section 3.1)
        if public and f"/{rest}".startswith(f"{public}/"):
            rest = rest[len(public) :]
        name, slash, end = rest.partition("/")
        if (passing := self._passing(name)) is not None:
            return await self._passed(request, passing, what, slash + end)
        proxy = self._proxy(name)
        if proxy is None:
            return None
        if what in SERVER and not end:
            documents = self.state.documents_come
            return self._metadata(request, lambda base: server_metadata(base, proxy, documents=documents))
        if what == RESOURCE:
            return self._metadata(request, lambda base: resource_metadata(base, proxy, slash + end))
        return None

    async def below(self, request: web.BaseRequest, proxy: Proxy, path: str) -> web.Response | None:
        """Answer a request for metadata below a proxy's own path; `path` starts with /.well-known/."""
        what, _, end = path.removeprefix("/.well-known/").partition("/")
        if proxy.oauth is None or not proxy.oauth.enabled or self._runtime.doorway.problem(request.headers):
            return None
        return await self.well_known(request, f"{what}/{proxy.name}/{end}".rstrip("/"))

    async def claude_settings(
        self, request: web.BaseRequest, proxy: Proxy, exchange_id: str
    ) -> web.Response | None:
        """Answer Claude Code's question for its settings; None where people do not sign in with us."""
        if not proxy.signs_in or self._runtime.doorway.problem(request.headers):
            return None
        base = self._base(request)
        return await claude_settings(self._runtime, request, proxy, base, exchange_id)

    async def _passed(
        self, request: web.BaseRequest, proxy: Proxy, what: str, end: str
    ) -> web.Response | None:
        documents, silent = self._runtime.upstream_people.documents, False
        document: dict[str, object] = {}
        if request.method != "OPTIONS":
            try:
                document, silent = await documents.resource(proxy), await documents.is_silent(proxy)
            except UpstreamFailed as error:
                self._runtime.note(proxy, error.message)
                return _shared(request, json_answer({"error": error.message}, error.status))
        if what == RESOURCE:
            return self._metadata(
                request, lambda base: passed_metadata(base, proxy, end, document, silent=silent)
            )
        if what in SERVER and silent and not end:
            return self._metadata(request, lambda base: default_metadata(base, proxy))
        return None

    def _metadata(
        self, request: web.BaseRequest, make: Callable[[str], dict[str, object] | None]
    ) -> web.Response | None:
        if request.method == "OPTIONS":
            return _shared(request, web.Response(status=204, headers=_ALLOWED))
        base = self._base(request)
        if base is None:
            return json_answer({"error": _NO_BASE}, 503)
        document = make(base)
        return None if document is None else _shared(request, json_answer(document))

    async def _call(self, endpoint: str, asked: AskedOf) -> web.Response:
        request = asked.request
        if request.method == "OPTIONS":
            return _shared(request, web.Response(status=204, headers=_ALLOWED))
        try:
            if request.method != "POST":
                raise OAuthError("invalid_request", "POST it", 405)
            answer = await _ENDPOINTS[endpoint](self.state, asked)
        except (OAuthError, OAuth2Error) as error:
            answer = error_answer(error, request)
        except StorageUnavailable as error:
            answer = error_answer(OAuthError("temporarily_unavailable", error.told, 503), request)
        except Exception as error:  # noqa: BLE001 - a bug of ours must not leave the caller without an answer
            _log.exception("An OAuth endpoint failed")
            problem = f"Internal error ({type(error).__name__}); see the log"
            answer = error_answer(OAuthError("server_error", problem, 500), request)
        return _shared(request, answer)

    async def _show(self, page: Awaitable[web.Response]) -> web.Response:
        """Show a page; errors are pages too, and send the browser nowhere."""
        trusted.set(self.state.runtime.upstream.trusted)
        try:
            return await page
        except GatewayError as error:
            return self.state.pages.message(UNABLE, error.message, error.status)
        except StorageUnavailable as error:
            return self.state.pages.message(UNABLE, error.told, 503)
        except Exception as error:  # noqa: BLE001 - a bug of ours must not leave the person without an answer
            _log.exception("A page of the sign-in failed")
            return self.state.pages.message(UNABLE, f"Internal error ({type(error).__name__})", 500)

    def _asked(self, request: web.BaseRequest, query: str) -> Asked:
        return Asked(request, query, self.state.base, self._address(request))

    def _address(self, request: web.BaseRequest) -> str:
        return self._runtime.doorway.peer(request.remote, request.headers) or ""

    def _base(self, request: web.BaseRequest) -> str | None:
        host = request.headers.get("Host", "")
        return base_of(self._runtime.snapshot.settings, self._runtime.port, host)

    def _passing(self, name: str) -> Proxy | None:
        proxy = self._runtime.snapshot.proxies.get(name)
        return proxy if proxy is not None and proxy.passes_through else None

    def _proxy(self, name: str) -> Proxy | None:
        proxy = self._runtime.snapshot.proxies.get(name)
        return proxy if proxy is not None and proxy.signs_in else None


def _shared(request: web.BaseRequest, answer: web.Response) -> web.Response:
    """Let a browser tool of this machine read the answer; the doorway let in no other origin."""
    if origin := request.headers.get("Origin"):
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Vary"] = "Origin"
    return answer
