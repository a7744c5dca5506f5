"""Filter: the shape of every step of an exchange's way."""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Protocol

from gateway_desktop.core.exchange import Exchange
from gateway_desktop.gateway.runtime import Runtime

CallNext = Callable[[Exchange], Awaitable[None]]


class Filter(Protocol):
    """One concern. Before `await call_next(exchange)` is the way there; after it the answer is given."""

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Do it, and call on or raise a GatewayError."""


class RuntimeFilter:
    """The filters that need the runtime, for its settings above all."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime


async def nothing_follows(exchange: Exchange) -> None:
    """End a chain whose last filter should not have called on."""
    raise AssertionError(f"The last filter called on with exchange {exchange.id}")


def compose(steps: Iterable[Filter], end: CallNext = nothing_follows) -> CallNext:
    """Return one function that goes down the steps and comes back up."""
    call = end
    for step in reversed(tuple(steps)):
        call = partial(step, call_next=call)
    return call
