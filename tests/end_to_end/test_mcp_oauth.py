"""The official MCP client signs its person in at an MCP proxy, knowing nothing but the address."""

import asyncio
import contextlib
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
from tests.end_to_end.mcp_fixture import fixture_server
from tests.end_to_end.program import Program
from tests.fakes.token_memory import TokenMemory
from tests.gateway.oauth.conftest import at_the_desk
from tests.gateway.oauth.person import EMAIL, LOCAL, PASSWORD, Person, told

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("mcp-oauth")
    with fixture_server(folder) as direct, fixture_server(folder, "--sse") as legacy:
        program = Program(folder / "data")
        with at_the_desk(program.data) as services:
            for name, upstream in (("tools", f"{direct}/mcp"), ("legacy", f"{legacy}/sse")):
                services.proxies.add(NewProxy(name, upstream, kind="mcp")).result()
                services.oauth_proxies.enable(name).result()
            services.people.add_user(EMAIL, "Ana").result()
            services.passwords.set_password(EMAIL, PASSWORD).result()
        with program.serving():
            yield program


def sign_in(base: str, url: str) -> OAuthClientProvider:
    answers: list[AuthorizationCodeResult] = []

    async def browse(address: str) -> None:
        answer = await asyncio.to_thread(Person(base).sign_in, address)
        answers.append(AuthorizationCodeResult(**told(answer)))

    async def come_back() -> AuthorizationCodeResult:
        return answers.pop()

    metadata = OAuthClientMetadata(client_name="Tools", redirect_uris=[AnyUrl(LOCAL)])
    return OAuthClientProvider(url, metadata, TokenMemory(), browse, come_back)


@contextlib.asynccontextmanager
async def session(base: str, url: str) -> AsyncIterator[ClientSession]:
    auth = sign_in(base, url)
    async with contextlib.AsyncExitStack() as stack:
        if url.endswith("/sse"):
            streams = await stack.enter_async_context(sse_client(url, auth=auth))
        else:
            http = await stack.enter_async_context(httpx2.AsyncClient(auth=auth, timeout=60))
            streams = await stack.enter_async_context(streamable_http_client(url, http_client=http))
        opened = await stack.enter_async_context(ClientSession(streams[0], streams[1]))
        await opened.initialize()
        yield opened


@pytest.mark.parametrize("path", ["tools/mcp", "legacy/sse"])
def test_a_client_signs_in_and_its_calls_bear_the_persons_name(program: Program, path: str) -> None:
    async def run() -> str:
        async with session(program.base, f"{program.base}/{path}") as opened:
            return str(await opened.call_tool("add", {"a": 20, "b": 22}))

    assert "42" in asyncio.run(run())
    proxy = path.partition("/")[0]
    found = program.newest("mcp", target="add", proxy=proxy)
    assert found["actor"] == EMAIL and found["principal_kind"] == "oauth"
