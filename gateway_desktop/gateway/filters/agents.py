"""What only agents need: their cards are answered here, and addresses for notifications are checked."""

from gateway_desktop.core.exchange import Exchange
from gateway_desktop.gateway.agents.push import check, deliver, lead_here
from gateway_desktop.gateway.agents.serving import serve_card, serve_extended_card
from gateway_desktop.gateway.agents.task_owners import TaskOwners
from gateway_desktop.gateway.filter import CallNext
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.protocols.a2a.adapter import PUSH_URLS
from gateway_desktop.protocols.a2a.methods import CARD, EXTENDED_CARD, PUSHED, PUSHES


class Agents:
    """Answers for the agent where it can."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._tasks = TaskOwners(runtime.recorder)

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Answer for the agent, or call on; raise PushRefused, or Refused for a task of another."""
        call, runtime = exchange.call, self._runtime
        assert call is not None
        if call.operation == PUSHED:
            await deliver(runtime, exchange, call)
            return
        named = call.detail.get(PUSH_URLS)
        await check(runtime, named, call.operation)
        if runtime.snapshot.settings.a2a.push_through and (named or call.operation in PUSHES):
            lead_here(runtime, exchange, call)
        secret = runtime.credential_of(exchange.proxy)
        if call.operation == CARD:
            await serve_card(runtime, exchange, secret)
        elif call.operation == EXTENDED_CARD:
            await serve_extended_card(runtime, exchange, call, secret)
        else:
            async with self._tasks.watching(exchange, call):
                await call_next(exchange)
