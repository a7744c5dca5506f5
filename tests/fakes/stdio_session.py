"""A command behind the loopback port, and a session with it by hand, for tests."""

import asyncio
import json
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.stdio_command import StdioCommand
from gateway_desktop.gateway.mcp.stdio import StdioServers
from tests.end_to_end.program import eventually

HERE = Path(__file__).parents[2]
ARGUMENTS = (sys.executable, "-m", "tests.fakes.stdio_server")
SECRET = "shh-" + "not-for-logs-0123456789"
SEALED = {
    "FAKE_TOKEN": Secret(SECRET),
    "FAKE_PAT": Secret("glpat-" + "a8Kd93jfKd83jdKs92kd"),
    "FAKE_DSN": Secret("https://3f786850e387" + "550fdab836@errors.example/12"),
    "DOCS_URL": Secret("https://docs.example.com/en"),
    "PROJECTS": Secret("/home/me/projects/main"),
}
ACCEPT = {"Accept": "application/json, text/event-stream"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": "first",
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    },
}


def command(*arguments: str, variables: tuple[str, ...] = ("PYTHONPATH",)) -> StdioCommand:
    return StdioCommand(arguments or ARGUMENTS, str(HERE), variables)


@asynccontextmanager
async def serving(stdio: StdioCommand, idle: float = 1800.0) -> AsyncIterator[tuple[StdioServers, str]]:
    os.environ.setdefault("PYTHONPATH", str(HERE))
    servers = StdioServers()
    servers.idle_seconds = idle
    proxy = Proxy(id="p1", name="fake", kind=Kind.MCP, upstream="", stdio=stdio)
    await servers.obey({"fake": proxy}, {"p1": SEALED})
    try:
        yield servers, servers.url("p1")
    finally:
        await servers.close()


class Session:
    """One MCP session over HTTP, by hand."""

    def __init__(self, client: aiohttp.ClientSession, url: str) -> None:
        self.client = client
        self.url = url
        self.headers = dict(ACCEPT)
        self._next = 0

    async def begin(self) -> None:
        async with self.client.post(self.url, json=INITIALIZE, headers=self.headers) as answer:
            assert answer.status == 200, await answer.text()
            self.headers["Mcp-Session-Id"] = answer.headers["Mcp-Session-Id"]
            assert (await answered(answer))["id"] == "first"
        await self.note("notifications/initialized")

    async def note(self, method: str, **params: Any) -> None:
        body = {"jsonrpc": "2.0", "method": method, "params": params}
        async with self.client.post(self.url, json=body, headers=self.headers) as answer:
            assert answer.status == 202

    def call(self, tool: str, **arguments: Any) -> Any:
        self._next += 1
        params = {"name": tool, "arguments": arguments}
        body = {"jsonrpc": "2.0", "id": self._next, "method": "tools/call", "params": params}
        return self.client.post(self.url, json=body, headers=self.headers)

    async def result(self, tool: str, **arguments: Any) -> str:
        async with self.call(tool, **arguments) as answer:
            assert answer.status == 200
            return str((await answered(answer))["result"]["content"][0]["text"])


@asynccontextmanager
async def beginning(servers_url: str, key: str = "") -> AsyncIterator[Session]:
    async with aiohttp.ClientSession() as client:
        session = Session(client, servers_url)
        if key:
            session.headers["Authorization"] = f"Bearer {key}"
        await session.begin()
        yield session


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be noticed does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


async def gone(*pids: int) -> None:
    """Wait until none of them runs."""
    await asyncio.to_thread(eventually, lambda: not any(alive(pid) for pid in pids), 20)


async def answered(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """Return the last message of an answer, whichever form it has."""
    text = await answer.text()
    if answer.content_type == "application/json":
        return dict(json.loads(text))
    return events(text)[-1][1]


def event(text: str) -> tuple[str, dict[str, Any]]:
    """Return name and data of one event."""
    fields = dict(line.split(": ", 1) for line in text.strip().splitlines())
    return fields["id"], json.loads(fields["data"])


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a stream."""
    return [event(one) for one in text.split("\n\n") if one.strip()]


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run it as the gateway does: on uvloop, in a thread that is not the first."""
    errors: list[BaseException] = []

    def inside() -> None:
        try:
            uvloop.run(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            errors.append(error)

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]


async def pids_of(session: Session) -> list[int]:
    async with session.call("pids") as answer:
        return list((await answered(answer))["result"]["structuredContent"]["result"])
