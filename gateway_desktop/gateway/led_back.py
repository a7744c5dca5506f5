"""Addresses at which an LLM API goes on, with ours in place of the upstream's.

Clients send their key of this gateway there. At the upstream it would not be good, it should not come
there, and what is sent there would be neither looked at nor recorded.
"""

from gateway_desktop.core.addresses import parts_of
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind
from gateway_desktop.gateway.agents.serving import address_of
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.protocols.llm.known_provider import provider_named

_BATCHES = "/messages/batches"
_UPLOADS = "/upload/"
_UPLOAD_URL = "x-goog-upload-url"


def lead_results_back(runtime: Runtime, exchange: Exchange) -> None:
    """Have `results_url` of Anthropic's message batches lead here; results themselves are left alone."""
    path = exchange.request.path
    if exchange.proxy.kind is not Kind.LLM or _BATCHES not in path or path.rstrip("/").endswith("/results"):
        return
    root = runtime.base_of(exchange.proxy).rstrip("/").removesuffix("/v1")
    theirs = f'"{root}/v1{_BATCHES}/'.encode()
    ours = f'"{address_of(runtime.snapshot.settings, exchange)}/v1{_BATCHES}/'.encode()

    def rewrite(body: bytes) -> bytes:
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


def _upload_address(runtime: Runtime, exchange: Exchange, url: str) -> str:
    """Return the address of ours that leads to this one; the same where none does."""
    proxy = exchange.proxy
    base = runtime.base_of(proxy)
    path = parts_of(url).path.removeprefix(parts_of(base).path.rstrip("/"))
    query = parts_of(url).query
    if not path.startswith(_UPLOADS) or provider_named(proxy.provider).url(base, path, query) != url:
        return url
    address = f"{address_of(runtime.snapshot.settings, exchange)}{path}?{query}"
    if exchange.credential is None:
        return address
    return f"{address}&key={runtime.uploads.begin(proxy.id, path, query, exchange.credential)}"
