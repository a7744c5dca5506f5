"""A stream of an MCP server or an agent that stays open: it is for who may use the proxy still."""

import asyncio
import json
import queue
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from gateway_desktop.services.proxy_values import NewProxy
from tests.end_to_end.program import Program, eventually
from tests.fakes.loop_server import LoopServer
from tests.gateway.oauth.conftest import at_the_desk
from tests.gateway.oauth.person import EMAIL, Application, add_ana

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
_ENDPOINT = b"event: endpoint\ndata: /message\n\n"
_FIRST = b'data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n'


class Speaker(LoopServer):
    """Opens a stream to whoever asks, and says on all of them what the test says."""

    def __enter__(self) -> "Speaker":
        self._streams: list[asyncio.StreamWriter] = []
        return super().__enter__()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        writer.write(_HEAD + (_ENDPOINT if b" /sse " in asked else _FIRST))
        self._streams.append(writer)
        try:
            await reader.read()
        finally:
            self._streams.remove(writer)
            writer.close()

    def say(self, text: str) -> None:
        params = {"level": "info", "data": text}
        event = json.dumps({"jsonrpc": "2.0", "method": "notifications/message", "params": params})

        def write() -> None:
            for stream in self._streams:
                stream.write(f"data: {event}\n\n".encode())

        self._loop.call_soon_threadsafe(write)


class Listener:
    """A client's open stream, read by a thread; the end of it is a line of nothing."""

    def __init__(self, url: str, token: str) -> None:
        self._lines: queue.Queue[str] = queue.Queue()
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            with httpx.stream("GET", self._url, headers=self._headers, timeout=60) as answer:
                for line in answer.iter_lines():
                    if line.startswith("data:"):
                        self._lines.put(line)
        except httpx.HTTPError:
            pass
        self._lines.put("")

    def next(self) -> str:
        return self._lines.get(timeout=60)


@pytest.fixture(scope="module")
def speaker() -> Iterator[Speaker]:
    with Speaker() as speaker:
        yield speaker


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, speaker: Speaker) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("signed-out") / "data")
    with at_the_desk(program.data) as services:
        for name in ("mcp", "sse"):
            services.proxies.add(NewProxy(name, f"{speaker.url}/{name}", kind="mcp")).result()
            services.oauth_proxies.enable(name).result()
        services.proxies.add(NewProxy("agent", speaker.url, kind="a2a")).result()
        services.oauth_proxies.enable("agent").result()
        add_ana(services)
    with program.serving():
        yield program


def expire(data: Path) -> None:
    with closing(sqlite3.connect(data / "gateway.sqlite")) as database, database:
        database.execute("UPDATE oauth_token SET expires_us = 1 WHERE refresh = 0")


def listening(program: Program, proxy: str, token: str) -> Listener:
    path = "tasks/seven:subscribe" if proxy == "agent" else proxy
    listener = Listener(f"{program.base}/{proxy}/{path}", token)
    assert listener.next()
    return listener


@pytest.mark.parametrize("proxy", ["mcp", "sse", "agent"])
def test_an_open_stream_ends_with_its_session_and_not_with_its_token(
    program: Program, speaker: Speaker, proxy: str
) -> None:
    application = Application(program.base, proxy=proxy)
    tokens = application.tokens()
    listener = listening(program, proxy, tokens["access_token"])
    expire(program.data)
    speaker.say("for Ana")
    assert "for Ana" in listener.next()
    assert application.ask_at("revoke", token=tokens["refresh_token"]).status_code == 200
    speaker.say("for Ana no more")
    assert all("for Ana" not in line for line in iter(listener.next, ""))  # agents' say why


def test_an_open_stream_ends_with_its_key(program: Program, speaker: Speaker) -> None:
    made = program.json("key", "create", "--user", EMAIL)

    def refused() -> bool:
        answer = httpx.post(f"{program.base}/mcp/mcp", headers={"Authorization": f"Bearer {made['key']}"})
        return answer.status_code == 401

    eventually(lambda: not refused())  # it sees what another process changed within two seconds
    listener = listening(program, "mcp", made["key"])
    program.run("key", "revoke", made["prefix"])
    eventually(refused)
    speaker.say("for Ana no more")
    assert listener.next() == ""
