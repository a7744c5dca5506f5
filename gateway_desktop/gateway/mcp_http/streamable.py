"""Streamable HTTP (2025-03-26 and later): one URL for messages, streams and the end of a session."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import nullcontext

import aiohttp

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import Failure, GatewayError, UpstreamFailed
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.media_type import media_type
from gateway_desktop.core.reply import Reply
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.beside import beside, if_long, in_turns
from gateway_desktop.gateway.callers import check_still
from gateway_desktop.gateway.downstream.client_stream import ClientLeft
from gateway_desktop.gateway.mcp_http.messages import Messages
from gateway_desktop.gateway.mcp_http.resumption import KeptStream
from gateway_desktop.gateway.mcp_http.sessions import Session, Sessions
from gateway_desktop.gateway.mcp_http.upstream_calls import noted, passed_headers, send, whole_body
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.gateway.upstream.calls import failure
from gateway_desktop.gateway.upstream.client import Answer
from gateway_desktop.gateway.upstream.compression import GARBAGE, decompressor, in_parts
from gateway_desktop.gateway.upstream.own_credential import sifted, without
from gateway_desktop.protocols.crowded import TOO_MUCH, crowded
from gateway_desktop.protocols.json_rpc import Message, alone, meant, read_answer_of
from gateway_desktop.protocols.mcp.adapter import (
    ANSWER,
    CANCELLED,
    END_SESSION,
    OPEN_STREAM,
    REQUEST,
    session_name,
)
from gateway_desktop.protocols.mcp.routing_headers import is_modern, version_of
from gateway_desktop.protocols.sse import EventSplitter, data_of, id_of

_MOST_KEPT = 8  # streams of one session that go on without their client
_NO_ANSWER = "The upstream ended the stream without an answer"
_NOT_BUFFERED = ("X-Accel-Buffering", "no")


class Streamable:
    """Passes requests, answers and streams; bytes stay as they are unless a filter changed them."""

    def __init__(self, runtime: Runtime, messages: Messages, sessions: Sessions) -> None:
        self._runtime = runtime
        self._messages = messages
        self._sessions = sessions

    async def __call__(self, exchange: Exchange) -> None:
        """Set the reply; raise GatewayError for what went wrong on the way."""
        call = exchange.call
        assert call is not None
        session = self._session_of(exchange, call)
        if session is not None:
            _describe(call, session)
        if call.dialect == ANSWER:
            call.body = await self._messages.client_answer(exchange, session, call.body)
        elif call.dialect == OPEN_STREAM:
            last = exchange.request.headers.get("Last-Event-ID", "")
            if session is not None and last:
                if kept := _kept(session, last):
                    exchange.rowless = True
                    with self._runtime.nobody_waits():
                        await _resume(exchange, *kept)
                    return
                session.check_given(last)
            exchange.rowless = True
        if session is not None and call.dialect == REQUEST:
            await session.in_order()
        quiet = self._runtime.nobody_waits() if call.dialect == OPEN_STREAM else nullcontext()
        until = (
            session.cancellable(exchange)
            if session is not None and call.dialect == REQUEST
            else nullcontext()
        )
        with noted(self._runtime, exchange), quiet:
            async with until:
                await self._forward(exchange, call, session)
        if session is not None and call.operation == CANCELLED:
            await self._messages.cancelled(session, call.body)

    async def _forward(self, exchange: Exchange, call: Call, session: Session | None) -> None:
        runtime = self._runtime
        url = runtime.streamable_base_of(exchange.proxy)
        answer = await send(runtime, exchange, exchange.request.method, url)
        if session is not None and call.operation == "notifications/initialized":
            session.opening = asyncio.Event()
        elif session is not None and session.opening is not None and call.dialect == OPEN_STREAM:
            session.opening.set()
        exchange.timeline["answered"] = time.perf_counter() - exchange.started
        try:
            exchange.reply = Reply(answer.status)
            session = await self._opened(exchange, call, answer, session)
            headers = passed_headers(self._runtime, exchange, answer)
            headers = [header for header in headers if _goes_on(header, session)]
            kind = media_type(answer.headers.get("Content-Type", ""))
            if kind == "text/event-stream" and answer.status < 300:
                answer.without_limit()
                await self._stream(exchange, answer, headers, session)
            else:
                await self._whole(exchange, answer, headers, session)
        finally:
            answer.close()
        await self._closed(call, answer.status, session)

    def _session_of(self, exchange: Exchange, call: Call) -> Session | None:
        """Return the session that a request names; raise GatewayError where it is none of the caller's.

        The newest revision has no sessions and ignores the name of one (MCP 2026-07-28, transports, earlier
        revisions): it stays here, as an upstream might know it as somebody else's.
        """
        head = exchange.request
        id = head.headers.get("Mcp-Session-Id", "")
        if not id:
            return None
        try:
            return self._sessions.find(exchange, id)
        except GatewayError:
            if not is_modern(str(call.detail.get("protocol_version", "")) or version_of(head, None)):
                raise
        others = [pair for pair in head.raw_headers if pair[0].lower() != b"mcp-session-id"]
        exchange.request = head._replace(raw_headers=tuple(others))
        call.session = None
        return None

    async def _opened(
        self, exchange: Exchange, call: Call, answer: Answer, session: Session | None
    ) -> Session | None:
        """Return the session, which an answer to `initialize` opens."""
        id = answer.headers.get("Mcp-Session-Id", "")
        if session is not None or not id or call.operation != "initialize" or answer.status >= 300:
            return session
        session, dropped = self._sessions.add(exchange, id)
        for old in dropped:
            await self._messages.abandon(old)
        call.session = session_name(id)
        session.app = call.app
        return session

    async def _closed(self, call: Call, status: int, session: Session | None) -> None:
        """Forget a session that its client ended, or that the upstream does not know any more.

        Servers that open no stream say 404 to GET as well as 405, and know the session still.
        """
        if session is None:
            return
        unknown = status == 404 and call.dialect != OPEN_STREAM
        if unknown or (call.dialect == END_SESSION and status < 300):
            self._sessions.end(session)
            await self._messages.abandon(session)

    async def _whole(
        self, exchange: Exchange, answer: Answer, headers: list[tuple[str, str]], session: Session | None
    ) -> None:
        body = alone(without(self._secret(exchange), await whole_body(exchange, answer)))
        call, reply = exchange.call, exchange.reply
        assert call is not None and reply is not None
        message = await if_long(read_answer_of, body) if body else None
        known = (call.request_id, "")
        if message is not None and not message.method and meant(message.id, known) in known:
            body = await self._messages.answered(exchange, session, message, body)
        elif call.dialect == REQUEST and answer.status < 300:
            raise UpstreamFailed(Failure.BROKEN, f"The upstream's answer {_fault(body, message)}")
        elif body:
            body = await self._messages.unasked(exchange, message, body)
        reply.complete = True
        if answer.status >= 400 and reply.error is None:
            reply.error = body[:2000].decode(errors="replace") or f"HTTP {answer.status}"
        await exchange.client.whole(answer.status, headers, body)

    async def _stream(
        self, exchange: Exchange, answer: Answer, headers: list[tuple[str, str]], session: Session | None
    ) -> None:
        call, reply = exchange.call, exchange.reply
        assert call is not None and reply is not None
        kept = KeptStream()
        headers = [header for header in headers if header[0].lower() != "x-accel-buffering"]
        keeps = kept if call.dialect == REQUEST else None
        pump = _Pump(exchange, headers, keeps, session)
        splitter = EventSplitter()
        back = self._runtime.streamable_base_of(exchange.proxy)
        secret = self._secret(exchange)
        try:
            async for data in _parts(answer, pump):
                await self._check(exchange, call)
                async for block in in_turns(splitter.feed(data)):
                    block = await sifted(secret, block)
                    await pump.give(await self._messages.of_server(block, exchange, session, back), block)
            if rest := without(secret, splitter.rest()):
                await pump.give(await self._messages.of_server(rest, exchange, session, back), rest)
        except (aiohttp.ClientError, OSError, *GARBAGE) as error:
            if not await self._waits(exchange, call, session, kept):
                raise failure(error, answer.host) from error
        finally:
            pump.end()
        unanswered = call.dialect == REQUEST and not reply.complete
        if unanswered and not await self._waits(exchange, call, session, kept):
            why = f"The upstream's answer {TOO_MUCH}" if pump.too_much else _NO_ANSWER
            raise UpstreamFailed(Failure.BROKEN, why)
        if call.dialect != REQUEST:
            reply.complete = True

    async def _check(self, exchange: Exchange, call: Call) -> None:
        """Raise Refused where a stream that stays open is of one who may not use the proxy any more."""
        if call.dialect == OPEN_STREAM or call.operation == "subscriptions/listen":
            await check_still(self._runtime, exchange)

    def _secret(self, exchange: Exchange) -> Secret | None:
        """Return the credential that the upstream was shown; it never comes back, whoever repeats it."""
        return self._runtime.snapshot.credentials.get(exchange.proxy.id)

    async def _waits(self, exchange: Exchange, call: Call, session: Session | None, kept: KeptStream) -> bool:
        """Return whether the answer may come on a stream that the client opens to resume this one."""
        reply = exchange.reply
        if call.dialect != REQUEST or session is None or not kept.resumable or (reply and reply.complete):
            return False
        exchange.rowless = True
        await self._messages.give_up(session.wait_for(exchange))
        return True


class _Pump:
    """Gives events to the client; when it leaves, they are kept where the work goes on."""

    def __init__(
        self,
        exchange: Exchange,
        headers: list[tuple[str, str]],
        kept: KeptStream | None,
        session: Session | None,
    ) -> None:
        self._exchange = exchange
        self._headers = headers
        self._kept = kept
        self._session = session
        self._last: str | None = None  # the id of the newest event that has one
        self._left = False
        self.too_much = False  # an event was left out because it is more than can be read

    async def begin(self, *, soon: bool) -> None:
        """Send the head, alone or with what follows `soon`."""
        status = self._exchange.reply.status if self._exchange.reply else 200
        head = [*self._headers, _NOT_BUFFERED]
        await self._try(self._exchange.client.begin(status, head, None, soon=soon))

    async def give(self, block: bytes, came: bytes) -> None:
        """Send an event, or what `came` left of it; nothing is left of what cannot be read."""
        if not block:
            self.too_much = self.too_much or crowded(data_of(came) or b"")
            return
        id = self._kept.add(block) if self._kept is not None else id_of(block)
        if self._session is not None and id is not None:
            self._session.gives(id)
            self._last = id
        if not self._left:
            await self._try(self._exchange.client.write(block))

    async def flush(self) -> None:
        """Send the head if it still waits."""
        if not self._left and not self._exchange.client.sent:
            await self._try(self._exchange.client.write(b""))

    def end(self) -> None:
        if self._session is not None and self._last is not None:
            self._session.gives(self._last)  # once more: that is where its client resumes
        if self._kept is not None:
            self._kept.end()

    async def _try(self, sending: Awaitable[None]) -> None:
        try:
            await sending
        except ClientLeft:
            call = self._exchange.call
            if call is None or not call.goes_on:
                raise
            self._left = True
            if self._session is not None and self._kept is not None:
                self._session.kept = [*self._session.kept[1 - _MOST_KEPT :], self._kept]


async def _pieces(answer: Answer, pump: _Pump) -> AsyncIterator[bytes]:
    """Yield the body as it comes; the head never waits for it, but goes along with what came with its own."""
    data = answer.content.read_nowait()
    await pump.begin(soon=bool(data))
    if data:
        yield data
        await pump.flush()
    async for data in answer.content.iter_any():
        yield data


async def _parts(answer: Answer, pump: _Pump) -> AsyncIterator[bytes]:
    """Yield the body in the clear, as it comes."""
    reader = decompressor(answer.headers.get("Content-Encoding", ""))
    async for data in _pieces(answer, pump):
        for part in in_parts(data if reader is None else await beside(reader.decompress, data)):
            yield part


def _fault(body: bytes, message: Message | None) -> str:
    """Say why a body with a good status is no answer to a request."""
    if not body.strip():
        return "is empty"
    if message is None:
        if crowded(body):
            return TOO_MUCH
        return "is a batch of messages" if body.lstrip()[:1] == b"[" else "is not the JSON-RPC it should be"
    return "is a message of its own" if message.method else "is for another request"


def _goes_on(header: tuple[str, str], session: Session | None) -> bool:
    """Return whether a header of the answer is the client's; a session that none opened is no one's.

    Servers of the Python SDK name a new one where they refuse, too, and the AI SDK would go on with that:
    only an answer to `initialize` names a session (MCP 2025-11-25, transports, session management).
    """
    name, value = header[0].lower(), header[1]
    if name == "mcp-session-id":
        return session is not None and value == session.id
    return name != "content-encoding"


def _kept(session: Session, last: str) -> tuple[KeptStream, int] | None:
    """Return the stream that goes on here without its client, if that is what is resumed."""
    session.kept = [stream for stream in session.kept if not (stream.ended and stream.taken)]
    for stream in session.kept:
        if (place := stream.place_after(last)) is not None:
            return stream, place
    return None


async def _resume(exchange: Exchange, stream: KeptStream, place: int) -> None:
    """Give the events that were missed, then those that come."""
    client = exchange.client
    await client.begin(200, [("Content-Type", "text/event-stream"), _NOT_BUFFERED], None)
    stream.taken = True
    while blocks := await stream.read(place):
        place += len(blocks)
        await client.write(b"".join(blocks))


def _describe(call: Call, session: Session) -> None:
    if session.server:
        call.detail["server"] = session.server
    if session.version:
        call.detail.setdefault("protocol_version", session.version)
