"""HTTP+SSE (2024-11-05) in front of servers that speak streamable HTTP: each stream is one bridge."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from aiohttp import web

from gateway_desktop.core.media_type import media_type
from gateway_desktop.gateway.mcp.bridge import Bridge
from gateway_desktop.gateway.mcp.remote import OF_TRANSPORT, Send
from gateway_desktop.gateway.tasks import spawn
from gateway_desktop.gateway.upstream.client import Answer
from gateway_desktop.protocols.sse import event

_MOST_WAITING = 10_000  # messages that a client does not take; then its session ends
_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


class _Session(NamedTuple):
    bridge: Bridge
    lines: "asyncio.Queue[bytes]"  # of the client; an empty one is the end


class OlderClients:
    """The streams of all older clients, on the loopback port."""

    def __init__(self, send: Send) -> None:
        self._http = _Http(send)
        self._sessions: dict[str, _Session] = {}

    async def stream(self, request: web.BaseRequest, target: str) -> web.StreamResponse:
        """Open a session with the server at this address, and give what it says."""
        id = secrets.token_urlsafe(24)
        said: asyncio.Queue[bytes] = asyncio.Queue(_MOST_WAITING)

        def say(line: bytes) -> None:
            if said.full():  # it does not read
                running.cancel()
            else:
                said.put_nowait(line)

        bridge = Bridge(target, _carried(request), say, http=self._http, there="The upstream")
        session = self._sessions[id] = _Session(bridge, asyncio.Queue())
        running = spawn(bridge.run(_until_empty(session.lines)), "bridge of an older client")
        running.add_done_callback(lambda _: _end(said))
        response = web.StreamResponse(headers=_HEADERS)
        try:
            await response.prepare(request)
            await response.write(event(f"{request.path}?session={id}".encode(), "endpoint"))
            while data := await said.get():
                await response.write(event(data, "message"))
        finally:
            self._sessions.pop(id, None)
            session.lines.put_nowait(b"")
            running.cancel()
        return response

    async def take(self, request: web.BaseRequest) -> web.Response:
        """Take a message of a client."""
        session = self._sessions.get(request.query.get("session", ""))
        if session is None:
            return web.Response(status=404, text="There is no such session")
        session.bridge.carry(_carried(request))
        session.lines.put_nowait(await request.read())
        return web.Response(status=202)


class _Http:
    """What a bridge wants of an HTTP client, by the gateway's own way upstream."""

    def __init__(self, send: Send) -> None:
        self._send = send

    @asynccontextmanager
    async def request(
        self, method: str, url: str, *, data: bytes | None = None, headers: dict[str, str]
    ) -> AsyncIterator["_Answered"]:
        """Send one request; the answer is closed at the end of the block."""
        raw = [(name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in headers.items()]
        answer = await self._send(method, url, raw, data or b"")
        answer.without_limit()
        try:
            yield _Answered(answer)
        finally:
            answer.close()


class _Answered:
    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self.content_type = media_type(answer.headers.get("Content-Type", ""))
        self.content = answer.content
        self.read = answer.read


def _carried(request: web.BaseRequest) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name.lower() not in OF_TRANSPORT}


async def _until_empty(lines: "asyncio.Queue[bytes]") -> AsyncIterator[bytes]:
    while line := await lines.get():
        yield line


def _end(said: "asyncio.Queue[bytes]") -> None:
    with contextlib.suppress(asyncio.QueueEmpty):
        while said.full():
            said.get_nowait()
    said.put_nowait(b"")
