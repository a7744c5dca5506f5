"""A server of HTTP+SSE (2024-11-05) that asks back while a tool runs, with the id of the call."""

import asyncio
import json
from typing import Any

from tests.fakes.loop_server import LoopServer

_STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
_ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_INITIALIZED = {
    "protocolVersion": "2025-06-18",
    "capabilities": {"tools": {}},
    "serverInfo": {"name": "asking", "version": "1"},
}
_QUESTION = {"message": "Go on?", "requestedSchema": {"type": "object", "properties": {}}}


class Asking(LoopServer):
    """Every tool asks a person, with the id of the call, and answers with what was chosen."""

    def __init__(self) -> None:
        self._streams: list[asyncio.StreamWriter] = []

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, path, *_ = (await reader.readline()).split()
        length = 0
        while (line := await reader.readline()) != b"\r\n":
            name, _, value = line.lower().partition(b":")
            length = int(value) if name == b"content-length" else length
        if method == b"GET":
            self._streams.append(writer)
            writer.write(_STREAM + b"event: endpoint\ndata: /message/%d\n\n" % (len(self._streams) - 1))
            await reader.read()
        else:
            message = json.loads(await reader.readexactly(length))
            writer.write(_ACCEPTED)
            writer.write_eof()
            await reader.read()  # what comes next is said when the other side has read that
            said = self._said(message)
            if said is not None:
                event = {"jsonrpc": "2.0", "id": message["id"], **said}
                self._streams[int(path[9:])].write(f"data: {json.dumps(event)}\n\n".encode())
        writer.close()

    def _said(self, message: dict[str, Any]) -> dict[str, Any] | None:
        if "result" in message:
            return {"result": {"content": [{"type": "text", "text": message["result"]["action"]}]}}
        match message["method"]:
            case "initialize":
                return {"result": _INITIALIZED}
            case "tools/list":
                return {"result": {"tools": [{"name": "ask", "inputSchema": {"type": "object"}}]}}
            case "tools/call":
                return {"method": "elicitation/create", "params": _QUESTION}
        return None
