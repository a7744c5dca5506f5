"""A scripted upstream: a real server on loopback that keeps what it received and answers as it is told."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.fakes.loop_server import LoopServer


@dataclass
class Received:
    """One request, byte for byte."""

    method: str
    target: str
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: str) -> bytes | None:
        return next((value for known, value in self.headers if known.lower() == name.lower().encode()), None)


@dataclass
class Connection:
    """What a script answers through."""

    received: Received
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    upstream: "FakeUpstream"

    async def head(self, status: int = 200, *headers: tuple[str, str], length: int | None = None) -> None:
        """Send the status line and headers; without a length, the body follows in chunks."""
        lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers)]
        lines.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
        self.writer.write("\r\n".join([*lines, "", ""]).encode())
        await self.writer.drain()

    async def chunk(self, data: bytes) -> None:
        self.writer.write(b"%x\r\n" % len(data) + data + b"\r\n")
        await self.writer.drain()

    async def end(self) -> None:
        self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()

    async def whole(self, body: bytes, status: int = 200, *headers: tuple[str, str]) -> None:
        await self.head(status, *(headers or (("Content-Type", "application/json"),)), length=len(body))
        self.writer.write(body)
        await self.writer.drain()

    def reset(self) -> None:
        """Break the connection hard."""
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.writer.transport.abort()

    async def gone(self) -> float:
        """Return when the gateway had closed the connection."""
        await self.reader.read(1)
        at = time.monotonic()
        self.upstream.left.append(at)
        return at


Script = Callable[[Connection], Awaitable[None]]


@dataclass
class FakeUpstream(LoopServer):
    """Runs in a thread with a loop of its own; `script` decides every answer."""

    script: Script
    received: list[Received] = field(default_factory=list)
    left: list[float] = field(default_factory=list)
    go_on: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    tls: ssl.SSLContext | None = None

    async def signalled(self) -> None:
        """Wait until the test says so (`go_on.release()`)."""
        loop = asyncio.get_running_loop()
        assert await loop.run_in_executor(None, self.go_on.acquire, True, 60)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                received = await _request(reader)
                self.received.append(received)
                await self.script(Connection(received, reader, writer, self))
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> Received:
    method, target, _ = (await reader.readuntil(b"\r\n")).decode("latin-1").split(" ", 2)
    headers: list[tuple[bytes, bytes]] = []
    while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
        name, _, value = line.rstrip(b"\r\n").partition(b":")
        headers.append((name, value.strip(b" \t")))
    length = next((int(value) for name, value in headers if name.lower() == b"content-length"), 0)
    return Received(method, target, headers, await reader.readexactly(length))
