"""MCP through the gateway as a process: the official client in front, the official server behind."""

import asyncio
import json

import httpx2
import pytest
from mcp.shared.exceptions import MCPError
from mcp.types import (
    Implementation,
    TextContent,
)

from tests.end_to_end.mcp_fixture import client
from tests.end_to_end.mcp_place import (
    Place,
    call,
    everything,
    messages,
    place,
    sampled,
)
from tests.end_to_end.program import eventually
from tests.fakes.mcp_http import LARGE

__all__ = ["place"]
pytestmark = pytest.mark.slow


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


def test_only_the_answer_to_initialize_names_a_session(place: Place) -> None:
    """The server names a new one where it refuses a request without; some clients would go on with that."""
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    direct = httpx2.get(place.direct, headers=headers)
    assert (direct.status_code, "mcp-session-id" in direct.headers) == (400, True)
    through = httpx2.get(place.url(), headers={**headers, "Authorization": f"Bearer {place.ana}"})
    assert (through.status_code, "mcp-session-id" in through.headers) == (400, False)
    session = place.session()
    assert place.post(call("add", a=1, b=2), session)[1]["mcp-session-id"] == session


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
    [nonsense] = [row for row in rows if not row["method"]]
    assert (nonsense["outcome"], nonsense["error"]) == ("failed", "The method must be a text")
    rows.remove(nonsense)
    assert {row["app"] for row in rows} == {"hand 1"}
    assert sorted(row["method"] for row in rows) == [
        "notifications/roots/list_changed",
        "tools/call",
        "tools/call",
    ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, -32700),
        (b"[]", 400, -32600),
        (b'{"jsonrpc":"2.0","id":1}', 400, -32600),
        (b'{"jsonrpc":"2.0","id":1e400,"method":"ping"}', 400, -32600),
        (
            b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","name":"echo"}}',
            400,
            -32700,
        ),
        (b'{"jsonrpc":"2.0","id":1,"Method":"tools/call","method":"ping"}', 400, -32600),
        (b'[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":1,"method":"ping"}]', 400, -32600),
        (
            b'[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":"1","method":"ping"}]',
            400,
            -32600,
        ),
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
