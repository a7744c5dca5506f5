"""May this principal make this call?"""

from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.principal import PrincipalKind
from gateway_desktop.core.proxy import Kind
from gateway_desktop.gateway.filter import CallNext
from gateway_desktop.policies.access import allowed


class Authorization:
    """The model against the proxy's allow-lists."""

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Call on, or raise Refused (403)."""
        call = exchange.call
        assert call is not None
        reads = exchange.request.method in ("GET", "HEAD", "OPTIONS")
        # A body whose model we cannot read could ask for any: "" is checked, None is not.
        target = call.target or (None if reads else "")
        if exchange.proxy.kind is not Kind.LLM:
            target = None  # who may use the proxy was asked before the body was read
        if exchange.principal.kind is not PrincipalKind.ANONYMOUS and (
            refused := allowed(exchange.proxy, exchange.principal, target)
        ):
            raise refused
        await call_next(exchange)
