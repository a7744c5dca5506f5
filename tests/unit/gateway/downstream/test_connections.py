"""Callers who send heads without end, say nothing, or do not take what they asked for."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any

import pytest
from aiohttp import web

from gateway_desktop.gateway.downstream.connections import LARGEST_HEAD, Connections

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Pair]]


def on_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    @wraps(test)
    def run(**given: Any) -> None:
        asyncio.run(test(**given))

    return run


@asynccontextmanager
async def served(
    body: bytes = b"here", *, most: int = 100, stands_still: float = 60.0
) -> AsyncIterator[tuple[asyncio.Event, Connections, Connect]]:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        await request.read()
        response = web.StreamResponse(headers={"Content-Length": str(len(body))})
        await response.prepare(request)
        try:
            await response.write(body)
            await response.write_eof()
        finally:
            ended.set()
        return response

    ended = asyncio.Event()
    server = Connections(
        answer, most=most, stands_still=stands_still, max_line_size=65536, max_field_size=65536
    )
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    opened: list[asyncio.StreamWriter] = []

    async def connect() -> Pair:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        opened.append(writer)
        return reader, writer

    try:
        yield ended, server, connect
    finally:
        for writer in opened:
            writer.close()
        await runner.cleanup()


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(HEAD + b"\r\n")
    await reader.readuntil(b"\r\n\r\n")
    return await reader.readexactly(4)


@pytest.mark.parametrize("before", [0, 1], ids=["first", "second"])
@on_a_loop
async def test_a_head_that_grows_without_end_is_refused(before: int) -> None:
    async with served() as (_, _, connect):
        reader, writer = await connect()
        for _ in range(before):
            assert await asked(reader, writer) == b"here"
        head = HEAD + b"".join(b"X-%d: %s\r\n" % (at, b"a" * 60_000) for at in range(3))
        writer.write(head[: LARGEST_HEAD + 1])
        assert (await reader.readline()).startswith(b"HTTP/1.1 431 ")
        assert b"Connection: close" in await reader.read()


@on_a_loop
async def test_a_large_head_and_a_body_that_is_larger_pass() -> None:
    async with served() as (_, _, connect):
        reader, writer = await connect()
        for _ in range(2):
            writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Large: " + b"a" * 60_000)
            await writer.drain()
            body = b"b" * (3 * LARGEST_HEAD)
            writer.write(b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
            assert await reader.readexactly(4) == b"here"


@on_a_loop
async def test_who_says_nothing_makes_room_and_who_was_answered_before_stays() -> None:
    async with served(most=20) as (_, server, connect):
        known = await connect()
        assert await asked(*known) == b"here"
        silent = [await connect() for _ in range(40)]
        assert await asked(*await connect()) == b"here"
        assert len(server.connections) <= 21
        assert await silent[0][0].read() == b""  # closed
        assert await asked(*known) == b"here"


@on_a_loop
async def test_a_reader_that_stands_still_is_left() -> None:
    async with served(b"x" * (32 << 20), stands_still=0.2) as (ended, _, connect):
        _, writer = await connect()
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(HEAD + b"\r\n")
        await asyncio.wait_for(ended.wait(), 4)


@on_a_loop
async def test_a_reader_that_is_slow_but_goes_on_gets_all() -> None:
    async with served(b"x" * (4 << 20), stands_still=0.5) as (_, _, connect):
        reader, writer = await connect()
        writer.write(HEAD + b"Connection: close\r\n\r\n")
        total = 0
        while data := await reader.read(128 * 1024):
            total += len(data)
            await asyncio.sleep(0.02)
        assert total > 4 << 20


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b"Missing 'Host' header in request."),
        (HEAD + b"X-Key: secret\0\r\n\r\n", b"Invalid header value char."),
        (HEAD + b"X-Key: " + b"secret" * 20_000 + b"\r\n\r\n", b"Got more than 65536 bytes when reading."),
    ],
)
@on_a_loop
async def test_what_is_no_http_is_told_no_version_and_nothing_of_what_came(
    sent: bytes, said: bytes, expect_log: Callable[[str], None]
) -> None:
    expect_log("Error handling request from 127.0.0.1")  # which the gateway's own filter leaves out
    async with served() as (_, _, connect):
        reader, writer = await connect()
        writer.write(sent)
        answer = await asyncio.wait_for(reader.read(), 60)
    assert answer.endswith(b"\r\n\r\n" + said)
    assert b"Server: gateway-desktop\r\n" in answer
    assert b"aiohttp" not in answer and b"Python" not in answer and b"secret" not in answer
