"""TaskOwners: a task of an MCP server is for nobody but who began it.

Where there is no session (2026-07-28, the extension io.modelcontextprotocol/tasks) only the id would keep a
task's result from others; with sessions (2025-11-25) many servers look no further than the id, too.
"""

from functools import partial

from gateway_desktop.core.call import Call
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.gateway.owners import Owners
from gateway_desktop.gateway.ports import Recorder
from gateway_desktop.protocols.json_rpc import Message, read
from gateway_desktop.protocols.mcp.methods import NAMED_BY, begun_task, tasks_of
from gateway_desktop.protocols.mcp.tool_lists import sifted

_NAMING = frozenset({"subscriptions/listen", *(name for name, by in NAMED_BY.items() if by == "taskId")})


class TaskOwners:
    """On the gateway's loop."""

    def __init__(self, recorder: Recorder) -> None:
        self._owners = Owners(recorder)

    async def check(self, exchange: Exchange, call: Call) -> None:
        """Raise Refused for a task of another; of a list of tasks the caller gets no other's."""
        await self._owners.check(exchange, _named(call))
        if call.operation == "tasks/list":
            await self._owners.look_up(exchange.proxy)
            exchange.on_message.append(partial(self._sifted, exchange))

    async def _sifted(self, exchange: Exchange, message: bytes) -> bytes:
        return await self._owners.sifted(
            exchange, message, lambda data, may_see: sifted(data, "tasks", may_see)
        )

    def learn(self, exchange: Exchange, call: Call, message: Message) -> None:
        """Take whose task it is that a server's answer tells of."""
        named = _named(call) if message.error is None else []
        self._owners.learn(exchange, [begun_task(message.result), *named])


def _named(call: Call) -> list[str]:
    message = read(call.body) if call.operation in _NAMING else None
    return tasks_of(call.operation, message.params) if message is not None else []
