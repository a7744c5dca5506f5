"""What an exchange cost, or may cost at most."""

from gateway_desktop.core.errors import UpstreamFailed
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.reply import Basis, Usage
from gateway_desktop.protocols.llm.estimate import estimated_usage
from gateway_desktop.protocols.llm.pricing import SANDBOX, Cost, Prices
from gateway_desktop.protocols.llm.usage import estimated

_UNCHARGED = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})


def usage_of(exchange: Exchange) -> Usage | None:
    """Return what was used as far as it is known; what a caller sent who left before the answer, at least."""
    reply, call = exchange.reply, exchange.call
    if reply is not None:
        return reply.usage
    left = exchange.abandoned and exchange.sent and exchange.proxy.kind is Kind.LLM
    if left and call is not None and not is_free(exchange):
        return estimated(call, 0, None, Basis.ESTIMATED)
    return None


def cost_of(exchange: Exchange, usage: Usage, prices: Prices) -> Cost:
    """Return what the usage cost."""
    reply, call = exchange.reply, exchange.call
    model = (reply.response_model if reply is not None else None) or (call.target if call is not None else "")
    tier = reply.service_tier if reply is not None else None
    return prices.cost(_provider(exchange), model, usage, exchange.started_us, tier)


def most_of(exchange: Exchange, prices: Prices, assumed_output: int) -> int | None:
    """Return what the call may cost at most, in 1e-9 US dollars; None where the price is not known."""
    call = exchange.call
    assert call is not None
    usage = estimated_usage(call, assumed_output)
    return prices.cost(_provider(exchange), call.target, usage, exchange.started_us).nano


def is_free(exchange: Exchange) -> bool:
    """Return whether nobody charges for such a call: it only fetches, deletes, counts, or practises."""
    call = exchange.call
    if exchange.request.method in _UNCHARGED or exchange.proxy.sandbox:
        return True
    return call is not None and call.operation == "count_tokens"


def was_free(exchange: Exchange) -> bool:
    """Return whether nobody charged for it: it never went upstream, was refused there, or is free."""
    reply = exchange.reply
    if reply is None:
        return not exchange.abandoned and not isinstance(exchange.error, UpstreamFailed)
    return is_free(exchange) or 400 <= reply.status < 500


def _provider(exchange: Exchange) -> str:
    return SANDBOX if exchange.proxy.sandbox else exchange.proxy.provider
