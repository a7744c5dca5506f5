"""May this principal make this call?"""

from functools import partial

from gateway_desktop.core.call import Call
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.gateway.beside import if_long
from gateway_desktop.gateway.filter import CallNext
from gateway_desktop.policies.access import allowed
from gateway_desktop.protocols.mcp.tool_lists import without_tools


class Authorization:
    """The model or tool against the proxy's allow-lists."""

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Call on, or raise Refused (403); of a list of tools the caller sees those that may be called."""
        proxy, principal, call = exchange.proxy, exchange.principal, exchange.call
        if principal.kind is not PrincipalKind.ANONYMOUS and proxy.restricted:
            assert call is not None
            for target in (_target(exchange, call), *call.others):
                if refused := allowed(proxy, principal, target):
                    raise refused
            if proxy.kind is Kind.MCP and call.operation == "tools/list":
                may_see = partial(_may_use, proxy, principal)
                sifted = partial(without_tools, may_see=may_see)
                exchange.on_message.append(partial(if_long, sifted))
        await call_next(exchange)


def _target(exchange: Exchange, call: Call) -> str | None:
    """Return what the lists are asked about; of other kinds the proxy itself, before the body was read."""
    match exchange.proxy.kind:
        case Kind.LLM:
            reads = exchange.request.method in ("GET", "HEAD", "OPTIONS") and not call.body
            # A body whose model we cannot read could ask for any: "" is checked, None is not.
            return call.target or (None if reads else "")
        case Kind.MCP:
            return call.target if call.operation == "tools/call" else None
        case _:
            return None


def _may_use(proxy: Proxy, principal: Principal, tool: str) -> bool:
    return allowed(proxy, principal, tool) is None
