"""Filter: the shape of every step of an exchange's way."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from gateway_desktop.core.exchange import Exchange

CallNext = Callable[[Exchange], Awaitable[None]]


class Filter(Protocol):
    """One concern. Before `await call_next(exchange)` is the way there; after it the answer is given."""

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Do it, and call on or raise a GatewayError."""
