"""Requests to an MCP upstream: its URL is used exactly as it was entered."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import aiohttp

from gateway_desktop.core.errors import Failure, UpstreamFailed
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.gateway.beside import beside
from gateway_desktop.gateway.mcp.message import parse, value
from gateway_desktop.gateway.mcp.remote import CALLER, FAILED
from gateway_desktop.gateway.mcp_http.sessions import owner_of
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.gateway.upstream.calls import failure, sent_on, trouble
from gateway_desktop.gateway.upstream.client import Answer, RawHeaders
from gateway_desktop.gateway.upstream.compression import GARBAGE, decompressor
from gateway_desktop.gateway.upstream.headers import answer_headers, request_headers
from gateway_desktop.gateway.upstream_oauth.challenges import rewritten
from gateway_desktop.identity.issuers import base_of, metadata_url

_LARGEST = 256 << 20
_NOT_TAKEN = "The upstream refuses the gateway's own credential (401): look at the proxy's"


async def send(runtime: Runtime, exchange: Exchange, method: str, url: str) -> Answer:
    """Send one request and return the answer, its body unread."""
    body = runtime.telemetry.sent(exchange) if method == "POST" else b""
    proxy, head = exchange.proxy, exchange.request
    if not url.partition("?")[2] and head.query and method != "POST":
        url = f"{url}?{head.query}"
    # What is read and may be changed must not be packed.
    headers = request_headers(head, credential_headers(runtime, exchange), compressed=False, plain=True)
    if runtime.stdio.is_ours(url):
        headers = [pair for pair in headers if pair[0].lower() != CALLER.lower().encode()]
        whose = sha256(repr((proxy.id, owner_of(exchange.principal))).encode()).hexdigest()
        headers.append((CALLER.encode(), whose.encode()))
    answer = await runtime.upstream.send(method, url, headers, body, verify=proxy.verify_tls)
    if answer.status == 401 and proxy.oauth is not None:
        if not proxy.passes_through:  # by a 401 of ours its clients would sign in again, for nothing
            answer.close()
            raise UpstreamFailed(Failure.CREDENTIAL, _NOT_TAKEN)
        runtime.upstream_people.documents.forget(proxy)
    if runtime.stdio.is_ours(url) and (kind := answer.headers.get(FAILED)):
        try:
            raise UpstreamFailed(Failure(kind), _said(await whole_body(exchange, answer)))
        finally:
            answer.close()
    if 300 <= answer.status < 400:  # whoever followed would take our caller's key along
        answer.close()
        raise UpstreamFailed(Failure.BROKEN, sent_on(url, answer.headers.get("Location", "")))
    return answer


def _said(body: bytes) -> str:
    """Return what an error says that our own port gave."""
    return str(value(parse(body)[0][0], "error")["message"])


async def tell(runtime: Runtime, exchange: Exchange, url: str, body: bytes) -> None:
    """Send one message of ours in the session of an exchange; the upstream may take it or not."""
    kept = (b"mcp-session-id", b"mcp-protocol-version")
    headers: RawHeaders = [pair for pair in exchange.request.raw_headers if pair[0].lower() in kept]
    headers += [(b"Content-Type", b"application/json"), (b"Accept", b"application/json, text/event-stream")]
    headers += [(name.encode(), value.encode()) for name, value in credential_headers(runtime, exchange)]
    answer = await runtime.upstream.send("POST", url, headers, body, verify=exchange.proxy.verify_tls)
    answer.close()


def credential_headers(runtime: Runtime, exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """Return the header that carries the upstream's credential; raise UpstreamFailed if it is missing.

    Where the upstream signs people in itself, that is the caller's own token, which Authentication let by
    because it is none of ours.
    """
    proxy = exchange.proxy
    secret = exchange.credential if proxy.passes_through else runtime.credential_of(proxy)
    return (("Authorization", f"Bearer {secret}"),) if secret else ()


async def whole_body(exchange: Exchange, answer: Answer) -> bytes:
    """Return the whole body in the clear; raise UpstreamFailed, or GatewayError where it is too much now."""
    reader = decompressor(answer.headers.get("Content-Encoding", ""))
    body = bytearray()
    try:
        if reader is None and answer.content.is_eof():  # it came with its head
            return answer.content.read_nowait()
        async for data in answer.content.iter_any():
            clear = data if reader is None else await beside(reader.decompress, data)
            exchange.take_memory(len(clear))
            body += clear
            if len(body) > _LARGEST:
                raise ConnectionError
    except (aiohttp.ClientError, OSError, *GARBAGE) as error:
        raise failure(error, answer.host) from error
    return bytes(body)


def passed_headers(runtime: Runtime, exchange: Exchange, answer: Answer) -> list[tuple[str, str]]:
    """Return what goes back to the caller; a challenge of an upstream that signs people in leads to us."""
    proxy = exchange.proxy
    connection = answer.headers.get("Connection", "")
    headers = answer_headers(answer.raw_headers, connection, challenges=proxy.passes_through)
    if not proxy.passes_through or answer.status not in (401, 403):
        return headers
    base = base_of(runtime.snapshot.settings, runtime.port, exchange.request.headers.get("Host", ""))
    address = metadata_url(base, proxy, exchange.request.path) if base is not None else None
    return rewritten(headers, answer.status, address)


@contextmanager
def noted(runtime: Runtime, exchange: Exchange) -> Iterator[None]:
    """Remember how an exchange went upstream; of a stream that never began there is a row after all."""
    try:
        yield
    except UpstreamFailed as error:
        runtime.note(exchange.proxy, error.message)
        exchange.rowless = exchange.rowless and exchange.client.started
        raise
    runtime.note(exchange.proxy, trouble(exchange.proxy, exchange.reply))
