"""Commands on this machine as MCP servers on a loopback port, so that the way upstream is HTTP for all.

Streamable HTTP on one side (every revision), one child per session on the other. The address holds a secret:
other programs of this machine cannot guess it.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from gateway_desktop.core.errors import Failure, Malformed, UpstreamFailed
from gateway_desktop.core.proxy import Proxy, StdioCommand
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.mcp.child import Child
from gateway_desktop.gateway.mcp.message import (
    Message,
    failure,
    line,
    meta_of,
    method_of,
    parse,
)
from gateway_desktop.gateway.mcp.orphans import Orphans
from gateway_desktop.gateway.mcp.stdio_answer import send_stream
from gateway_desktop.gateway.mcp.stdio_session import StdioSession
from gateway_desktop.gateway.tasks import spawn

_log = logging.getLogger(__name__)
_LARGEST = 512 << 20
_SWEEP = 5.0  # seconds between looks for idle sessions
_SHORT_LIFE = 10.0  # seconds: a command that ends sooner, unasked, is started again with a pause
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_BATCHES = "2025-03-26"
STATELESS = "2026-07-28"
_IN_META = "io.modelcontextprotocol/protocolVersion"


class StdioServer:
    """One proxy's command and its sessions."""

    def __init__(self, orphans: Orphans) -> None:
        self.name = ""
        self.command = StdioCommand(())
        self.sealed: Mapping[str, Secret] = {}
        self.sessions: dict[str, StdioSession] = {}
        self.shared: StdioSession | None = None
        self._orphans = orphans
        self._starting = asyncio.Lock()
        self._deaths = 0
        self._not_before = 0.0

    async def open_session(self, *, stateless: bool = False) -> StdioSession:
        """Start the command for a new session; UpstreamFailed if that cannot be, or it died too often."""
        if (rest := self._not_before - time.monotonic()) > 0:
            raise UpstreamFailed(
                Failure.REFUSED, f"The command of {self.name} ended right away; next try in {rest:.0f} s"
            )
        child = await Child.start(self.name, self.command, self.sealed, self._orphans)
        session = StdioSession(child, stateless=stateless)
        if not stateless:
            self.sessions[session.id] = session
        spawn(self._run(session, time.monotonic()), f"stdio of {self.name}")
        return session

    async def shared_session(self) -> StdioSession:
        """Return the one child that serves the revision without sessions."""
        async with self._starting:
            if self.shared is None or self.shared.dead:
                self.shared = await self.open_session(stateless=True)
            return self.shared

    async def close_session(self, session: StdioSession) -> None:
        """End a session and its child."""
        self.sessions.pop(session.id, None)
        if session is self.shared:
            self.shared = None
        session.dead = True
        await session.child.end()

    async def end(self) -> None:
        """End all sessions at once."""
        living = [*self.sessions.values(), *([self.shared] if self.shared else [])]
        await asyncio.gather(*(self.close_session(session) for session in living))

    async def _run(self, session: StdioSession, since: float) -> None:
        await session.listen()
        asked_to_end = session.id not in self.sessions and session is not self.shared
        self.sessions.pop(session.id, None)
        if asked_to_end:
            return
        lived = time.monotonic() - since
        self._deaths = self._deaths + 1 if lived < _SHORT_LIFE else 1
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (self._deaths - 2)) if self._deaths > 1 else 0.0
        self._not_before = time.monotonic() + pause
        _log.warning("The command of %s ended by itself after %.1f s", self.name, lived)


