"""A gateway in front of the official MCP server, two people who use it, and what an official client says."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from mcp.client.session import ClientSession
from mcp.types import (
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequestParams,
    ElicitResult,
    TextContent,
)

from tests.end_to_end.mcp_fixture import client, fixture_server
from tests.end_to_end.program import Program


@dataclass
class Place:
    """A gateway with MCP proxies, the keys of two people, and the servers' own addresses."""

    program: Program
    ana: str
    bo: str
    direct: str
    direct_legacy: str

    def url(self, proxy: str = "fixture") -> str:
        return f"{self.program.base}/{proxy}/{'sse' if proxy == 'legacy' else 'mcp'}"

    def rows(self) -> list[dict[str, Any]]:
        return self.program.rows(tab="mcp")

    def row(self, **fields: str) -> dict[str, Any]:
        return self.program.newest("mcp", **fields)

    def post(
        self, message: object, session: str = "", key: str = "", proxy: str = "fixture"
    ) -> tuple[int, dict[str, str], bytes]:
        headers = {
            "Authorization": f"Bearer {key or self.ana}",
            "Accept": "application/json, text/event-stream",
        }
        if session:
            headers |= {"Mcp-Session-Id": session}
        return self.program.post(f"/{proxy}/mcp", json.dumps(message).encode(), **headers)

    def session(self, key: str = "", version: str = "2025-06-18") -> str:
        """Initialize by hand and return the session's id."""
        status, headers, _ = self.post(initialize(version), key=key)
        assert status == 200
        return headers["mcp-session-id"]


def initialize(version: str) -> dict[str, Any]:
    params = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "hand", "version": "1"}}
    return {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}


def call(tool: str, id: int = 1, **arguments: object) -> dict[str, Any]:
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("mcp")
    with fixture_server(folder) as direct, fixture_server(folder, "--sse") as legacy:
        program = Program(folder / "data")
        add_servers(program, fixture=f"{direct}/mcp", legacy=f"{legacy}/sse")
        ana = program.add_user("ana@example.org", "--name", "Ana")
        bo = program.add_user("bo@example.org", "--name", "Bo")
        with program.serving():
            yield Place(program, ana, bo, f"{direct}/mcp", f"{legacy}/sse")


def add_servers(program: Program, **upstreams: str) -> None:
    for name, upstream in upstreams.items():
        program.run("proxy", "add", name, "--kind", "mcp", "--upstream", upstream)


async def sampled(_context: object, params: CreateMessageRequestParams) -> CreateMessageResult:
    return CreateMessageResult(
        role="assistant", content=TextContent(type="text", text="sampled words"), model="m"
    )


async def elicited(_context: object, params: ElicitRequestParams) -> ElicitResult:
    return ElicitResult(action="accept", content={"response": "said by a person"})


async def everything(url: str, key: str) -> list[str]:
    """Return what the official client gets of every kind of request."""
    heard: list[str] = []

    async def logged(params: object) -> None:
        heard.append(str(params))

    async def counted(progress: float, total: float | None, message: str | None) -> None:
        heard.append(f"{progress} of {total}: {message}")

    options = {
        "sampling_callback": sampled,
        "elicitation_callback": elicited,
        "logging_callback": logged,
    }
    async with client(url, key, **options) as session:
        results: list[object] = [
            await session.list_tools(),
            await session.call_tool("add", {"a": 20, "b": 22}),
            await session.call_tool("test_error_handling", {}),
            await session.call_tool("test_multiple_content_types", {}),
            await session.call_tool("test_tool_with_logging", {}),
            await session.call_tool("test_tool_with_progress", {}, progress_callback=counted),
            await session.call_tool("test_sampling", {"prompt": "say"}),
            await session.call_tool("test_elicitation", {"message": "who?"}),
            await session.list_resources(),
            await session.list_resource_templates(),
            await session.read_resource("test://static-binary"),
            await session.list_prompts(),
            await session.get_prompt("test_prompt_with_arguments", {"arg1": "x", "arg2": "y"}),
            await session.send_ping(),
        ]
    return [*map(str, results), *heard]


def messages(body: bytes, content_type: str) -> list[dict[str, Any]]:
    if content_type.startswith("application/json"):
        found = json.loads(body)
        return found if isinstance(found, list) else [found]
    lines = [line[5:].strip() for line in body.splitlines() if line.startswith(b"data:")]
    return [json.loads(line) for line in lines if line]


async def reference(url: str, key: str) -> list[str]:
    """Return what the reference server says, without what changes by itself."""
    async with client(url, key, sampling_callback=sampled) as session:
        tools = await session.list_tools()
        results: list[object] = [
            tools,
            await session.call_tool("get-sum", {"a": 1, "b": 2}),
            await session.call_tool("get-tiny-image", {}),
            *await answers_by_every_transport(session),
        ]
    return list(map(str, results))


async def answers_by_every_transport(session: ClientSession) -> list[object]:
    """Return what the reference server answers, whoever its client is."""
    return [
        await session.call_tool("echo", {"message": "hello"}),
        await session.call_tool("get-structured-content", {"location": "Chicago"}),
        await session.call_tool("trigger-long-running-operation", {"duration": 0.2, "steps": 2}),
        await session.call_tool("trigger-sampling-request", {"prompt": "x", "maxTokens": 5}),
        await session.list_prompts(),
        await session.list_resource_templates(),
    ]
