"""Addresses at which an LLM API goes on, with ours in place of the upstream's.

Clients send their key of this gateway there. At the upstream it would not be good, it should not come
there, and what is sent there would be neither looked at nor recorded.
"""

from urllib.parse import urldefrag, urljoin

from gateway_desktop.core.addresses import parts_of
from gateway_desktop.core.errors import Failure, UpstreamFailed
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.gateway.agents.serving import address_of
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.protocols.llm.known_provider import provider_named

_BATCHES = "/messages/batches"
_UPLOADS = "/upload/"
_UPLOAD_URL = "x-goog-upload-url"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TAKEN_ALONG = ("x-api-key", "api-key", "x-goog-api-key")  # by clients, unlike Authorization, to wherever


def lead_results_back(runtime: Runtime, exchange: Exchange) -> None:
    """Have `results_url` of Anthropic's message batches lead here; results themselves are left alone."""
    path = exchange.request.path
    if exchange.proxy.kind is not Kind.LLM or _BATCHES not in path or path.rstrip("/").endswith("/results"):
        return
    root = runtime.base_of(exchange.proxy).rstrip("/").removesuffix("/v1")
    theirs = f'"{root}/v1{_BATCHES}/'.encode()
    ours = f'"{address_of(runtime.snapshot.settings, exchange)}/v1{_BATCHES}/'.encode()

    async def rewrite(body: bytes) -> bytes:
        return body.replace(theirs, ours) if theirs in body else body

    exchange.on_message.append(rewrite)


def lead_upload_back(
    runtime: Runtime, exchange: Exchange, headers: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return the headers of an answer with an address of ours for the file that Google's clients send next.

    Python's sends no key there, so a handle in the address says who it is.
    """
    if exchange.proxy.kind is not Kind.LLM or not exchange.request.path.startswith(_UPLOADS):
        return headers
    return [
        (name, _upload_address(runtime, exchange, value) if name.lower() == _UPLOAD_URL else value)
        for name, value in headers
    ]


def lead_redirect_back(
    runtime: Runtime, exchange: Exchange, status: int, asked: str, headers: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return the headers of an answer whose `Location` leads here, where it leads to the same upstream.

    Raises:
        UpstreamFailed: it leads elsewhere, and what the caller sends would go there past this gateway.
    """
    if status not in _REDIRECTS:
        return headers
    return [
        (name, _location(runtime, exchange, asked, value) if name.lower() == "location" else value)
        for name, value in headers
    ]


def _location(runtime: Runtime, exchange: Exchange, asked: str, location: str) -> str:
    try:
        url, _ = urldefrag(urljoin(asked, location))
    except ValueError:
        url = ""
    if exchange.proxy.kind is Kind.LLM and (here := _place_here(runtime, exchange.proxy, url)):
        path, query = here
        address = address_of(runtime.snapshot.settings, exchange) + path
        return f"{address}?{query}" if query else address
    request = exchange.request
    if request.method not in ("GET", "HEAD") or any(name in request.headers for name in _TAKEN_ALONG):
        to = parts_of(url)
        raise UpstreamFailed(
            Failure.BROKEN,
            f"The upstream {parts_of(asked).netloc} sends callers on to {to.scheme}://{to.netloc}, past this "
            "gateway; if it moved, change the proxy's address",
        )
    return location


def _place_here(runtime: Runtime, proxy: Proxy, url: str) -> tuple[str, str] | None:
    """Return path and query below the proxy's name that lead to an address of its upstream, if any do."""
    base = runtime.base_of(proxy)
    path = parts_of(url).path.removeprefix(parts_of(base).path.rstrip("/"))
    query = parts_of(url).query
    return (path, query) if provider_named(proxy.provider).url(base, path, query) == url else None


def _upload_address(runtime: Runtime, exchange: Exchange, url: str) -> str:
    """Return the address of ours that leads to this one; the same where none does."""
    proxy = exchange.proxy
    path, query = _place_here(runtime, proxy, url) or ("", "")
    if not path.startswith(_UPLOADS):
        return url
    address = f"{address_of(runtime.snapshot.settings, exchange)}{path}?{query}"
    if exchange.credential is None:
        return address
    return f"{address}&key={runtime.uploads.begin(proxy.id, path, query, exchange.credential)}"
