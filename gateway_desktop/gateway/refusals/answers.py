"""Errors as answers in the caller's own protocol."""

from gateway_desktop.core.errors import GatewayError
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.protocols.adapters import ADAPTERS


async def answer_error(exchange: Exchange, error: GatewayError) -> None:
    """Give the error as a whole answer, or as the stream's error event if the answer has begun."""
    exchange.error = error
    adapter = ADAPTERS[exchange.proxy.kind]
    if exchange.client.started:
        event = adapter.refuse_midstream(exchange.request, error, exchange.id, exchange.call)
        await exchange.client.break_off(event)
        return
    refusal = adapter.refuse(exchange.request, error, exchange.id, exchange.call)
    headers = [("Content-Type", refusal.content_type), *refusal.headers, *error.headers]
    await exchange.client.whole(refusal.status, headers, refusal.body)
