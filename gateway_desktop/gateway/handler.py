"""aiohttp request in, Exchange through the pipeline, aiohttp response out."""

import asyncio
import time
from collections.abc import Coroutine, Mapping
from typing import Any

from aiohttp import HttpVersion11, web

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import GatewayError, Malformed
from gateway_desktop.core.exchange import Exchange, RequestHead
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.body_memory import BodyMemory
from gateway_desktop.gateway.downstream.client_stream import ClientLeft, HttpClientStream
from gateway_desktop.gateway.downstream.cross_origin import from_page
from gateway_desktop.gateway.filter import CallNext
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.gateway.tasks import spawn
from gateway_desktop.identity.credentials import read_credential
from gateway_desktop.protocols.adapters import ADAPTERS

_SILENCE = 60.0  # seconds
EXCHANGE = "exchange"  # how tasks are called that may go on without their callers
WITHOUT_CALLER = 600  # seconds that work may go on after its caller left


class Handler:
    """Takes each request for a proxy through the pipeline.

    It runs in the server's own task, which is cancelled when the caller leaves: what LLM calls want. Where
    work may go on without the caller, it is a task of its own.
    """

    def __init__(self, runtime: Runtime, ways: Mapping[Kind, CallNext]) -> None:
        self._runtime = runtime
        self._ways = ways
        self.memory = BodyMemory()

    async def __call__(
        self, request: web.BaseRequest, exchange_id: str, proxy: Proxy, path: str, query: str
    ) -> web.StreamResponse:
        """Return the response whose end the server sends."""
        runtime = self._runtime
        headers = request.headers
        presented, query = read_credential(headers, query)
        credential = None
        if presented is not None:
            credential = runtime.uploads.credential(Secret(presented), proxy.id, path, query)
        page = from_page(headers) and runtime.doorway.problem(headers) is None
        body = _Body(request, self)
        client = HttpClientStream(request, exchange_id, body.take, page=page)
        trace, raw_headers = runtime.telemetry.begin(headers, tuple(request.raw_headers))
        exchange = Exchange(
            id=exchange_id,
            proxy=proxy,
            request=RequestHead(
                request.method,
                path,
                query,
                headers,
                runtime.doorway.peer(request.remote, headers),
                raw_headers,
            ),
            started_us=now_us(),
            started=time.perf_counter(),
            client=client,
            read_body=body.read,
            credential=credential,
            trace=trace,
            take_memory=body.take,
        )
        if ADAPTERS[proxy.kind].outlives_client:
            await self._beside(exchange, body)
        else:
            try:
                await self._run(exchange, body)
            finally:
                exchange.guard = None  # it knows the exchange: without the ring all of it goes at once
        assert client.response is not None
        return client.response

    async def _run(self, exchange: Exchange, body: "_Body") -> None:
        runtime = self._runtime
        runtime.active += 1
        at = (exchange.proxy.name, str(exchange.proxy.kind))
        runtime.measures.active[at] += 1
        try:
            await self._ways[exchange.proxy.kind](exchange)
        finally:
            runtime.active -= 1
            runtime.measures.active[at] -= 1
            runtime.finished()
            self.memory.give_back(body.owner, body.counted)

    async def _beside(self, exchange: Exchange, body: "_Body") -> None:
        """Run in a task of its own, which is cancelled only where the call needs its caller."""
        task = spawn(_unless_left(self._run(exchange, body)), f"{EXCHANGE} {exchange.id}")
        try:
            left = await asyncio.shield(task)
        except asyncio.CancelledError:
            if exchange.call is None or not exchange.call.goes_on:
                task.cancel()
            else:
                exchange.timeline["client left"] = time.perf_counter() - exchange.started
                asyncio.get_running_loop().call_later(WITHOUT_CALLER, task.cancel)
            raise
        if left:
            raise ClientLeft

    @property
    def longest_silence(self) -> float:
        """How long a body may not go on, in seconds."""
        return min(_SILENCE, self._runtime.snapshot.settings.upstream.read_timeout)


async def _unless_left(work: Coroutine[Any, Any, None]) -> bool:
    """Return whether the caller left before the end; nobody may be there to take an exception."""
    try:
        await work
    except ClientLeft:
        return True
    return False


class _Body:
    """One request's body, counted against the memory of all."""

    def __init__(self, request: web.BaseRequest, handler: Handler) -> None:
        self._request = request
        self._handler = handler
        self.owner = ""
        self.counted = 0

    async def read(self, limit: int, owner: str) -> bytes:
        """Return the body of who is asking; its announced length is checked before any of it is read."""
        self.owner = owner
        request = self._request
        if not request.body_exists:
            return b""
        length = request.content_length
        if length is not None and length > limit:
            raise _too_large(limit)
        self._go_on()
        data = await self._piece()
        if len(data) == length:
            return data
        body = bytearray(data)
        while data:
            if len(body) > limit:
                raise _too_large(limit)
            data = await self._piece()
            body += data
        return bytes(body)

    async def _piece(self) -> bytes:
        """Return what came, counted: what is only announced takes no memory from others.

        Raises GatewayError (408) where nothing comes.
        """
        content = self._request.content
        if content.is_eof():  # all of it is there
            data = await content.readany()
        else:
            silence = self._handler.longest_silence
            try:
                async with asyncio.timeout(silence):
                    data = await content.readany()
            except TimeoutError:
                raise GatewayError(f"The request did not go on for {silence:g} seconds", 408) from None
        self.take(len(data))
        return data

    def _go_on(self) -> None:
        """Tell a caller who waits for it that the body is welcome (RFC 9110 section 10.1.1)."""
        request, transport = self._request, self._request.transport
        waits = request.headers.get("Expect", "").lower() == "100-continue"
        if transport is not None and waits and request.version >= HttpVersion11:
            transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def take(self, size: int) -> None:
        """Count bytes that this request holds; raise GatewayError (503) beyond the limits."""
        self._handler.memory.take(self.owner, size, self.counted)
        self.counted += size


def _too_large(limit: int) -> Malformed:
    return Malformed(
        f"The request body is larger than {limit >> 20} MB (Settings > Upstream calls)", "body", 413
    )
