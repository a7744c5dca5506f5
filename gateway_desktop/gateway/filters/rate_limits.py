"""Not too much in a minute, not too much at once: reserve before, settle after."""

import time

from gateway_desktop.core.errors import GatewayError, StorageUnavailable
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.scope import subjects
from gateway_desktop.gateway.filter import CallNext, RuntimeFilter
from gateway_desktop.gateway.refusals.rate_limit import refused_by
from gateway_desktop.gateway.refusals.uncounted import check_may_pass_uncounted
from gateway_desktop.protocols.mcp.adapter import BATCH

_BYTES_A_TOKEN = 4


class RateLimits(RuntimeFilter):
    """Every limit that applies: the proxy's, the key's, the user's and those of all groups."""

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Call on, or raise Refused (429); a batch is not counted, its items are."""
        snapshot, call = self._runtime.snapshot, exchange.call
        if not snapshot.limits or call is None or call.dialect == BATCH:
            await call_next(exchange)
            return
        found = map(snapshot.limits.get, subjects(exchange.principal, exchange.proxy))
        limits = [limit for limit in found if limit is not None]
        reserved = len(call.body) // _BYTES_A_TOKEN if exchange.proxy.kind is Kind.LLM else 0
        rates = self._runtime.rates
        try:
            exceeded = await rates.take(limits, reserved, time.monotonic())
        except StorageUnavailable as problem:
            check_may_pass_uncounted(snapshot, problem)
            await call_next(exchange)
            return
        if exceeded:
            raise refused_by(exceeded, exchange.proxy.kind, call)
        unused = False
        try:
            await call_next(exchange)
        except GatewayError:
            unused = exchange.reply is None
            raise
        finally:
            used = 0 if unused else _tokens(exchange, reserved)
            rates.settle(limits, used - reserved, time.monotonic())


def _tokens(exchange: Exchange, reserved: int) -> int:
    """Return what was used as far as it is known; where it is not, what was reserved."""
    usage = exchange.reply.usage if exchange.reply is not None else None
    if usage is None or (usage.input is None and usage.output is None):
        return reserved
    return (usage.input or 0) + (usage.output or 0)
