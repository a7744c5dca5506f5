"""HTTP/1.1 requests, byte for byte as they are given, on aiohttp's connections, pool and parser.

Why not `ClientSession.request`: around each request it keeps cookies, follows redirects, adds headers of its
own, wraps the body and starts a task to write it. A pass-through wants none of this, and it is a third of the
CPU of a forwarded request (111 against 158 us). It re-encodes headers, too; here the very bytes go out.
"""

import asyncio
import select
import ssl as tls
import sys
from functools import partial
from typing import cast

import aiohttp
from aiohttp import hdrs
from aiohttp.abc import AbstractResolver
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.helpers import TimerNoop
from aiohttp.http import HttpProcessingError, RawResponseMessage
from aiohttp.streams import StreamReader
from yarl import URL

RawHeaders = list[tuple[bytes, bytes]]

_NO_TIMER = TimerNoop()
_LINE_LIMIT = 64 * 1024
_READ_BUFFER = 64 * 1024
_MOST_HINTS = 100  # before an answer; one that sends them without end keeps the loop from all others
# Servers behind TLS keep an idle connection for a minute or more; those that tools bring along, for
# 5 seconds (uvicorn, Node): a request that is sent just then is lost, and most must not be sent twice.
_IDLE_SECONDS, _PLAIN_IDLE_SECONDS = 15.0, 4.0
_MAY_COME_TWICE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})  # RFC 9110 section 9.2.2
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Answer:
    """Status and headers of an answer; its body is still on the way. Ended by `close`, whatever happened."""

    __slots__ = ("_connection", "content", "headers", "host", "raw_headers", "status")

    def __init__(
        self, message: RawResponseMessage, content: StreamReader, connection: Connection, host: str
    ) -> None:
        self.status = message.code
        self.headers = message.headers
        self.raw_headers = message.raw_headers
        self.content = content
        self.host = host
        self._connection = connection

    @property
    def content_length(self) -> int | None:
        """Return how many bytes the body is said to have."""
        length = self.headers.get("Content-Length", "")
        return int(length) if length.isascii() and length.isdigit() else None

    async def read(self) -> bytes:
        """Return the whole body."""
        content = self.content
        return content.read_nowait() if content.is_eof() else await content.read()

    async def first(self, most: int) -> bytes:
        """Return the body, of a longer one its first bytes: aiohttp reads what came by now."""
        body = bytearray()
        while data := await self.content.read(most - len(body)):
            body += data
        return bytes(body)

    async def piece(self) -> bytes:
        """Return what has come of the body by now, in however many chunks; empty at its end.

        aiohttp takes chunks from its buffer one by one: of 25 that came together that is half the work.
        """
        content = self.content
        while not content.at_eof():
            while not (content._buffer or content.is_eof() or content.exception()):
                await content._wait("pieces")
            buffer = content._buffer
            if len(buffer) > 1 and not content._buffer_offset:
                whole = b"".join(buffer)
                buffer.clear()
                buffer.append(whole)
            if data := await content.readany():
                return data
        return b""

    def without_limit(self) -> None:
        """Wait for the rest of the body as long as it takes: a stream may be silent for hours."""
        protocol = self._connection.protocol
        if protocol is not None:
            protocol.read_timeout = None
            protocol.start_timeout()

    def close(self) -> None:
        """Give the connection back, or close it if the answer was not read to its end: the upstream stops."""
        if self.content.at_eof():
            self._connection.release()
        else:
            self._connection.close()


class _Protocol(ResponseHandler):
    """aiohttp's, but for its clock: one timer watches the silence of a connection, not a new one per piece.

    Setting and cancelling a timer for each piece of a stream costs as much as passing the piece on.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._silent_until: float | None = None  # loop time; None: nothing is waited for

    @property
    def was_used(self) -> bool:
        """Whether a request went over it before."""
        return self._parser is not None

    @property
    def said_unasked(self) -> bool:
        """Whether something came after the last answer: nobody's, and no answer to whoever calls next."""
        return self.was_used and self.should_close

    @property
    def is_readable(self) -> bool:
        """Whether there is something that the loop has not read yet: most likely the end."""
        socket = self.transport.get_extra_info("socket") if self.transport is not None else None
        if socket is None:
            return False
        if sys.platform == "win32":
            return bool(select.select([socket.fileno()], [], [], 0)[0])
        poll = select.poll()
        poll.register(socket.fileno(), select.POLLIN)
        return bool(poll.poll(0))

    def _reschedule_timeout(self) -> None:
        if not self._read_timeout:
            self._silent_until = None
            return
        self._silent_until = self._loop.time() + self._read_timeout
        timer = self._read_timeout_handle
        if timer is None or timer.when() > self._silent_until:
            if timer is not None:
                timer.cancel()
            self._read_timeout_handle = self._loop.call_at(self._silent_until, self._look_at_clock)

    def _drop_timeout(self) -> None:
        self._silent_until = None

    def _look_at_clock(self) -> None:
        self._read_timeout_handle = None
        if self._silent_until is None:
            return
        if self._loop.time() < self._silent_until:
            self._read_timeout_handle = self._loop.call_at(self._silent_until, self._look_at_clock)
        else:
            self._on_read_timeout()

    def connection_lost(self, exc: BaseException | None) -> None:
        payload = self._payload
        super().connection_lost(exc)
        if payload is not None and not payload.is_eof() and payload.exception() is None:
            # aiohttp leaves who reads a body waiting for ever where its chunks were no chunks.
            payload.set_exception(aiohttp.ClientPayloadError("the body broke off"))
        if self._read_timeout_handle is not None:
            self._read_timeout_handle.cancel()
            self._read_timeout_handle = None

    def resume_reading(self, resume_parser: bool = True) -> None:
        if self._reading_paused:  # it is asked for at the end of every body
            super().resume_reading(resume_parser)


