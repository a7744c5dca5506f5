"""Commands as MCP servers: the official client, directly and through the loopback port, gets the same."""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from mcp import StdioServerParameters
from mcp.client.client import Client
from mcp.types import CreateMessageResult, ElicitResult, TextContent

from tests.fakes.stdio_session import (
    ACCEPT,
    ARGUMENTS,
    HERE,
    INITIALIZE,
    answered,
    beginning,
    command,
    events,
    serving,
)


async def sampled(_context: Any, params: Any) -> CreateMessageResult:
    text = f"the model heard {params.messages[0].content.text}"
    return CreateMessageResult(role="assistant", content=TextContent(type="text", text=text), model="none")


async def elicited(_context: Any, _params: Any) -> ElicitResult:
    return ElicitResult(action="accept", content={"colour": "green"})


async def everything(server: Any, mode: str) -> list[Any]:
    """Return all that a client can see of the server."""
    seen: list[Any] = []

    async def progressed(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, total, message))

    async with Client(server, mode=mode, sampling_callback=sampled, elicitation_callback=elicited) as client:  # type: ignore[arg-type]  # a string of the tests
        seen += [(await client.list_tools()).tools, (await client.list_prompts()).prompts]
        seen += [(await client.list_resources()).resources, await client.read_resource("note://one")]
        seen.append(await client.get_prompt("greet", {"name": "Ana"}))
        seen.append(await client.call_tool("steps", {"count": 3}, progress_callback=progressed))
        for name, arguments in (
            ("echo", {"text": "žluťoučký 🐎\r\n\u2028"}),
            ("big", {"kilobytes": 3000}),
            ("fail", {}),
            ("where", {}),
            ("no such tool", {}),
        ):
            seen.append(await client.call_tool(name, arguments))
        if mode == "legacy":
            seen.append(await client.call_tool("ask_model", {"question": "why"}))
            seen.append(await client.call_tool("ask_person", {}))
    return seen


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_the_official_client_sees_the_same_directly_and_through_the_port(mode: str) -> None:
    os.environ.setdefault("PYTHONPATH", str(HERE))
    parameters = StdioServerParameters(
        command=ARGUMENTS[0],
        args=list(ARGUMENTS[1:]),
        cwd=str(HERE),
        env={"PYTHONPATH": os.environ["PYTHONPATH"]},
    )
    direct = await everything(parameters, mode)
    async with serving(command()) as (_, url):
        assert await everything(url, mode) == direct


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_a_client_that_only_speaks_stdio_sees_the_same_through_the_bridge(mode: str) -> None:
    async with serving(command()) as (_, url):
        base, _, name = url.rpartition("/")
        arguments = ["-m", "gateway_desktop", "connect", name, "--url", base, "--key-env", "KEY"]
        environment = {"PYTHONPATH": os.environ["PYTHONPATH"], "KEY": "gwd_none"}
        bridge = StdioServerParameters(command=ARGUMENTS[0], args=arguments, cwd=str(HERE), env=environment)
        assert await everything(bridge, mode) == await everything(url, mode)


async def test_the_official_client_takes_a_large_answer_that_is_not_there_at_once() -> None:
    """Of an event of a stream it takes 1 MB."""

    async with serving(command()) as (_, url), Client(url, mode="legacy") as client:
        answer = await client.call_tool("big", {"kilobytes": 1100, "seconds": 1.2})
        assert isinstance(said := answer.content[0], TextContent) and len(said.text) == 1100 << 10


async def test_a_stream_that_has_something_to_say_begins_with_it() -> None:
    """The empty event of 2025-11-25 is a place to resume while there is no other; some clients fail at it."""
    offered = {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    }
    opening = {**INITIALIZE, "params": offered}
    params = {"name": "steps", "arguments": {"count": 1}, "_meta": {"progressToken": "mine"}}
    body = {"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": params}

    async with serving(command()) as (_, url), aiohttp.ClientSession() as client:
        async with client.post(url, json=opening, headers=ACCEPT) as answer:
            headers = {**ACCEPT, "Mcp-Session-Id": answer.headers["Mcp-Session-Id"]}
            assert (await answered(answer))["result"]["protocolVersion"] == "2025-11-25"
        async with client.post(url, json=body, headers=headers) as answer:
            found = events(await answer.text())
    assert [one.get("method", one.get("id")) for _, one in found] == ["notifications/progress", 5]


FAILING = """
import json, subprocess, sys
for line in sys.stdin:
    asked = json.loads(line)
    if asked["method"] == "tools/call":
        subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], stdin=subprocess.DEVNULL)
        sys.exit(3)
    if "id" in asked:
        server = {"name": "s", "version": "1"}
        about = {"protocolVersion": "2025-06-18", "capabilities": {}, "serverInfo": server}
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": about}), flush=True)
"""


async def test_a_command_that_fails_is_over_though_what_it_started_holds_its_output_open(
    expect_log: Callable[[str], None],
) -> None:
    expect_log("The command of fake ended by itself")

    served = serving(command(sys.executable, "-c", FAILING))
    async with (
        asyncio.timeout(20),
        served as (_, url),
        beginning(url) as session,
        session.call("any") as answer,
    ):
        assert "status 3" in (await answered(answer))["error"]["message"]
