"""The official MCP client signs its person in at an MCP proxy, knowing nothing but the address."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.session import ClientSession
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata
from pydantic import AnyUrl

from gateway_desktop.services.proxy_values import NewProxy
from tests.end_to_end.mcp_fixture import fixture_server, process
from tests.end_to_end.mcp_place import initialize
from tests.end_to_end.program import Program, free_port
from tests.fakes.token_memory import TokenMemory
from tests.gateway.oauth.conftest import at_the_desk
from tests.gateway.oauth.person import EMAIL, LOCAL, Person, add_ana, told

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("mcp-oauth")
    port = free_port()
    refusing = [sys.executable, "-m", "tests.fakes.mcp_sign_in", str(port), EMAIL]
    with (
        fixture_server(folder) as direct,
        fixture_server(folder, "--sse") as legacy,
        process(refusing, port, folder / "refusing.log"),
    ):
        program = Program(folder / "data")
        upstreams = {"tools": f"{direct}/mcp", "legacy": f"{legacy}/sse"}
        upstreams |= {"refused": f"http://127.0.0.1:{port}/mcp"}
        with at_the_desk(program.data) as services:
            for name, upstream in upstreams.items():
                services.proxies.add(NewProxy(name, upstream, kind="mcp")).result()
                services.oauth_proxies.enable(name).result()
            add_ana(services)
        with program.serving():
            yield program


def sign_in(base: str, url: str, opened: list[str]) -> OAuthClientProvider:
    """`opened` gets the addresses at which the person is asked to sign in."""
    answers: list[AuthorizationCodeResult] = []

    async def browse(address: str) -> None:
        opened.append(address)
        answer = await asyncio.to_thread(Person(base).sign_in, address)
        answers.append(AuthorizationCodeResult(**told(answer)))

    async def come_back() -> AuthorizationCodeResult:
        return answers.pop()

    metadata = OAuthClientMetadata(client_name="Tools", redirect_uris=[AnyUrl(LOCAL)])
    return OAuthClientProvider(url, metadata, TokenMemory(), browse, come_back)


@contextlib.asynccontextmanager
async def session(base: str, url: str, opened: list[str]) -> AsyncIterator[ClientSession]:
    auth = sign_in(base, url, opened)
    async with contextlib.AsyncExitStack() as stack:
        if url.endswith("/sse"):
            streams = await stack.enter_async_context(sse_client(url, auth=auth))
        else:
            http = await stack.enter_async_context(httpx2.AsyncClient(auth=auth, timeout=60))
            streams = await stack.enter_async_context(streamable_http_client(url, http_client=http))
        session = await stack.enter_async_context(ClientSession(streams[0], streams[1]))
        await session.initialize()
        yield session


@pytest.mark.parametrize("path", ["tools/mcp", "legacy/sse"])
def test_a_client_signs_in_and_its_calls_bear_the_persons_name(program: Program, path: str) -> None:
    async def run() -> str:
        async with session(program.base, f"{program.base}/{path}", []) as opened:
            return str(await opened.call_tool("add", {"a": 20, "b": 22}))

    assert "42" in asyncio.run(run())
    proxy = path.partition("/")[0]
    found = program.newest("mcp", target="add", proxy=proxy)
    assert found["actor"] == EMAIL and found["principal_kind"] == "oauth"


def test_nobody_signs_in_again_because_the_upstream_refuses_the_gateways_own_credential(
    program: Program,
) -> None:
    opened: list[str] = []
    url = f"{program.base}/refused/mcp"
    headers = {"Accept": "application/json, text/event-stream"}

    async def run() -> list[httpx2.Response]:
        async with httpx2.AsyncClient(auth=sign_in(program.base, url, opened), timeout=60) as http:
            return [await http.post(url, json=initialize("2025-06-18"), headers=headers) for _ in range(2)]

    answers = asyncio.run(run())
    assert [answer.status_code for answer in answers] == [502, 502]
    assert all("refuses the gateway's own credential" in answer.text for answer in answers)
    assert len(opened) == 1
    rows = [row for row in program.rows(tab="mcp") if row["proxy"] == "refused" and row["actor"] == EMAIL]
    assert [row["outcome"] for row in rows] == ["failed", "failed"]
