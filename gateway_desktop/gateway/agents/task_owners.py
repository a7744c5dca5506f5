"""TaskOwners: a task of an agent, and a context, is for nobody but who began it (A2A 1.0 section 13.1).

Agents that keep the tasks of their clients apart cannot do so here: to them all people are the gateway.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from gateway_desktop.core.audit import Outcome
from gateway_desktop.core.call import Call
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.gateway.owners import Owners
from gateway_desktop.gateway.ports import Recorder
from gateway_desktop.gateway.recording.record import outcome_of
from gateway_desktop.protocols.a2a.methods import LIST, SENDS
from gateway_desktop.protocols.a2a.tasks import without_tasks


class TaskOwners:
    """On the gateway's loop."""

    def __init__(self, recorder: Recorder) -> None:
        self._owners = Owners(recorder)
        self._running: dict[str, Exchange] = {}  # by id: a stream tells of its task long before its end

    @asynccontextmanager
    async def watching(self, exchange: Exchange, call: Call) -> AsyncIterator[None]:
        """Take whose task it is that an answer tells of, while it comes.

        Raises Refused for a task of another; of a list of tasks the caller gets no other's.
        """
        self._learn_of_running()
        await self._owners.check(exchange, call.tasks)
        if call.operation == LIST:
            await self._owners.look_up(exchange.proxy)
            exchange.whole_only = True
            exchange.on_message.append(partial(self._sifted, exchange))
            yield
            return
        self._running[exchange.id] = exchange
        try:
            yield
        finally:
            del self._running[exchange.id]
            self._learn(exchange)

    async def _sifted(self, exchange: Exchange, answer: bytes) -> bytes:
        self._learn_of_running()
        return await self._owners.sifted(exchange, answer, without_tasks)

    def _learn_of_running(self) -> None:
        for exchange in self._running.values():
            self._learn(exchange)

    def _learn(self, exchange: Exchange) -> None:
        call, reply = exchange.call, exchange.reply
        if call is None or reply is None:
            return
        told = [reply.detail.get("task"), reply.detail.get("context")]
        if call.operation in SENDS and outcome_of(exchange) is Outcome.SUCCESS:
            told.append(call.detail.get("context"))  # an answer need not repeat it
        self._owners.learn(exchange, [id for id in told if isinstance(id, str)])
