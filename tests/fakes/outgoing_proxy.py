"""An outgoing proxy as companies have them: CONNECT, to one server whatever the name."""

import asyncio
from dataclasses import dataclass, field

from tests.fakes.loop_server import LoopServer


@dataclass
class OutgoingProxy(LoopServer):
    """Leads every tunnel to a port of this machine and keeps what was asked for."""

    port_behind: int
    asked: list[str] = field(default_factory=list)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head.split(b"\r\n", 1)[0].decode())
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", self.port_behind)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(_copy(reader, behind_writer), _copy(behind_reader, writer))
        finally:
            writer.close()
            behind_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