class HttpClient:
    """Sends requests; connections are kept and shared, one at a time."""

    def __init__(
        self, plain_idle: float = _PLAIN_IDLE_SECONDS, resolver: AbstractResolver | None = None
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._resolver = resolver
        self._connector, self._plain = (self._connections(idle) for idle in (_IDLE_SECONDS, plain_idle))
        # What opens connections asks its session for nothing that matters here; it also closes the connector.
        self._session = aiohttp.ClientSession(connector=self._connector, cookie_jar=aiohttp.DummyCookieJar())
        self._origins: dict[tuple[object, ...], ClientRequest] = {}

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()
        await self._plain.close()

    def _connections(self, idle: float) -> aiohttp.TCPConnector:
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=idle, resolver=self._resolver)
        connector._factory = cast("partial[ResponseHandler]", partial(_Protocol, loop=self._loop))
        return connector

    async def request(  # noqa: PLR0913 - one request, by keyword where it is not its HTTP form
        self,
        method: str,
        url: URL,
        headers: RawHeaders,
        body: bytes,
        *,
        verify: tls.SSLContext | bool,
        proxy: str | None,
        limits: aiohttp.ClientTimeout,
    ) -> Answer:
        """Send the request and return the answer, its body still unread; redirects are answers like others.

        Raises:
            aiohttp.ClientError, HttpProcessingError, OSError: as aiohttp's own client does.
            ValueError: a header that could be read as more than one.
        """
        origin = self._origin(url, verify, proxy)
        head = _head(method, url, headers, body, origin)
        connector = self._connector if origin.is_ssl() else self._plain
        while True:
            connection, used = await _connected(connector, origin, limits)
            try:
                message, content = await self._exchange(connection, head + body, method, limits)
                return Answer(message, content, connection, url.host or "")
            except BaseException as error:
                connection.close()
                # Whoever closed it may have read the request before: only what may come twice is sent again.
                lost = isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError)
                if not (lost and used and method in _MAY_COME_TWICE):
                    raise

    async def _exchange(
        self, connection: Connection, request: bytes, method: str, limits: aiohttp.ClientTimeout
    ) -> tuple[RawResponseMessage, StreamReader]:
        protocol = connection.protocol
        assert protocol is not None and protocol.transport is not None
        protocol.set_response_params(
            timer=_NO_TIMER,
            skip_payload=method == "HEAD",
            read_until_eof=True,
            auto_decompress=False,
            read_timeout=limits.sock_read,
            read_bufsize=_READ_BUFFER,
            max_line_size=_LINE_LIMIT,
            max_field_size=_LINE_LIMIT,
        )
        protocol.transport.write(request)
        protocol.start_timeout()
        for _ in range(_MOST_HINTS):
            message, content = await protocol.read()
            if message.code >= 200 or message.code == 101:  # else a hint on the way (RFC 9110 15.2)
                return message, content
        raise HttpProcessingError(message="hints without end")

    def _origin(self, url: URL, verify: tls.SSLContext | bool, proxy: str | None) -> ClientRequest:
        """Return the request that stands for all to one origin when the connector opens a connection."""
        key = (url.scheme, url.host, url.port, verify, proxy)
        origin = self._origins.get(key)
        if origin is None:
            origin = self._origins[key] = ClientRequest(
                hdrs.METH_GET,
                url.origin(),
                ssl=verify,
                proxy=URL(proxy) if proxy else None,
                loop=self._loop,
                session=self._session,
            )
        return origin


async def _connected(
    connector: aiohttp.TCPConnector, origin: ClientRequest, limits: aiohttp.ClientTimeout
) -> tuple[Connection, bool]:
    """Return a connection on which nothing waits to be read, and whether it was used before."""
    while True:
        try:
            connection = await connector.connect(origin, [], limits)
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError("no connection in time") from error
        protocol = cast("_Protocol", connection.protocol)
        if not protocol.was_used:
            return connection, False
        if not (protocol.said_unasked or protocol.is_readable):
            return connection, True
        connection.close()


def _head(method: str, url: URL, headers: RawHeaders, body: bytes, origin: ClientRequest) -> bytes:
    """Return request line and headers (RFC 9112 sections 3 and 5)."""
    target = url.raw_path_qs
    extra: RawHeaders = []
    if origin.proxy and not origin.is_ssl():  # absolute form, to a proxy (section 3.2.2)
        target = str(url)
        if credential := origin.headers.get(hdrs.PROXY_AUTHORIZATION):
            extra.append((b"Proxy-Authorization", credential.encode()))
    if body or method in _WITH_BODY:
        extra.append((b"Content-Length", b"%d" % len(body)))
    lines = [
        f"{method} {target} HTTP/1.1".encode("utf-8", "surrogateescape"),
        b"Host: " + origin.headers[hdrs.HOST].encode(),
        *(name + b": " + value for name, value in (*headers, *extra)),
    ]
    head = b"\r\n".join(lines)
    if head.count(b"\n") != len(lines) - 1 or head.count(b"\r") != len(lines) - 1 or b"\0" in head:
        raise ValueError("a header holds a line break")
    return head + b"\r\n\r\n"
