"""Every transport upstream by every transport downstream: clients get what the server gives directly."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.session import ClientSession
from mcp.client.stdio import stdio_client
from mcp.shared.exceptions import MCPError

from tests.end_to_end.mcp_fixture import REFERENCE, ROOT, client, node, reference_server
from tests.end_to_end.mcp_place import (
    Place,
    add_servers,
    answers_by_every_transport,
    elicited,
    everything,
    place,
    reference,
    sampled,
)
from tests.end_to_end.program import PROGRAM, eventually
from tests.fakes.asking_mcp import Asking

__all__ = ["place"]
ANSWERS: dict[str, Any] = {"sampling_callback": sampled, "elicitation_callback": elicited}
pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("proxy", "transport"), [("fixture", "sse"), ("legacy", "mcp")])
def test_a_server_is_reached_by_the_other_transport_too(place: Place, proxy: str, transport: str) -> None:
    before = len(place.rows())
    through = asyncio.run(everything(f"{place.program.base}/{proxy}/{transport}", place.ana))
    assert through == asyncio.run(everything(place.direct_legacy if proxy == "legacy" else place.direct, ""))
    rows = [row for row in place.rows()[before:] if row["method"] == "tools/call"]
    assert len(rows) == 7
    assert {row["actor"] for row in rows} == {"ana@example.org"}
    assert [row["target"] for row in rows if row["outcome"] == "failed"] == ["test_error_handling"]


def test_a_client_answers_a_question_that_has_the_id_of_its_own_call(place: Place) -> None:
    async def asked(url: str) -> str:
        async with client(url, place.ana, elicitation_callback=elicited) as session:
            async with asyncio.timeout(20):
                answer = await session.call_tool("ask", {})
        return str(answer.content[0])

    with Asking() as asking:
        add_servers(place.program, asking=f"{asking.url}/sse")
        eventually(lambda: place.program.post("/asking/sse", b"{}")[0] == 401)
        through = asyncio.run(asked(f"{place.program.base}/asking/sse"))
        assert through == asyncio.run(asked(f"{asking.url}/sse"))
    assert place.row(target="ask", method="tools/call")["outcome"] == "success"


@pytest.fixture(scope="module")
def servers(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run the reference server in all its forms, behind three proxies."""
    with reference_server(tmp_path_factory.mktemp("everything")) as (streamable, older):
        direct = {"e-mcp": streamable, "e-sse": older}
        add_servers(place.program, **direct)
        place.program.run(
            "proxy", "add", "e-stdio", "--kind", "mcp", "--stdio", "--", node(), REFERENCE, "stdio"
        )
        eventually(lambda: place.program.post("/e-stdio/mcp", b"{}")[0] == 401)
        yield direct | {"e-stdio": REFERENCE}


async def directly(script: str) -> list[str]:
    server = StdioServerParameters(command=node(), args=[script, "stdio"])
    async with (
        stdio_client(server) as (reads, writes),
        ClientSession(reads, writes, **ANSWERS) as session,
    ):
        await session.initialize()
        return await reference_of(session)


async def reference_of(session: ClientSession) -> list[str]:
    """Return what the reference server says, without what changes by itself.

    It adds tools once it knows what its client can do: a moment after the session began.
    """
    async with asyncio.timeout(10):
        while not any(tool.name == "trigger-sampling-request" for tool in (await session.list_tools()).tools):
            await asyncio.to_thread(os.sched_yield)
    results: list[object] = [
        sorted(map(str, (await session.list_tools()).tools)),
        *await answers_by_every_transport(session),
    ]
    return list(map(str, results))


@pytest.mark.parametrize("transport", ["mcp", "sse"])
@pytest.mark.parametrize("name", ["e-mcp", "e-sse", "e-stdio"])
def test_the_reference_server_is_the_same_by_every_pair_of_transports(
    place: Place, servers: dict[str, str], name: str, transport: str
) -> None:
    url = f"{place.program.base}/{name}/{transport}"
    if name == "e-stdio":

        async def through() -> list[str]:
            async with client(url, place.ana, **ANSWERS) as session:
                return await reference_of(session)

        assert asyncio.run(through()) == asyncio.run(directly(servers[name]))
    else:
        assert asyncio.run(reference(url, place.ana)) == asyncio.run(reference(servers[name], ""))


def bridge(place: Place, name: str) -> StdioServerParameters:
    words = [*PROGRAM[1:], "connect", name, "--data", str(place.program.data)]
    environment = {"GATEWAY_DESKTOP_KEY": place.ana, "PYTHONPATH": str(ROOT)}
    return StdioServerParameters(command=PROGRAM[0], args=words, env=environment)


