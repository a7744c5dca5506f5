"""MCP through the gateway as a process: the official client in front, the official server behind."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError
from mcp.types import (
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequestParams,
    ElicitResult,
    Implementation,
    TextContent,
)

from tests.end_to_end.mcp_fixture import client, fixture_server
from tests.end_to_end.program import Program, eventually
from tests.fakes.mcp_http import LARGE

pytestmark = pytest.mark.slow


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
        out = self.program.run("audit", "--tab", "mcp", "--format", "jsonl")
        return sorted((json.loads(line) for line in out.splitlines()), key=lambda row: int(row["id"]))

    def row(self, **fields: str) -> dict[str, Any]:
        """Return the newest row with these values, once it is there."""

        def found() -> dict[str, Any] | None:
            rows = [row for row in self.rows() if all(row[name] == value for name, value in fields.items())]
            return rows[-1] if rows else None

        return eventually(found)

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
        program.start()
        yield Place(program, ana, bo, f"{direct}/mcp", f"{legacy}/sse")
        program.stop()


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


@pytest.mark.parametrize("proxy", ["fixture", "legacy"])
def test_the_official_client_gets_the_same_through_the_gateway(place: Place, proxy: str) -> None:
    direct = place.direct_legacy if proxy == "legacy" else place.direct
    through = asyncio.run(everything(place.url(proxy), place.ana))
    assert through == asyncio.run(everything(direct, ""))
    assert sum("Completed step" in heard for heard in through) == 3


@pytest.mark.parametrize("proxy", ["fixture", "legacy"])
def test_every_exchange_is_one_row_with_its_user_and_tool(place: Place, proxy: str) -> None:
    async def ask(key: str, number: int) -> None:
        options = {"sampling_callback": sampled, "client_info": Implementation(name="tool", version="3")}
        async with client(place.url(proxy), key, **options) as session:
            await session.call_tool("add", {"a": number, "b": 1})
            await session.call_tool("test_error_handling", {})
            await session.call_tool("test_sampling", {"prompt": f"number {number}"})

    before = len(place.rows())
    asyncio.run(ask(place.ana, 1))
    asyncio.run(ask(place.bo, 2))
    rows = place.rows()[before:]
    for person in ("ana@example.org", "bo@example.org"):
        mine = [row for row in rows if row["actor"] == person]
        calls = [(row["target"], row["outcome"]) for row in mine if row["method"] == "tools/call"]
        assert sorted(calls) == [
            ("add", "success"),
            ("test_error_handling", "failed"),
            ("test_sampling", "success"),
        ]
        asked = [row for row in mine if row["method"] == "sampling/createMessage"]
        assert [row["outcome"] for row in asked] == ["success"]
        assert asked[0]["detail"]["direction"] == "from server"
        assert {row["session"] for row in mine if row["method"] == "tools/call"} == {asked[0]["session"]}
    assert {row["app"] for row in rows} == {"tool 3"}
    added = next(row for row in rows if row["target"] == "add" and row["actor"] == "bo@example.org")
    assert json.loads(added["detail"]["parameters"]) == {"a": 2, "b": 1}
    failed = next(row for row in rows if row["outcome"] == "failed")
    assert failed["detail"]["is_error"] is True
    assert failed["detail"]["server"] == "fixture 1.0"
    assert "Error executing tool" in failed["error"]


def test_ten_megabytes_pass(place: Place) -> None:
    async def ask() -> str:
        async with client(place.url(), place.ana) as session:
            result = await session.call_tool("large", {})
            assert isinstance(result.content[0], TextContent)
            return result.content[0].text

    assert asyncio.run(ask()) == "x" * LARGE


def test_another_persons_session_does_not_exist_and_the_try_is_recorded(place: Place) -> None:
    session = place.session()
    assert place.post(call("add", a=1, b=2), session)[0] == 200
    status, headers, body = place.post(call("add", id=7, a=1, b=2), session, key=place.bo)
    assert (status, json.loads(body)["id"]) == (404, 7)
    row = place.row(exchange_id=headers["x-gateway-request-id"])
    assert (row["actor"], row["outcome"], row["block_reason"]) == ("bo@example.org", "blocked", "access")
    assert row["app"] != "hand 1"
    assert place.post(call("add", a=1, b=2), "no-such-session")[0] == 404


def test_a_batch_is_looked_at_item_by_item(place: Place) -> None:
    session = place.session(version="2025-03-26")
    batch = [
        call("add", id=1, a=1, b=2),
        {"jsonrpc": "2.0", "method": "notifications/roots/list_changed"},
        call("add", id=2, a=3, b=4),
        {"jsonrpc": "2.0", "id": 3, "method": 5},
    ]
    status, headers, body = place.post(batch, session)
    assert status == 200
    answers = {answer["id"]: answer for answer in messages(body, headers["content-type"])}
    assert [answers[id]["result"]["structuredContent"]["result"] for id in (1, 2)] == [3, 7]
    assert answers[3]["error"]["code"] == -32600
    rows = [row for row in place.rows() if row["exchange_id"] == headers["x-gateway-request-id"]]
    assert {row["app"] for row in rows} == {"hand 1"}
    assert sorted(row["method"] for row in rows) == [
        "notifications/roots/list_changed",
        "tools/call",
        "tools/call",
    ]


def messages(body: bytes, content_type: str) -> list[dict[str, Any]]:
    if content_type.startswith("application/json"):
        found = json.loads(body)
        return found if isinstance(found, list) else [found]
    lines = [line[5:].strip() for line in body.splitlines() if line.startswith(b"data:")]
    return [json.loads(line) for line in lines if line]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, -32700),
        (b"[]", 400, -32600),
        (b'{"jsonrpc":"2.0","id":1}', 400, -32600),
        (
            b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","name":"echo"}}',
            400,
            -32700,
        ),
        (b'{"jsonrpc":"2.0","id":1,"Method":"tools/call","method":"ping"}', 400, -32600),
    ],
)
def test_what_cannot_be_understood_is_refused_in_json_rpc(
    place: Place, body: bytes, status: int, code: int
) -> None:
    got, headers, answer = place.program.post("/fixture/mcp", body, Authorization=f"Bearer {place.ana}")
    assert (got, json.loads(answer)["error"]["code"]) == (status, code)
    assert place.row(exchange_id=headers["x-gateway-request-id"])["outcome"] == "failed"


def test_a_header_that_says_another_thing_than_the_body_is_refused(place: Place) -> None:
    body = json.dumps(call("add", a=1, b=2)).encode()
    for header in ({"Mcp-Method": "ping"}, {"Mcp-Name": "echo"}, {"Mcp-Name": "=?base64?ZWNobw==?="}):
        named = {"Authorization": f"Bearer {place.ana}", **header}
        status, _, answer = place.program.post("/fixture/mcp", body, **named)
        assert (status, json.loads(answer)["error"]["code"], json.loads(answer)["id"]) == (400, -32020, 1)


def test_without_a_credential_the_answer_is_401_in_json_rpc(place: Place) -> None:
    status, headers, body = place.program.post("/fixture/mcp", json.dumps(call("add")).encode())
    assert (status, json.loads(body)["error"]["code"]) == (401, -32001)
    assert "www-authenticate" in headers


def test_a_forbidden_tool_is_neither_listed_nor_called(place: Place) -> None:
    program = place.program

    async def listed(proxy: str) -> list[str]:
        async with client(place.url(proxy), place.ana) as session:
            return [tool.name for tool in (await session.list_tools()).tools]

    async def refused(proxy: str) -> str:
        async with client(place.url(proxy), place.ana) as session:
            with pytest.raises(MCPError) as caught:
                await session.call_tool("large", {})
            return caught.value.error.message

    everything = asyncio.run(listed("fixture"))
    allowed = [tool for tool in everything if not tool.startswith("test_") and tool != "large"]
    words = ("--group", "team", "--tool", "*", "--tool", "!test_*", "--tool", "!large")
    for proxy in ("fixture", "legacy"):
        program.run("proxy", "allow", proxy, *words)
        try:
            eventually(lambda proxy=proxy: asyncio.run(listed(proxy)) == allowed)  # type: ignore[misc]
            assert "may not use tool 'large'" in asyncio.run(refused(proxy))
        finally:
            program.run("proxy", "set", proxy, "open=on")
        row = place.row(proxy=proxy, method="tools/call", target="large")
        assert (row["outcome"], row["block_reason"], row["actor"]) == ("blocked", "access", "ana@example.org")
        assert row["app"] == "mcp 0.1.0"  # as the SDK calls itself, where it is not told
        eventually(lambda proxy=proxy: asyncio.run(listed(proxy)) == everything)  # type: ignore[misc]
