"""Requests to an MCP upstream: its URL is used exactly as it was entered."""

import aiohttp

from gateway_desktop.core.call import Call
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.gateway.client import Answer, RawHeaders
from gateway_desktop.gateway.compression import decompressor
from gateway_desktop.gateway.headers import request_headers
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.gateway.upstream import failure

_LARGEST = 256 << 20
_ENDING = ("/sse", "/sse/")


def is_legacy(proxy: Proxy) -> bool:
    """Return whether the upstream speaks the transport of 2024-11-05, by its URL."""
    return proxy.upstream.partition("?")[0].endswith(_ENDING)


async def send(runtime: Runtime, exchange: Exchange, call: Call, method: str, url: str) -> Answer:
    """Send one request and return the answer, its body unread."""
    proxy, head = exchange.proxy, exchange.request
    if not url.partition("?")[2] and head.query and method != "POST":
        url = f"{url}?{head.query}"
    # What is read and may be changed must not be packed.
    headers = request_headers(head, credential_headers(runtime, proxy), compressed=False, plain=True)
    body = call.body if method == "POST" else b""
    return await runtime.upstream.send(method, url, headers, body, verify=proxy.verify_tls)


async def tell(runtime: Runtime, exchange: Exchange, url: str, body: bytes) -> None:
    """Send one message of ours in the session of an exchange; the upstream may take it or not."""
    kept = (b"mcp-session-id", b"mcp-protocol-version")
    headers: RawHeaders = [pair for pair in exchange.request.raw_headers if pair[0].lower() in kept]
    headers += [(b"Content-Type", b"application/json"), (b"Accept", b"application/json, text/event-stream")]
    headers += [
        (name.encode(), value.encode()) for name, value in credential_headers(runtime, exchange.proxy)
    ]
    answer = await runtime.upstream.send("POST", url, headers, body, verify=exchange.proxy.verify_tls)
    answer.close()


def credential_headers(runtime: Runtime, proxy: Proxy) -> tuple[tuple[str, str], ...]:
    """Return the header that carries the upstream's credential; raise UpstreamFailed if it is missing."""
    secret = runtime.credential_of(proxy)
    return (("Authorization", f"Bearer {secret}"),) if secret else ()


async def whole_body(answer: Answer) -> bytes:
    """Return the whole body in the clear; raise UpstreamFailed."""
    reader = decompressor(answer.headers.get("Content-Encoding", ""))
    body = bytearray()
    try:
        async for data in answer.content.iter_any():
            body += data if reader is None else reader.decompress(data)
            if len(body) > _LARGEST:
                raise ConnectionError
    except (aiohttp.ClientError, OSError) as error:
        raise failure(error, answer.host) from error
    return bytes(body)


def trouble(status: int, error: str | None) -> str:
    """Return what a person should know of the upstream: that it refuses our credential, or fails."""
    return (
        f"The upstream answered {status}: {error or ''}" if status in (401, 403, 407) or status >= 500 else ""
    )
