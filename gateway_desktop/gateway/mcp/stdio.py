"""Commands, and servers of the older transport, behind a loopback port: the way upstream is one for all.

Streamable HTTP on one side (every revision), one child or stream per session on the other; and the older
transport in front of any server. The address holds a secret: other programs of this machine cannot guess it.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from aiohttp import web

from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.loopback_server import serve_loopback
from gateway_desktop.gateway.mcp.older_clients import OlderClients
from gateway_desktop.gateway.mcp.orphans import Orphans
from gateway_desktop.gateway.mcp.stdio_requests import refuse, serve
from gateway_desktop.gateway.mcp.stdio_server import Note, StdioServer
from gateway_desktop.gateway.mcp.stdio_session import StdioSession
from gateway_desktop.gateway.tasks import spawn
from gateway_desktop.gateway.upstream.calls import Upstream
from gateway_desktop.protocols.mcp.transports import is_legacy

_LARGEST = 512 << 20
_SWEEP = 5.0  # seconds between looks for idle sessions


class StdioServers:
    """The loopback port in front of all commands, and between the two transports."""

    def __init__(self, upstream: Upstream | None = None, note: Note | None = None) -> None:
        self._note = note  # takes what the System tab shall tell
        self.idle_seconds = 1800.0
        self._secret = secrets.token_urlsafe(32)
        self._orphans = Orphans()
        self._upstream = upstream or Upstream()
        self._servers: dict[str, StdioServer] = {}  # by proxy id
        self._streamable: dict[str, Proxy] = {}  # proxies that older clients reach by a bridge
        self._older: dict[bool, OlderClients] = {
            verify: OlderClients(partial(self._upstream.send, verify=verify)) for verify in (True, False)
        }
        self._runner: web.ServerRunner | None = None
        self._base = ""
        self._sweeper: asyncio.Task[Any] | None = None

    def url(self, proxy_id: str) -> str:
        """Return the streamable endpoint of a proxy whose own server has none."""
        return f"{self._base}/{self._secret}/{proxy_id}"

    def older_url(self, proxy_id: str) -> str:
        """Return the endpoint of the older transport of a proxy whose own server has none."""
        return f"{self.url(proxy_id)}/sse"

    async def obey(
        self, proxies: Mapping[str, Proxy], environments: Mapping[str, Mapping[str, Secret]]
    ) -> None:
        """Serve these; sessions whose command or values changed are ended, the others go on."""
        every = {proxy.id: proxy for proxy in proxies.values() if proxy.kind is Kind.MCP}
        wanted = {id: proxy for id, proxy in every.items() if proxy.stdio is not None or is_legacy(proxy)}
        self._streamable = {id: proxy for id, proxy in every.items() if not is_legacy(proxy)}
        for gone in [proxy_id for proxy_id in self._servers if proxy_id not in wanted]:
            spawn(self._servers.pop(gone).end(), "end of a removed command")
        for proxy_id, proxy in wanted.items():
            known = self._servers.get(proxy_id)
            if known is not None and known.serves(proxy, environments.get(proxy_id, {})):
                continue
            if known is not None:
                spawn(known.end(), "end of a changed command")
            self._servers[proxy_id] = self._server(proxy, environments.get(proxy_id, {}), self._note)
        if every and self._runner is None:
            await self._open()

    def _server(self, proxy: Proxy, sealed: Mapping[str, Secret], note: Note | None = None) -> StdioServer:
        send = partial(self._upstream.send, verify=proxy.verify_tls)
        return StdioServer(proxy, sealed, self._orphans, send, note)

    def is_ours(self, url: str) -> bool:
        """Return whether an address is one of this port's."""
        return bool(self._base) and url.startswith(f"{self._base}/")

    @asynccontextmanager
    async def trial(self, proxy: Proxy, sealed: Mapping[str, Secret]) -> AsyncIterator[StdioSession]:
        """Lend a session of a proxy's command that nobody else sees."""
        assert proxy.stdio is not None
        server = self._server(replace(proxy, name=proxy.name or "trial"), sealed)
        session = await server.open_session()
        try:
            yield session
        finally:
            await server.end()

    async def close(self) -> None:
        """End all commands and stop listening."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        await asyncio.gather(*(server.end() for server in self._servers.values()))
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        await self._orphans.close()

    async def _open(self) -> None:
        self._runner, self._base = await serve_loopback(self._serve, _LARGEST, shutdown_seconds=1.0)
        self._sweeper = spawn(self._sweep(), "idle stdio sessions")

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(_SWEEP, self.idle_seconds))
            before = time.monotonic() - self.idle_seconds
            for server in self._servers.values():
                for session in server.living():
                    if session.used < before and not session.busy:
                        spawn(server.close_session(session), "end of an idle session")

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        _, secret, proxy_id, older, *_ = [*request.path.split("/"), "", "", "", ""]
        server = self._servers.get(proxy_id)
        if not secrets.compare_digest(secret.encode(), self._secret.encode()):
            return refuse(404, -32600, "Nothing is here")
        if older == "sse" and proxy_id in self._streamable:
            return await self._serve_older(request, self._streamable[proxy_id])
        if server is None:
            return refuse(404, -32600, "Nothing is here")
        return await serve(server, request)

    async def _serve_older(self, request: web.BaseRequest, proxy: Proxy) -> web.StreamResponse:
        older = self._older[proxy.verify_tls]
        if request.method == "POST":
            return await older.take(request)
        if request.method == "GET":
            return await older.stream(request, self.url(proxy.id) if proxy.stdio else proxy.upstream)
        return refuse(405, -32600, "Only GET and POST")
