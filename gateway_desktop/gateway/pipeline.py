"""The way of every exchange."""

from collections.abc import Iterable
from functools import partial

from gateway_desktop.core.exchange import Exchange
from gateway_desktop.gateway.filter import CallNext, Filter
from gateway_desktop.gateway.filters.agents import Agents
from gateway_desktop.gateway.filters.authentication import Authentication
from gateway_desktop.gateway.filters.authorization import Authorization
from gateway_desktop.gateway.filters.decoding import Decoding
from gateway_desktop.gateway.filters.forwarding import Forwarding
from gateway_desktop.gateway.filters.guardrails import Guardrails
from gateway_desktop.gateway.filters.recording import Recording
from gateway_desktop.gateway.filters.refusals import Refusals
from gateway_desktop.gateway.runtime import Runtime


def filters(runtime: Runtime) -> tuple[Filter, ...]:
    """Return the steps in their order, outermost first."""
    return (
        Recording(runtime),  # first: nothing escapes the audit, not even nonsense
        Refusals(),  # errors become answers in the caller's own protocol
        Authentication(runtime),  # before the body is read: strangers cost nothing
        Decoding(runtime),  # bytes to Call
        Authorization(),  # needs to know the model: after decoding
        Guardrails(runtime),  # what may be said: after who may say it, before it leaves; then the answer
        Agents(runtime),  # cards are answered here; everything else of agents goes on
        Forwarding(runtime),  # the end of the chain; it does not call on
    )


def compose(steps: Iterable[Filter]) -> CallNext:
    """Return one function that goes down the steps and comes back up."""
    call: CallNext = _end
    for step in reversed(tuple(steps)):
        call = partial(step, call_next=call)
    return call


async def _end(exchange: Exchange) -> None:
    raise AssertionError(f"The last filter called on with exchange {exchange.id}")
