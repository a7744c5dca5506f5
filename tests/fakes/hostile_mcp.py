"""A server that means harm: what it answers to a tool's call is the harm of that name, byte for byte."""

import json
import threading
from itertools import count
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

ELSEWHERE = "http://169.254.169.254/latest/meta-data"
ODD = (
    b'{ "result" : {"content":[], "_meta":{"x.example/y":[1.0,1e3,"\\u00e9"]},  "unheardOf":{"a":null}},'
    b'"jsonrpc":"2.0",\t"id": %d }'
)
DEPTH = 200_000
FLOOD = 5_000
TOOLS = 20_000
CROWD = 70_000


def _answer(id: object, text: str) -> bytes:
    result = {"content": [{"type": "text", "text": text}]}
    return json.dumps({"jsonrpc": "2.0", "id": id, "result": result}).encode()


def _whole(body: bytes, status: str = "200 OK", *headers: str, kind: str = "application/json") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body


def _stream(*events: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    return head + b"".join(b"data: " + event + b"\n\n" for event in events)


def harm(name: str, id: int) -> bytes:
    """Return what is answered."""
    told = json.dumps(
        {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progress": 1}}
    ).encode()
    good = _answer(id, "fine")
    match name:
        case "redirect":
            return _whole(b"", "307 Temporary Redirect", f"Location: {ELSEWHERE}")
        case "cut off":
            return _whole(good)[:-20]
        case "no json":
            return _whole(b'{"jsonrpc":"2.0","id":1,"result":{"content":[')
        case "deep":
            nested = b"[" * DEPTH + b"]" * DEPTH
            return _whole(b'{"jsonrpc":"2.0","id":%d,"result":{"content":%s}}' % (id, nested))
        case "deep event":
            return _stream(b"[" * DEPTH + b"]" * DEPTH, good)
        case "crowded" | "crowded event":  # each of its tools has three objects
            tools = b",".join([b'{"inputSchema":{"properties":{}}}'] * CROWD)
            body = b'{"jsonrpc":"2.0","id":%d,"result":{"tools":[%s]}}' % (id, tools)
            return _stream(body) if name == "crowded event" else _whole(body)
        case "flood":
            return _stream(*[told] * FLOOD, good)
        case "silent":  # it never answers
            return _stream(told)
        case "other ids":
            others = [_answer(other, "not asked for") for other in (id + 1, f"{id}.", id + 0.5, None, [id])]
            return _stream(*others, good)
        case "text id":  # clients of the official SDKs take it for the number
            return _whole(_answer(str(id), "fine"))
        case "text id event":
            return _stream(_answer(str(id), "fine"))
        case "byte order mark":
            return _whole(b"\xef\xbb\xbf" + good)
        case "too large a number" | "no number":
            number = b"1e400" if name == "too large a number" else b"NaN"
            result = b'{"content":[{"type":"text","text":"fine"}],"structuredContent":{"n":%s}}' % number
            return _whole(b'{"jsonrpc":"2.0","id":%d,"result":%s}' % (id, result))
        case "batch of one":
            return _whole(b"[%s]" % good)
        case "batch of one event":
            return _stream(b"[%s]" % good)
        case "batch":
            return _whole(b"[%s,%s]" % (told, good))
        case "for another":
            return _whole(_answer(id + 1, "not asked for"))
        case "forbidden":  # as servers that look at the host they are called by say it
            return _whole(b"Access is only allowed at localhost:8931", "403 Forbidden", kind="text/plain")
        case "nothing":
            return _whole(b"")
        case "twice":
            return _stream(good, _answer(id, "once more"))
        case "no http":
            return b"\x00\x01\x02 what?\r\n\r\n"
        case "header":
            return _whole(good, "200 OK", f"X-Long: {'x' * 200_000}")
        case "line in header":
            return _whole(good, "200 OK", "X-Odd: a\r\n folded\r\n more")
        case "other session":
            return _whole(good, "200 OK", "Mcp-Session-Id: of-somebody-else")
        case "cookie":
            return _whole(good, "200 OK", "Set-Cookie: gateway=taken", "X-Gateway-Request-Id: made-up")
        case "packed":
            return _stream(good).replace(b"\r\n", b"\r\nContent-Encoding: gzip\r\n", 1)
        case "length":
            return _whole(good).replace(b"Content-Length: ", b"Content-Length: 5\r\nContent-Length: ")
        case "odd":
            return _whole(ODD % id)
        case _:
            return _whole(good)


class Hostile:
    """Listens on loopback while the block lasts."""

    def __init__(self) -> None:
        self.endpoint = "/message"  # of the older transport: what its stream begins with
        self.stays = False  # whether that stream goes on, until it is closed
        self.streams = True  # whether GET opens a stream; otherwise nothing is found there
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.body = b""  # of the latest request
        self._sessions = count(1)
        there = self

        class Handler(StreamRequestHandler):
            def handle(self) -> None:
                there._handle(self)

        ThreadingTCPServer.allow_reuse_address = True
        self._server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def _handle(self, handler: StreamRequestHandler) -> None:
        method, path, _ = handler.rfile.readline().decode("latin-1").split(" ", 2)
        headers: dict[str, str] = {}
        while line := handler.rfile.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = handler.rfile.read(int(headers.get("content-length", "0")))
        message = json.loads(body) if body else {}
        self.body = body
        self.asked.append((f"{method} {path}", headers, message))
        if path.startswith("/moved") and not path.endswith("/"):
            handler.wfile.write(_whole(b"", "307 Temporary Redirect", f"Location: {path}/"))
        elif path.startswith("/always/"):  # to whatever is asked
            handler.wfile.write(harm(path[8:].replace("-", " "), message.get("id", 0)))
        elif method == "GET" and not self.streams:
            handler.wfile.write(_whole(b"", "404 Not Found"))
        elif method == "GET":
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
            handler.wfile.write(head + f"event: endpoint\ndata: {self.endpoint}\n\n".encode())
            if self.stays:
                handler.rfile.read()
        elif message.get("method") == "initialize":
            result = {
                "protocolVersion": "2025-06-18",
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "h"},
            }
            said = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode()
            handler.wfile.write(_whole(said, "200 OK", f"Mcp-Session-Id: s{next(self._sessions)}"))
        elif message.get("method") == "tools/list":
            tools = [{"name": f"tool-{number}", "inputSchema": {"type": "object"}} for number in range(TOOLS)]
            listed = {"jsonrpc": "2.0", "id": message["id"], "result": {"tools": tools}}
            handler.wfile.write(_whole(json.dumps(listed).encode()))
        else:
            name = message.get("params", {}).get("name", "")
            older = name == "silent" and method == "POST" and path.startswith("/message")
            handler.wfile.write(_whole(b"", "202 Accepted") if older else harm(name, message.get("id", 0)))
            if name == "silent" and not older:
                handler.rfile.read()

    def __enter__(self) -> "Hostile":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
