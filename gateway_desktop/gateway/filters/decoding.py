"""Bytes to Call."""

import time

from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind
from gateway_desktop.gateway.compression import decompressed
from gateway_desktop.gateway.filter import CallNext
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.protocols.adapters import ADAPTERS


class Decoding:
    """Reads the body, within the limit, and what it asks for."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Set the call."""
        limit = self._runtime.snapshot.settings.upstream.max_body_mb << 20
        body = await exchange.read_body(limit)
        exchange.request_bytes = len(body)
        encoding = exchange.request.headers.get("Content-Encoding", "")
        clear = (
            decompressed(body, encoding, limit) if body and encoding.lower() not in ("", "identity") else body
        )
        adapter = ADAPTERS[exchange.proxy.kind]
        call = adapter.decode(exchange.request, clear, exchange.proxy.provider)
        if call.body is clear and exchange.proxy.kind is not Kind.MCP:  # whose answers are read once more
            call.compressed = clear is not body
            call.body = body  # untouched: it travels on as it came, compressed or not
        exchange.call = call
        if exchange.proxy.kind is Kind.A2A:
            secret = self._runtime.snapshot.credentials.get(exchange.proxy.id)
            call.target = await self._runtime.agents.name(exchange.proxy, secret)
        exchange.timeline["decoded"] = time.perf_counter() - exchange.started
        await call_next(exchange)
