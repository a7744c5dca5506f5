"""Which of MCP's transports an upstream speaks."""

from gateway_desktop.core.proxy import Proxy

_ENDING = ("/sse", "/sse/")


def is_legacy(proxy: Proxy) -> bool:
    """Return whether the upstream speaks the transport of 2024-11-05 (HTTP+SSE), by its URL."""
    return proxy.upstream.partition("?")[0].endswith(_ENDING)
