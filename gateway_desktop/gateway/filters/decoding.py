"""Bytes to Call."""

import asyncio
import time
from functools import partial

from gateway_desktop.core.call import Call, memory_of
from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.exchange import Exchange, RequestHead
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.gateway.beside import beside
from gateway_desktop.gateway.filter import CallNext, RuntimeFilter
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.gateway.upstream.compression import decompressed
from gateway_desktop.protocols.adapters import ADAPTERS
from gateway_desktop.protocols.crowded import MOST_LISTS, MOST_VALUES, check_texts, crowded, takes_long

_STEP = 1 << 20
_ONCE = frozenset(
    {
        *(b"content-encoding", b"content-type", b"mcp-session-id", b"mcp-protocol-version", b"mcp-method"),
        *(b"mcp-name", b"last-event-id", b"a2a-version"),
    }
)


class Decoding(RuntimeFilter):
    """Reads the body, within the limit, and what it asks for."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._turn = asyncio.Lock()

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Set the call."""
        _check_protocol(exchange.request)
        limit = self._runtime.snapshot.settings.upstream.max_body_mb << 20
        body = await exchange.read_body(limit, exchange.principal.user_id or exchange.principal.kind)
        exchange.request_bytes = len(body)
        _check_once(exchange.request)
        _check_codings(exchange.request)
        encoding = exchange.request.headers.get("Content-Encoding", "")
        clear = body
        if body and encoding.lower() not in ("", "identity"):
            clear = await beside(decompressed, body, encoding, limit)  # 64 KB may be 64 MB
            exchange.take_memory(len(clear))
        call = await self._read(exchange, clear)
        if call.body is clear and exchange.proxy.kind is not Kind.MCP:  # whose answers are read once more
            call.compressed = clear is not body
            call.body = body  # untouched: it travels on as it came, compressed or not
        exchange.call = call
        if exchange.proxy.kind is Kind.A2A:
            secret = self._runtime.snapshot.credentials.get(exchange.proxy.id)
            call.target = await self._runtime.agents.name(exchange.proxy, secret)
        exchange.timeline["decoded"] = time.perf_counter() - exchange.started
        await call_next(exchange)

    async def _read(self, exchange: Exchange, body: bytes) -> Call:
        """Return what is asked for; of one long body at a time, what its texts may take is counted before."""
        read = partial(_decoded, exchange.proxy, exchange.request)
        if not takes_long(body):
            call, most = read(body), 0
        else:
            async with self._turn:
                most = await beside(_most_memory, body)
                exchange.take_memory(most)
                call = await beside(read, body)
        exchange.take_memory(memory_of(call.texts) - most)
        return call


def _most_memory(body: bytes) -> int:
    """Return the bytes its texts may take: with one letter beyond ASCII Python keeps each in four."""
    steps = range(0, len(body), _STEP)  # a search keeps the interpreter, and 60 MB are 0.1 seconds
    plain = body.isascii() and all(body.find(b"\\u", at, at + _STEP + 1) < 0 for at in steps)
    return len(body) if plain else 4 * len(body)


def _decoded(proxy: Proxy, head: RequestHead, body: bytes) -> Call:
    if body:
        _check_crowd(body)
        _check_charset(head.headers.get("Content-Type", ""))
    call = ADAPTERS[proxy.kind].decode(head, body, proxy.provider)
    check_texts(call.texts)
    return call


def _check_protocol(head: RequestHead) -> None:
    """Refuse to begin with another protocol, of which nothing would be looked at or metered.

    Without the header `Upgrade`, which stays here, the upstream would see a plain GET, and the caller an
    answer that means nothing to it. Codex takes 426 as the sign to go on over HTTP.
    """
    if head.headers.get("Upgrade", "").strip().lower() == "websocket":
        error = Malformed("WebSockets do not pass this gateway; use the same API over HTTP", "", 426)
        error.headers = (("Connection", "upgrade"), ("Upgrade", "HTTP/1.1"))  # RFC 9110 section 15.5.22
        raise error


def _check_once(head: RequestHead) -> None:
    """Refuse headers of which an upstream might read another than we do: it obeys what was looked at.

    Behind CGI's variables (RFC 3875 section 4.1.18), `Mcp_Session_Id` is one with `Mcp-Session-Id`.
    """
    names = [name.lower() for name, _ in head.raw_headers]
    given = [name for name in names if name.replace(b"_", b"-") in _ONCE]
    if len(_ONCE.intersection(given)) < len(given):
        raise Malformed("A header that says what a request is stands there once, and with '-'", "headers")


def _check_codings(head: RequestHead) -> None:
    """Refuse codings that an upstream might undo and we do not."""
    if head.headers.get("Transfer-Encoding", "").strip().lower() not in ("", "chunked"):
        raise Malformed("No Transfer-Encoding but 'chunked' is read", "Transfer-Encoding", 501)


def _check_crowd(body: bytes) -> None:
    """Refuse what keeps all others waiting while it is read: 64 MB may be twenty million empty lists."""
    if crowded(body, MOST_VALUES):
        most = f"{MOST_LISTS:,} lists and objects, or {MOST_VALUES:,} values"
        raise Malformed(f"The request body holds more than {most}", "body", 413)


def _check_charset(content_type: str) -> None:
    """Refuse JSON in another charset than its own (RFC 8259 section 8.1): some servers would obey the name.

    Express reads `charset=utf-7`, in which what is a secret there is none here.
    """
    kind, *parameters = content_type.lower().split(";")
    if "json" not in kind:
        return
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip(" \t\"'") not in ("utf-8", "utf8", "us-ascii", "ascii"):
            raise Malformed("JSON is read in UTF-8 only", "Content-Type", 415)
