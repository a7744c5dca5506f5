"""HTTP+SSE (2024-11-05): answers come on one stream, messages go to the URL that its first event names."""

import secrets
import time
from urllib.parse import parse_qsl, urlsplit

import aiohttp

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import GatewayError
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.media_type import media_type
from gateway_desktop.core.reply import Reply
from gateway_desktop.gateway.callers import check_still
from gateway_desktop.gateway.mcp.remote import message_address
from gateway_desktop.gateway.mcp_http.messages import Messages
from gateway_desktop.gateway.mcp_http.sessions import Session, Sessions
from gateway_desktop.gateway.mcp_http.upstream_calls import noted, passed_headers, send, whole_body
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.gateway.upstream.calls import failure
from gateway_desktop.gateway.upstream.client import Answer
from gateway_desktop.protocols.mcp.adapter import (
    ANSWER,
    CANCELLED,
    LEGACY_MESSAGE,
    LEGACY_STREAM,
    REQUEST,
    session_name,
)
from gateway_desktop.protocols.sse import EventSplitter, name_of, with_data

_VERSION = "2024-11-05"


class Legacy:
    """Passes the stream, with its first event pointing back to us, and the messages that belong to it."""

    def __init__(self, runtime: Runtime, messages: Messages, sessions: Sessions) -> None:
        self._runtime = runtime
        self._messages = messages
        self._sessions = sessions

    async def __call__(self, exchange: Exchange) -> None:
        """Set the reply; raise GatewayError for what went wrong on the way."""
        call = exchange.call
        assert call is not None
        with noted(self._runtime, exchange):
            if call.dialect == LEGACY_STREAM:
                exchange.rowless = True
                with self._runtime.nobody_waits():
                    await self._open(exchange)
            else:
                await self._post(exchange, call)

    async def _open(self, exchange: Exchange) -> None:
        answer = await send(self._runtime, exchange, "GET", self._runtime.legacy_base_of(exchange.proxy))
        try:
            exchange.reply = Reply(answer.status)
            headers = passed_headers(self._runtime, exchange, answer)
            kind = media_type(answer.headers.get("Content-Type", ""))
            if kind != "text/event-stream" or answer.status >= 300:
                exchange.rowless = False
                body = await whole_body(exchange, answer)
                exchange.reply.error = f"The upstream opens no stream here ({answer.status})"
                await exchange.client.whole(answer.status, headers, body)
                return
            answer.without_limit()
            await self._stream(exchange, answer, [*headers, ("X-Accel-Buffering", "no")])
        finally:
            answer.close()

    async def _stream(self, exchange: Exchange, answer: Answer, headers: list[tuple[str, str]]) -> None:
        session: Session | None = None
        splitter = EventSplitter()
        try:
            async for data in answer.content.iter_any():
                await check_still(self._runtime, exchange)
                for block in splitter.feed(data):
                    if session is None and name_of(block) == "endpoint":
                        session, out = await self._pointed(exchange, block)
                    else:
                        back = session.message_url if session is not None else ""
                        out = await self._messages.of_server(block, exchange, session, back)
                    if not exchange.client.started:  # where the first event leads elsewhere, nothing began
                        await exchange.client.begin(200, headers, None)
                    if out:
                        await exchange.client.write(out)
        except (aiohttp.ClientError, OSError) as error:
            raise failure(error, answer.host) from error
        finally:
            if session is not None:
                self._sessions.end(session)
                await self._messages.abandon(session)

    async def _pointed(self, exchange: Exchange, block: bytes) -> tuple[Session, bytes]:
        """Return the session that the first event opens, and the event with our address in it."""
        given = message_address(block, self._runtime.legacy_base_of(exchange.proxy))
        session, dropped = self._sessions.add(exchange, secrets.token_urlsafe(24))
        for old in dropped:
            await self._messages.abandon(old)
        session.message_url, session.version = given, _VERSION
        session.give = exchange.client.write
        call = exchange.call
        assert call is not None
        call.session = session_name(session.id)
        prefix = urlsplit(self._runtime.snapshot.settings.public_url).path.rstrip("/")
        ours = f"{prefix}/{exchange.proxy.name}{LEGACY_MESSAGE}?session_id={session.id}"
        return session, with_data(block, ours.encode())

    async def _post(self, exchange: Exchange, call: Call) -> None:
        session = session_of(exchange, self._sessions)
        call.session = session_name(session.id)
        call.detail.setdefault("protocol_version", session.version)
        if call.operation == "initialize":
            session.app = call.app
        if session.server:
            call.detail["server"] = session.server
        if call.dialect == ANSWER:
            call.body = await self._messages.client_answer(exchange, session, call.body)
        elif call.dialect == REQUEST:
            await self._messages.give_up(session.wait_for(exchange))  # its answer may be faster than ours
        try:
            answer = await send(self._runtime, exchange, "POST", session.message_url)
        except BaseException:
            _forget(session, call)
            raise
        try:
            await self._accepted(exchange, call, answer, session)
        finally:
            answer.close()
        if call.operation == CANCELLED:
            await self._messages.cancelled(session, call.body)

    async def _accepted(self, exchange: Exchange, call: Call, answer: Answer, session: Session) -> None:
        exchange.timeline["answered"] = time.perf_counter() - exchange.started
        body = await whole_body(exchange, answer)
        headers = passed_headers(self._runtime, exchange, answer)
        if call.dialect == REQUEST and answer.status < 300:
            exchange.rowless = True  # the row is written when the answer comes on the stream
        else:
            _forget(session, call)
            exchange.reply = Reply(answer.status, complete=True)
            if answer.status >= 400:
                exchange.reply.error = body[:2000].decode(errors="replace") or f"HTTP {answer.status}"
        await exchange.client.whole(answer.status, headers, body)


def _forget(session: Session, call: Call) -> None:
    """Wait no more for a call that failed; an answer's id is the server's, and may be that of a call, too."""
    if call.dialect == REQUEST:
        session.waiting.pop(call.request_id, None)


def session_of(exchange: Exchange, sessions: Sessions) -> Session:
    """Return the session that a message's address names; raise GatewayError (400, 404)."""
    id = dict(parse_qsl(exchange.request.query)).get("session_id", "")
    if not id:
        raise GatewayError("The address has no session_id; open the stream at /sse first", 400)
    return sessions.find(exchange, id)
