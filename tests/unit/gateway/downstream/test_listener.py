"""Where nobody can listen, people are told so in words."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from errno import EADDRNOTAVAIL
from pathlib import Path

import pytest
from aiohttp import web

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.traffic_settings import Listen
from gateway_desktop.gateway.downstream.certificates import Certificate
from gateway_desktop.gateway.downstream.listener import Listener, follow


async def nobody(_request: web.BaseRequest) -> web.StreamResponse:
    return web.Response()


async def opened(listen: Listen, folder: Path) -> None:
    listener = Listener(web.Server(nobody), folder)
    try:
        await listener.open(listen)
    finally:
        await listener.end()


def test_an_address_that_is_another_machines_is_told_of_in_words(tmp_path: Path) -> None:
    listen = Listen(host="203.0.113.5", port=28_941, tls_ends_in_front=True)
    with pytest.raises(Unavailable) as caught:
        asyncio.run(opened(listen, tmp_path))
    assert str(caught.value) == f"Cannot listen on 203.0.113.5 port 28941: {os.strerror(EADDRNOTAVAIL)}"


def test_a_caller_that_never_begins_tls_is_left_soon(tmp_path: Path) -> None:
    async def work() -> None:
        listener = Listener(web.Server(nobody), tmp_path, handshake=0.05)
        await listener.open(Listen(host="0.0.0.0", port=0))
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
        await listener.end()

    asyncio.run(asyncio.wait_for(work(), 4))


async def test_files_of_a_certificate_that_cannot_be_used_are_told_of_once(
    tmp_path: Path, expect_log: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    expect_log("cannot be used")
    looks: asyncio.Queue[None] = asyncio.Queue()

    class Watched(Certificate):
        def reload(self) -> bool:
            looks.put_nowait(None)
            return super().reload()

    certificate = Watched(Listen(host="192.0.2.7"), tmp_path)
    (tmp_path / "certificate.pem").write_bytes(b"")
    os.utime(tmp_path / "certificate.pem", (1, 1))
    watch = asyncio.create_task(follow(certificate, 0))
    for _ in range(5):
        await looks.get()
    watch.cancel()
    assert caplog.text.count("the one loaded before stays") == 1
