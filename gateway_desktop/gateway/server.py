"""What stands behind the port: health, and everything else to the pipeline."""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from aiohttp import web
from aiohttp.http import HttpProcessingError

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.proxy import NAME, Kind, Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.agents import serving as agent_serving
from gateway_desktop.gateway.downstream.client_stream import REQUEST_ID, ClientLeft
from gateway_desktop.gateway.downstream.connections import Connections
from gateway_desktop.gateway.downstream.cross_origin import preflight
from gateway_desktop.gateway.filter import compose
from gateway_desktop.gateway.handler import Handler
from gateway_desktop.gateway.oauth.authorization_server import AuthorizationServer
from gateway_desktop.gateway.oauth.claude_settings import PATH as SETTINGS
from gateway_desktop.gateway.pipeline import filters
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.gateway.telemetry.metrics import CONTENT_TYPE, metrics_text
from gateway_desktop.identity.authentication import authenticate
from gateway_desktop.identity.card_signatures import card_signer
from gateway_desktop.identity.credentials import holds_ours, read_credential
from gateway_desktop.protocols.a2a.methods import WELL_KNOWN

_LINE_LIMIT = 64 * 1024
_HEADERS = {"Server": "gateway-desktop"}
# TRACE would bring back what the upstream got, its credential too (RFC 9110 section 9.3.8).
_NEVER = frozenset({"TRACE", "CONNECT"})


_http_log = logging.getLogger(__name__)


def make_server(runtime: Runtime, oauth: AuthorizationServer | None) -> web.Server:
    """Return the server for all listeners; a handler is cancelled when its caller leaves."""
    _http_log.addFilter(_worth_a_line)
    return Connections(
        Server(runtime, oauth),
        handler_cancellation=True,
        access_log=None,
        logger=_http_log,
        auto_decompress=False,
        keepalive_timeout=75,
        max_line_size=_LINE_LIMIT,
        max_field_size=_LINE_LIMIT,
    )


def _worth_a_line(record: logging.LogRecord) -> bool:
    """Keep out of the log what is no HTTP, in whose bytes keys may stand, and callers who leave.

    Both could fill it.
    """
    quiet = (HttpProcessingError, ConnectionResetError)
    return record.exc_info is None or not isinstance(record.exc_info[1], quiet)


