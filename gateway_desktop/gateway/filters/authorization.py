"""May this principal make this call?"""

from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.principal import PrincipalKind
from gateway_desktop.gateway.filter import CallNext
from gateway_desktop.policies.access import allowed, limits_models


class Authorization:
    """The model against the proxy's allow-lists."""

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Call on, or raise Refused (403)."""
        call, proxy, principal = exchange.call, exchange.proxy, exchange.principal
        assert call is not None
        if principal.kind is not PrincipalKind.ANONYMOUS and limits_models(
            proxy, principal
        ):
            if not call.target and exchange.request.method not in ("GET", "HEAD"):
                # A body we cannot read could ask for any model.
                raise Refused(
                    Reason.ACCESS,
                    f"Models are limited on '{proxy.name}', and this call names none that can be checked",
                )
            if call.target and (refused := allowed(proxy, principal, call.target)):
                raise refused
        await call_next(exchange)