class StdioServers:
    """The loopback port in front of all commands."""

    def __init__(self) -> None:
        self.idle_seconds = 1800.0
        self._secret = secrets.token_urlsafe(32)
        self._orphans = Orphans()
        self._servers: dict[str, StdioServer] = {}  # by proxy id
        self._runner: web.ServerRunner | None = None
        self._base = ""
        self._sweeper: asyncio.Task[Any] | None = None

    def url(self, proxy_id: str) -> str:
        """Return the MCP endpoint of a proxy's command."""
        return f"{self._base}/{self._secret}/{proxy_id}"

    async def obey(
        self, proxies: Mapping[str, Proxy], environments: Mapping[str, Mapping[str, Secret]]
    ) -> None:
        """Serve these; sessions whose command or values changed are ended, the others go on."""
        wanted = {proxy.id: proxy for proxy in proxies.values() if proxy.stdio is not None}
        for gone in [proxy_id for proxy_id in self._servers if proxy_id not in wanted]:
            spawn(self._servers.pop(gone).end(), "end of a removed command")
        for proxy_id, proxy in wanted.items():
            server = self._servers.setdefault(proxy_id, StdioServer(self._orphans))
            sealed = environments.get(proxy_id, {})
            assert proxy.stdio is not None
            if server.command.arguments and (server.command, dict(server.sealed)) != (
                proxy.stdio,
                dict(sealed),
            ):
                spawn(server.end(), "end of a changed command")
            server.name, server.command, server.sealed = proxy.name, proxy.stdio, sealed
        if wanted and self._runner is None:
            await self._open()

    @asynccontextmanager
    async def trial(self, proxy: Proxy, sealed: Mapping[str, Secret]) -> AsyncIterator[StdioSession]:
        """Lend a session of a proxy's command that nobody else sees."""
        assert proxy.stdio is not None
        server = StdioServer(self._orphans)
        server.name, server.command, server.sealed = proxy.name or "trial", proxy.stdio, sealed
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
        def make(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
            loop = asyncio.get_running_loop()
            return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_LARGEST)

        server = web.Server(self._serve, request_factory=make, access_log=None, handler_cancellation=True)
        self._runner = web.ServerRunner(server, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._sweeper = spawn(self._sweep(), "idle stdio sessions")

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(_SWEEP, self.idle_seconds))
            before = time.monotonic() - self.idle_seconds
            for server in self._servers.values():
                for session in [*server.sessions.values(), *([server.shared] if server.shared else [])]:
                    if session.used < before and not session.busy:
                        spawn(server.close_session(session), "end of an idle session")

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        _, secret, proxy_id, *_ = [*request.path.split("/"), "", "", ""]
        server = self._servers.get(proxy_id)
        if not secrets.compare_digest(secret.encode(), self._secret.encode()) or server is None:
            return _refuse(404, -32600, "Nothing is here")
        try:
            if request.method == "POST":
                return await _post(server, request)
            session = _session(server, request)
            if request.method == "DELETE":
                await server.close_session(session)
                return web.Response(status=200)
            if request.method == "GET":
                return await _get(session, request)
        except UpstreamFailed as error:
            return _refuse(502, -32603, error.message)
        except Malformed as error:
            return _refuse(error.status, -32700 if error.place == "body" else -32600, error.message)
        return _refuse(405, -32600, "Only GET, POST and DELETE")


async def _post(server: StdioServer, request: web.BaseRequest) -> web.StreamResponse:
    messages, batch = parse(await request.read())
    session = await _session_for(server, request, messages)
    if batch and (session.stateless or (session.version or _BATCHES) != _BATCHES or not messages):
        raise Malformed("This revision has no batches", "request")
    stream = await session.send(messages)
    if stream is None:
        return web.Response(status=202)
    stream.batch = batch
    headers = {} if session.stateless else {"Mcp-Session-Id": session.id}
    try:
        return await send_stream(request, session, stream, headers)
    finally:
        if session.stateless and not stream.finished:
            spawn(session.cancel(stream), "cancel")


async def _get(session: StdioSession, request: web.BaseRequest) -> web.StreamResponse:
    number, after = 0, session.general.delivered
    if last := request.headers.get("Last-Event-ID"):
        name, _, event = last.partition("-")
        if not (name.isdecimal() and event.isdecimal()):
            raise Malformed(f"There is no event {last!r}", "request")
        number, after = int(name), int(event)
    stream = session.stream(number)
    if stream is None:
        raise Malformed("What came after this event is no longer kept", "request")
    return await send_stream(request, session, stream, {}, after=after, resumed=True)


async def _session_for(
    server: StdioServer, request: web.BaseRequest, messages: list[Message]
) -> StdioSession:
    if request.headers.get("Mcp-Session-Id") is not None:
        return _session(server, request)
    if any(method_of(message) == "initialize" for message in messages):
        return await server.open_session()
    said = request.headers.get("MCP-Protocol-Version", "")
    if said >= STATELESS or any(_IN_META in meta_of(message) for message in messages):
        return await server.shared_session()
    raise Malformed("A session is missing: begin with initialize", "request")


def _session(server: StdioServer, request: web.BaseRequest) -> StdioSession:
    named = request.headers.get("Mcp-Session-Id")
    if named is None:
        raise Malformed("The header Mcp-Session-Id is missing", "request")
    session = server.sessions.get(named)
    if session is None or session.dead:
        raise Malformed("There is no such session; begin a new one", "session", 404)
    return session


def _refuse(status: int, code: int, text: str) -> web.Response:
    return web.Response(status=status, body=line(failure(code, text)), content_type="application/json")