class Server:
    """Finds what a request is for."""

    def __init__(self, runtime: Runtime, oauth: AuthorizationServer | None) -> None:
        self._runtime = runtime
        self._oauth = oauth
        ways = {kind: compose(steps) for kind, steps in filters(runtime).items()}
        self._handle = Handler(runtime, ways)

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        exchange_id = new_id()
        target = self._runtime.doorway.inside(request.raw_path)
        if refused := _never(request.method, target, exchange_id):
            return refused
        path, _, query = target.partition("?")
        proxy, name, slash, rest = self._proxy_at(path)
        unclear = _unclear(rest) if proxy is not None else ""
        if proxy is not None and not unclear:
            if (answer := await self._beside(request, proxy, slash + rest, exchange_id)) is not None:
                answer.headers[REQUEST_ID] = exchange_id
                return answer
            try:
                return await self._handle(request, exchange_id, proxy, slash + rest, query)
            except ClientLeft as error:
                raise ConnectionResetError from error
        if problem := self._runtime.doorway.problem(request.headers):
            return _answer(403, exchange_id, {"error": problem})
        if (answer := await self._sign_in(request, name, rest, query)) is not None:
            answer.headers[REQUEST_ID] = exchange_id
            return answer
        if path in ("/metrics", "/metrics.json"):
            return await self._metrics(request, exchange_id, path)
        return self._other(path, name, exchange_id, unclear)

    def _proxy_at(self, path: str) -> tuple[Proxy | None, str, str, str]:
        """Return the proxy, and the path's first part, slash and rest; None where it is of no proxy."""
        name, slash, rest = path[1:].partition("/") if path.startswith("/") else ("", "", "")
        proxies = self._runtime.snapshot.proxies
        if path in WELL_KNOWN:  # of the host (RFC 8615): the card of the only agent, of several nobody's
            agents = [proxy for proxy in proxies.values() if proxy.kind is Kind.A2A and proxy.running]
            return (agents[0], agents[0].name, "", path) if len(agents) == 1 else (None, name, slash, rest)
        return proxies.get(name), name, slash, rest

    async def _sign_in(
        self, request: web.BaseRequest, name: str, rest: str, query: str
    ) -> web.Response | None:
        if self._oauth is None:
            return None
        match name:
            case "oauth":
                return await self._oauth.oauth(request, rest, query)
            case ".well-known":
                return await self._oauth.well_known(request, rest)
        return None

    def _other(self, path: str, name: str, exchange_id: str, unclear: str) -> web.Response:
        match path:
            case "/healthz":
                return _answer(200, exchange_id, {"status": "ok"})
            case agent_serving.KEYS_PATH if self._runtime.snapshot.settings.a2a.sign_cards:
                return _answer(200, exchange_id, card_signer(self._runtime.snapshot.agent_key).keys())
            case "/readyz":
                return self._readiness(exchange_id)
        if unclear:
            return _answer(400, exchange_id, {"error": unclear})
        shown = f"'{name}' " if NAME.fullmatch(name) else ""
        return _answer(404, exchange_id, {"error": f"Gateway Desktop has no proxy {shown}at this address"})

    async def _beside(
        self, request: web.BaseRequest, proxy: Proxy, path: str, exchange_id: str
    ) -> web.Response | None:
        """Answer what is asked below a proxy's name and is not for its upstream."""
        if request.method in ("OPTIONS", "HEAD") and (answer := self._looked_for(request, proxy, path)):
            return answer
        if self._oauth is None:
            return None
        if path.startswith("/.well-known/"):
            return await self._oauth.below(request, proxy, path)
        if path == SETTINGS and proxy.kind is Kind.LLM and request.method == "GET":
            return await self._oauth.claude_settings(request, proxy, exchange_id)
        return None

    def _looked_for(self, request: web.BaseRequest, proxy: Proxy, path: str) -> web.Response | None:
        """Answer a browser before a page's call, and tools that look whether anybody is there.

        Claude Code does so at every start, without its key.
        """
        if self._runtime.doorway.problem(request.headers):
            return None
        if request.method == "OPTIONS":
            return preflight(request)
        unknown = read_credential(request.headers, "")[0] is None
        there = proxy.kind is Kind.LLM and path in ("", "/", "/api/hello") and unknown
        return web.Response(headers=_HEADERS) if there else None

    async def _metrics(self, request: web.BaseRequest, exchange_id: str, path: str) -> web.Response:
        """Return what the gateway counts; beyond this machine only to who has a key."""
        runtime = self._runtime
        peer = runtime.doorway.peer(request.remote, request.headers)
        if not runtime.doorway.here(peer, request.headers):
            credential, _ = read_credential(request.headers, "")
            presented = Secret(credential) if credential is not None else None
            _, refused = authenticate(runtime.snapshot, presented, now_us())
            if refused is not None:
                return _answer(refused.status, exchange_id, {"error": str(refused)})
        figures = runtime.figures()
        if path == "/metrics.json":
            body, kind = json.dumps(asdict(figures)).encode(), "application/json"
        else:
            loop = asyncio.get_running_loop()
            body = await loop.run_in_executor(None, metrics_text, runtime.measures.snapshot(), figures)
            kind = CONTENT_TYPE
        return web.Response(body=body, headers={**_HEADERS, REQUEST_ID: exchange_id, "Content-Type": kind})

    def _readiness(self, exchange_id: str) -> web.Response:
        if problem := self._runtime.recorder.ready():
            return _answer(503, exchange_id, {"status": "unavailable", "error": problem})
        return _answer(200, exchange_id, {"status": "ready"})


def _never(method: str, target: str, exchange_id: str) -> web.Response | None:
    """Return the answer to what is done for nobody."""
    if method in _NEVER:
        return _answer(501, exchange_id, {"error": f"The method {method} is not served"})
    if not target:
        return _answer(421, exchange_id, {"error": "This gateway passes requests to its own proxies only"})
    if "#" in target:  # the upstream would see less of it than is looked at here
        return _answer(400, exchange_id, {"error": "An address may not hold a fragment ('#')"})
    return None


def _unclear(path: str) -> str:
    """Return why a path below a proxy's name is refused, or "".

    It could leave the base of the upstream that it is appended to, as some servers read it: with segments
    encoded, even twice, or with parameters (`..;`). Or a key of ours stands in it.
    """
    if "." in path or "%" in path or "\\" in path:
        clear = path
        for _ in range(3):
            clear = unquote(clear)
        segments = {segment.partition(";")[0] for segment in clear.replace("\\", "/").split("/")}
        if "." in segments or ".." in segments:
            return "The path may not hold '.' or '..' segments"
        if "?" in clear or "#" in clear:  # behind them some would see a query, and another path before
            return "The path may not hold an encoded '?' or '#'"
    if "gw" in path and holds_ours(unquote(path)):
        return "A key belongs into the header Authorization, not into the path"
    return _unread(path) if "%" in path else ""


def _unread(path: str) -> str:
    """Return why a path is refused that some servers decode to other letters, or to its beginning only.

    UTF-8 in more bytes than it needs is a dot or a slash to them (RFC 3629 section 10), a NUL the end.
    """
    try:
        letters = unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        return "What a path encodes must be UTF-8"
    if any(letter < " " or letter == "\x7f" for letter in letters):
        return "The path may not hold control characters"
    return ""


def _answer(status: int, exchange_id: str, fields: Mapping[str, Any]) -> web.Response:
    body = json.dumps({**fields, "request_id": exchange_id}).encode()
    headers = {**_HEADERS, REQUEST_ID: exchange_id, "Content-Type": "application/json"}
    return web.Response(status=status, body=body, headers=headers)
