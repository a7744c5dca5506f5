"""The end of the chain for MCP proxies."""

from collections.abc import Sequence

from gateway_desktop.core.exchange import Exchange
from gateway_desktop.gateway.filter import CallNext, Filter, compose
from gateway_desktop.gateway.mcp_http.batches import Batches
from gateway_desktop.gateway.mcp_http.legacy import Legacy
from gateway_desktop.gateway.mcp_http.messages import Messages
from gateway_desktop.gateway.mcp_http.sessions import Sessions
from gateway_desktop.gateway.mcp_http.streamable import Streamable
from gateway_desktop.gateway.mcp_http.task_owners import TaskOwners
from gateway_desktop.gateway.mcp_http.withheld import Withheld
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.protocols.mcp.adapter import BATCH, LEGACY


class Mcp:
    """Forwards what MCP clients send.

    `within`: the filters that a server's own requests go through, too. `around` and `each`: those before them
    for each item of a batch, which is understood between the two.
    """

    def __init__(
        self,
        runtime: Runtime,
        sessions: Sessions,
        withheld: Withheld,
        within: Sequence[Filter],
        around: Sequence[Filter],
        each: Sequence[Filter],
    ) -> None:
        self._tasks = TaskOwners(runtime.recorder)
        messages = Messages(runtime, compose(within, end=_passed), withheld, self._tasks)
        self._streamable = Streamable(runtime, messages, sessions)
        self._legacy = Legacy(runtime, messages, sessions)
        self._batches = Batches(around, compose((*each, *within, self)))

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:  # noqa: ARG002 - the last one
        """Set the reply, or raise a GatewayError."""
        call = exchange.call
        assert call is not None
        if call.dialect == BATCH:
            await self._batches(exchange)
            return
        await self._tasks.check(exchange, call)
        if exchange.request.path.startswith(LEGACY):
            await self._legacy(exchange)
        else:
            await self._streamable(exchange)


async def _passed(exchange: Exchange) -> None:
    """Do nothing: whoever asked gives the message to the client."""
