"""TaskOwners: who began a task; to everybody else it does not exist.

Servers see one credential for all people behind it, and where there is no session (2026-07-28, the extension
io.modelcontextprotocol/tasks) only the id would keep a task's result from others; with sessions (2025-11-25)
many servers look no further than the id, too. A task that was begun elsewhere, or before this process, is
whose it is that asks for it first.
"""

from functools import partial

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.lately import Lately
from gateway_desktop.gateway.mcp_http.sessions import owner_of
from gateway_desktop.protocols.json_rpc import Message, read
from gateway_desktop.protocols.mcp.methods import NAMED_BY, begun_task, tasks_of
from gateway_desktop.protocols.mcp.tool_lists import sifted

_MOST = 100_000
_NAMING = frozenset({"subscriptions/listen", *(name for name, by in NAMED_BY.items() if by == "taskId")})
_GONE = "There is no such task here: it ended, or never was"


class TaskOwners:
    """On the gateway's loop."""

    def __init__(self) -> None:
        self._owners: Lately[tuple[str, str], str] = Lately(_MOST)  # by proxy id and task id

    def check(self, exchange: Exchange, call: Call) -> None:
        """Raise Refused (403) for a task of another; of a list of tasks the caller gets no other's."""
        if not all(self._is_theirs(exchange, task) for task in _named(call)):
            raise Refused(Reason.ACCESS, _GONE)
        if call.operation == "tasks/list":
            may_see = partial(self._is_theirs, exchange)
            exchange.on_message.append(lambda message: sifted(message, "tasks", may_see))

    def learn(self, exchange: Exchange, call: Call, message: Message) -> None:
        """Take whose task it is that a server's answer tells of."""
        for task in begun_task(message.result), *(_named(call) if message.error is None else ()):
            if task and self._is_theirs(exchange, task):
                self._owners.put((exchange.proxy.id, task), _person(exchange))

    def _is_theirs(self, exchange: Exchange, task: str) -> bool:
        return self._owners.get((exchange.proxy.id, task)) in (None, _person(exchange))


def _named(call: Call) -> list[str]:
    message = read(call.body) if call.operation in _NAMING else None
    return tasks_of(call.operation, message.params) if message is not None else []


def _person(exchange: Exchange) -> str:
    return owner_of(exchange.principal)[1]
