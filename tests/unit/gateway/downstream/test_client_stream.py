"""A large answer is counted as memory in use for as long as its caller does not take it."""

import asyncio
import socket

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
    assert taken > len(LARGE)


def test_a_small_answer_waits_for_nobody() -> None:
    counted, waited, _ = asyncio.run(asyncio.wait_for(asked(SMALL), 4))
    assert (counted, waited) == ([], False)
