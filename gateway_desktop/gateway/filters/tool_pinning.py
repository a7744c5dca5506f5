"""Is the tool, or the agent, still what was approved?"""

from functools import partial

from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.tool_pin import AGENT_CARD
from gateway_desktop.gateway.filter import CallNext
from gateway_desktop.gateway.mcp_http.withheld import Withheld
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.protocols.a2a.methods import CARD
from gateway_desktop.protocols.json_body import lenient


class ToolPinning:
    """Calls of MCP tools and of agents; lists of tools are compared on their way back."""

    def __init__(self, runtime: Runtime, withheld: Withheld) -> None:
        self._runtime = runtime
        self._withheld = withheld

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Call on, or raise Refused for what changed, is disabled, waits for approval or was withheld."""
        call, pins, proxy = exchange.call, self._runtime.pins, exchange.proxy
        assert call is not None
        why = ""
        if proxy.kind is Kind.MCP and call.operation == "tools/call":
            why = pins.problem(proxy, call.target)
        elif proxy.kind is Kind.MCP and call.operation == "tools/list":
            exchange.on_message.append(partial(pins.listed, exchange, _cursor(call.body)))
        elif proxy.kind is Kind.A2A:
            if call.operation == CARD:  # what is shown is what is compared
                await self._runtime.agents.fresh(proxy, self._runtime.credential_of(proxy))
            why = pins.problem(proxy, AGENT_CARD)
        if why:
            raise Refused(Reason.POLICY, why)
        if proxy.kind is Kind.MCP:
            await self._withheld.check(exchange, call)
        await call_next(exchange)


def _cursor(body: bytes) -> str:
    """Return which page of a list is asked for, or ""; also beside what only some parsers take (1e400)."""
    asked = lenient(body)
    params = asked.get("params") if isinstance(asked, dict) else None
    cursor = params.get("cursor") if isinstance(params, dict) else None
    return str(cursor or "")
