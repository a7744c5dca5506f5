"""A large answer is counted as memory in use for as long as its caller does not take it."""

import asyncio
import socket
import tracemalloc

from aiohttp import web

from gateway_desktop.gateway.downstream.client_stream import HttpClientStream

LARGE, SMALL = b"x" * (16 << 20), b"x" * 1000


async def asked(body: bytes) -> tuple[list[int], bool, int]:
    """Return what was counted, whether the exchange waited for its caller, and how much that got."""
    counted: list[int] = []
    written, ended = asyncio.Event(), asyncio.Event()

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        client = HttpClientStream(request, "id", counted.append)
        await client.whole(200, [], body)
        written.set()
        await client.finish()
        ended.set()
        assert client.response is not None
        return client.response

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    with socket.socket() as caller:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        caller.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(caller, runner.addresses[0])
        await loop.sock_sendall(caller, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await written.wait()
        head = await loop.sock_recv(caller, 1)
        waited, taken = not ended.is_set(), len(head)
        while not ended.is_set() or taken < len(body):
            taken += len(await loop.sock_recv(caller, 1 << 20))
    await runner.cleanup()
    return counted, waited, taken


def test_a_large_answer_counts_until_it_was_taken() -> None:
    counted, waited, taken = asyncio.run(asyncio.wait_for(asked(LARGE), 4))
    assert (counted, waited) == ([len(LARGE)], True)
    assert taken >= len(LARGE)  # of the head, too, as far as it came before


def test_a_small_answer_waits_for_nobody() -> None:
    counted, waited, _ = asyncio.run(asyncio.wait_for(asked(SMALL), 4))
    assert (counted, waited) == ([], False)


async def begun(*pieces: bytes) -> list[bool]:
    """Return after each piece of an answer whether it had begun by then."""
    told: list[bool] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        client = HttpClientStream(request, "id", lambda _: None)
        await client.begin(200, [], None)
        for piece in pieces:
            await client.write(piece)
            told.append(client.first_byte_at is not None)
        await client.finish()
        assert client.response is not None
        return client.response

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    reader, writer = await asyncio.open_connection(*runner.addresses[0])
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    await reader.read()
    writer.close()
    await runner.cleanup()
    return told


def test_what_only_keeps_the_line_alive_begins_no_answer() -> None:
    """So DeepSeek and OpenRouter do while a request waits its turn."""
    waits = (b": OPENROUTER PROCESSING\n\n", b"\r\n", b" \n")
    assert asyncio.run(begun(*waits, b"data: {}\n\n")) == [False, False, False, True]
    assert asyncio.run(begun(waits[0] + b"data: {}\n\n")) == [True]


def test_megabytes_of_comments_are_not_cut_into_lines() -> None:
    tracemalloc.start()
    try:
        asyncio.run(asyncio.wait_for(begun(b":ab\n" * (1 << 18)), 4))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