@pytest.mark.parametrize("name", ["fixture", "legacy", "e-stdio"])
def test_a_client_that_only_speaks_stdio_gets_the_same_with_a_key(
    place: Place, servers: dict[str, str], name: str
) -> None:
    async def asked(session: ClientSession) -> list[str]:
        if name == "e-stdio":
            return await reference_of(session)
        results: list[object] = [
            await session.list_tools(),
            await session.call_tool("add", {"a": 20, "b": 22}),
            await session.call_tool("test_error_handling", {}),
            await session.call_tool("test_sampling", {"prompt": "say"}),
            await session.call_tool("test_elicitation", {"message": "who?"}),
        ]
        return list(map(str, results))

    async def bridged() -> list[str]:
        async with (
            stdio_client(bridge(place, name)) as (reads, writes),
            ClientSession(reads, writes, **ANSWERS) as session,
        ):
            await session.initialize()
            return await asked(session)

    async def through() -> list[str]:
        async with client(place.url(name), place.ana, **ANSWERS) as session:
            return await asked(session)

    assert asyncio.run(bridged()) == asyncio.run(through())


def test_arguments_that_a_tool_wants_repeated_in_headers_are_so_for_a_client_of_stdio(place: Place) -> None:
    async def called() -> list[object]:
        async with Client(bridge(place, "fixture"), mode="2026-07-28") as session:
            await session.list_tools()
            return [
                (await session.call_tool("test_custom_headers", {"region": region})).structured_content
                for region in ("us-west1", " žluť ", "=?base64?eA==?=")
            ]

    assert asyncio.run(called()) == [
        {"result": f"{said}: "} for said in ("us-west1", " žluť ", "=?base64?eA==?=")
    ]


@pytest.mark.parametrize("name", ["fixture", "legacy"])
def test_a_client_of_stdio_outlives_the_gateway(place: Place, name: str) -> None:
    async def called() -> list[object]:
        async with (
            stdio_client(bridge(place, name)) as (reads, writes),
            ClientSession(reads, writes, **ANSWERS) as session,
        ):
            await session.initialize()
            said: list[object] = [await session.call_tool("add", {"a": 20, "b": 22})]
            await asyncio.to_thread(place.program.kill)
            with pytest.raises(MCPError, match="cannot be reached"):
                await session.call_tool("add", {"a": 20, "b": 22})
            await asyncio.to_thread(place.program.start)
            calls = [session.call_tool("test_sampling", {"prompt": str(number)}) for number in range(4)]
            said += [await session.call_tool("add", {"a": 20, "b": 22}), *await asyncio.gather(*calls)]
            return said

    before, after, *sampled = asyncio.run(called())
    assert str(before) == str(after) and "42" in str(after)
    assert ["sampled words" in str(answer) for answer in sampled] == [True] * 4


async def refused(place: Place, proxy: str) -> str:
    """Return what a client of `connect` is told that cannot begin."""
    async with (
        stdio_client(bridge(place, proxy)) as (reads, writes),
        ClientSession(reads, writes) as session,
    ):
        with pytest.raises(MCPError) as told:
            await session.initialize()
        return str(told.value)


def test_a_client_of_a_proxy_that_is_not_there_is_told_so(place: Place) -> None:
    assert asyncio.run(refused(place, "nowhere")) == (
        "The gateway answered with status 404: Gateway Desktop has no proxy 'nowhere' at this address"
    )


def test_a_client_of_a_proxy_of_models_is_told_what_was_answered(place: Place) -> None:
    place.program.run("proxy", "add", "models-only", "--kind", "llm", "--upstream", "http://127.0.0.1:9")
    eventually(lambda: place.program.post("/models-only/mcp", b"{}")[0] == 401)
    said = asyncio.run(refused(place, "models-only"))
    assert said.startswith("The gateway answered with status 502: Gateway Desktop: ")


def repository(folder: Path) -> str:
    subprocess.run(["git", "init", "-q", str(folder)], check=True, timeout=60)
    (folder / "file.txt").write_text("content\n", encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize("transport", ["mcp", "sse"])
@pytest.mark.parametrize("server", ["time", "git"])
def test_a_server_that_others_wrote_is_the_same_through_the_gateway(
    place: Place, tmp_path: Path, server: str, transport: str
) -> None:
    if server == "time":
        said = {"source_timezone": "Europe/Prague", "time": "12:30", "target_timezone": "Asia/Tokyo"}
        words = [sys.executable, "-m", "mcp_server_time", "--local-timezone", "UTC"]
        calls = [("convert_time", said), ("convert_time", said | {"time": "no time"})]
    else:
        where = {"repo_path": repository(tmp_path)}
        words = [sys.executable, "-m", "mcp_server_git", "--repository", str(tmp_path)]
        calls = [(name, where) for name in ("git_status", "git_diff_unstaged", "git_log")]
    name = f"{server}-{transport}"
    place.program.run("proxy", "add", name, "--kind", "mcp", "--stdio", "--", *words)
    eventually(lambda: place.program.post(f"/{name}/mcp", b"{}")[0] == 401)

    async def seen(session: ClientSession) -> list[Any]:
        return [await session.list_tools(), *[await session.call_tool(tool, said) for tool, said in calls]]

    async def direct() -> list[Any]:
        parameters = StdioServerParameters(command=words[0], args=words[1:])
        async with stdio_client(parameters) as (reads, writes), ClientSession(reads, writes) as session:
            await session.initialize()
            return await seen(session)

    async def through() -> list[Any]:
        async with client(f"{place.program.base}/{name}/{transport}", place.ana) as session:
            return await seen(session)

    assert asyncio.run(through()) == asyncio.run(direct())
