"""Batches (2025-03-26 only): each item goes its own way, with its own verdict and its own row.

Upstream each item is a request of its own: what is refused is answered in place, what is let through cannot
bring anything along. The answers are put together: one array, or one stream if any of them is a stream.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence

from gateway_desktop.core.call import Call
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.gateway.filter import CallNext, Filter, compose
from gateway_desktop.gateway.mcp_http.aside import Aside
from gateway_desktop.protocols.json_body import compact
from gateway_desktop.protocols.json_rpc import INVALID_REQUEST, RpcMalformed, checked, id_as_json
from gateway_desktop.protocols.mcp.adapter import call_of
from gateway_desktop.protocols.mcp.routing_headers import version_of
from gateway_desktop.protocols.sse import event
from gateway_desktop.protocols.strict_json import strict

_MOST = 100


class Batches:
    """Takes batches apart. `around`: what every item goes through, nonsense too; `item`: all after it."""

    def __init__(self, around: Sequence[Filter], item: CallNext) -> None:
        self._around = around
        self._item = item

    async def __call__(self, exchange: Exchange) -> None:
        """Answer all of it."""
        call = exchange.call
        assert call is not None
        values = strict(call.body)
        if len(values) > _MOST:
            raise RpcMalformed(INVALID_REQUEST, f"A batch may hold {_MOST} messages")
        if (twice := _twice(values)) is not None:
            raise RpcMalformed(INVALID_REQUEST, f"Two requests of this batch have the id {twice}")
        exchange.rowless = True
        together = _Together(exchange)
        ended = await asyncio.gather(
            *(self._one(exchange, value, together) for value in values), return_exceptions=True
        )
        for problem in ended:
            if problem is not None:
                raise problem
        await together.end()

    async def _one(self, batch: Exchange, value: object, together: "_Together") -> None:
        async def understood(item: Exchange) -> None:
            item.call = _call(batch, value)
            await self._item(item)

        client = Aside(together.piece)
        await compose(self._around, end=understood)(_item(batch, client))
        together.add(client)


class _Together:
    """The answers of all items."""

    def __init__(self, batch: Exchange) -> None:
        self._batch = batch
        self._bodies: list[bytes] = []
        self._begun = False
        self._lock = asyncio.Lock()

    async def piece(self, data: bytes) -> None:
        """Pass a piece of one item's stream on, whole events at a time."""
        async with self._lock:
            if not self._begun:
                self._begun = True
                headers = [("Content-Type", "text/event-stream"), ("X-Accel-Buffering", "no")]
                await self._batch.client.begin(200, headers, None)
            await self._batch.client.write(data)

    def add(self, client: Aside) -> None:
        """Take what an item was answered as a whole."""
        if client.body and not client.started:
            self._bodies.append(client.body)

    async def end(self) -> None:
        """Give what is left: the answers that came whole."""
        client = self._batch.client
        if self._begun:
            for body in self._bodies:
                await client.write(event(body, "message"))
        elif self._bodies:
            await client.whole(
                200, [("Content-Type", "application/json")], b"[" + b",".join(self._bodies) + b"]"
            )
        else:
            await client.whole(202, (), b"")


def _twice(values: Sequence[object]) -> str | None:
    """Return an id that two requests have, or None: servers answer one of them, and the other never.

    Those of the Python SDK take "7" for 7.
    """
    asked = (value for value in values if isinstance(value, dict) and "method" in value and "id" in value)
    counted = Counter(id_as_json(value["id"]).strip('"') for value in asked)
    return next((id for id, times in counted.items() if times > 1), None)


def _call(batch: Exchange, value: object) -> Call:
    message = checked(value)
    if message.method == "initialize":
        raise RpcMalformed(
            INVALID_REQUEST, "initialize must not be part of a batch", "/method", id=message.id or "null"
        )
    call = call_of(message, compact(value).encode(), version_of(batch.request, message))
    outer = batch.call
    if outer is not None:
        call.session, call.app = outer.session, call.app or outer.app
    call.detail["batch"] = True
    return call


def _item(batch: Exchange, client: Aside) -> Exchange:
    return Exchange(
        id=batch.id,
        proxy=batch.proxy,
        request=batch.request,
        started_us=now_us(),
        started=time.perf_counter(),
        client=client,
        read_body=batch.read_body,
        principal=batch.principal,
    )
