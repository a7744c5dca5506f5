"""MCP where gateways usually fail: who leaves, what breaks, what is resumed, revisions, other servers."""

import asyncio
import contextlib
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from tests.end_to_end.mcp_fixture import client, fixture_server, reference_server
from tests.end_to_end.mcp_place import (
    Place,
    add_servers,
    call,
    initialize,
    messages,
    place,
    reference,
)
from tests.end_to_end.program import eventually

__all__ = ["place"]
pytestmark = pytest.mark.slow
MODERN = "2026-07-28"


def begin(
    place: Place, body: dict[str, Any], proxy: str = "fixture", **headers: str
) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    """Send a request and return once the first bytes of its stream are there."""
    connection = http.client.HTTPConnection("127.0.0.1", place.program.port, timeout=60)
    named = {"Authorization": f"Bearer {place.ana}", "Content-Type": "application/json", **headers}
    named["Accept"] = "application/json, text/event-stream"
    connection.request("POST", f"/{proxy}/mcp", json.dumps(body).encode(), named)
    answer = connection.getresponse()
    assert answer.status == 200
    assert answer.getheader("x-accel-buffering") == "no"
    while b"begun" not in answer.readline():
        pass
    return connection, answer


def waiting(id: int, seconds: float) -> dict[str, Any]:
    body = call("wait", id=id, seconds=seconds)
    body["params"]["_meta"] = {"progressToken": id}
    return body


def test_in_older_revisions_the_work_goes_on_without_its_client(place: Place) -> None:
    session = place.session()
    connection, answer = begin(place, waiting(1, 0.5), **{"Mcp-Session-Id": session})
    answer.close()
    connection.close()
    row = place.row(method="tools/call", target="wait")
    assert row["outcome"] == "success"
    assert "client left" in row["detail"]["timeline_ms"]


def modern(method: str, params: dict[str, Any], id: int = 1) -> dict[str, Any]:
    meta = {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "hand", "version": "1"},
    }
    return {
        "jsonrpc": "2.0",
        "id": id,
        "method": method,
        "params": {**params, "_meta": {**meta, "progressToken": 1}},
    }


def test_in_the_newest_revision_leaving_is_cancelling(place: Place) -> None:
    before = len(place.rows())
    body = modern("tools/call", {"name": "wait", "arguments": {"seconds": 60}})
    headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": "wait"}
    connection, answer = begin(place, body, **headers)
    answer.close()
    connection.close()

    def abandoned() -> list[dict[str, Any]]:
        return [row for row in place.rows()[before:] if row["outcome"] == "abandoned"]

    row = eventually(abandoned)[0]
    assert (row["target"], row["detail"]["protocol_version"]) == ("wait", MODERN)


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
def test_each_older_revision_is_negotiated_end_to_end(place: Place, version: str) -> None:
    session = place.session(version=version)
    status, headers, body = place.post(call("add", a=1, b=2), session)
    assert status == 200
    assert messages(body, headers["content-type"])[-1]["id"] == 1
    assert place.row(exchange_id=headers["x-gateway-request-id"])["detail"]["protocol_version"] == version


async def modern_results(url: str, key: str) -> list[str]:
    """Return what the official client gets in the newest revision."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(url, http_client=http), mode=MODERN) as session,
    ):
        results: list[object] = [
            await session.list_tools(),
            await session.call_tool("add", {"a": 1, "b": 2}),
            await session.call_tool("test_error_handling", {}),
            await session.call_tool("test_tool_with_progress", {}),
            await session.read_resource("test://static-text"),
            await session.get_prompt("test_simple_prompt"),
        ]
        try:
            await session.call_tool("no_such_tool", {})
        except MCPError as error:
            results.append(error)
    return list(map(str, results))


def test_the_newest_revision_is_the_same_through_the_gateway(place: Place) -> None:
    through = asyncio.run(modern_results(place.url(), place.ana))
    assert through == asyncio.run(modern_results(place.direct, ""))
    row = place.row(method="tools/call", target="add")
    assert row["detail"]["protocol_version"] == MODERN


def test_errors_of_the_newest_revision_keep_their_status(place: Place) -> None:
    cases: list[tuple[str, dict[str, Any], str, int, int]] = [
        ("no/such", {}, MODERN, 404, -32601),
        ("tools/list", {}, "2099-01-01", 400, -32022),
    ]
    for method, params, version, status, code in cases:
        body = modern(method, params)
        body["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = version
        sent = json.dumps(body).encode()
        named = {
            "Authorization": f"Bearer {place.ana}",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": version,
            "Mcp-Method": method,
        }
        got, _, answer = place.program.post("/fixture/mcp", sent, **named)
        assert (got, json.loads(answer)["error"]["code"]) == (status, code)


def test_a_stream_that_the_server_closes_is_resumed_and_the_call_is_one_row(place: Place) -> None:
    async def ask() -> str:
        async with client(place.url(), place.ana) as session:
            return str(await session.call_tool("test_reconnection", {}))

    before = len(place.rows())
    assert "Reconnection test completed" in asyncio.run(ask())
    calls = [row for row in place.rows()[before:] if row["target"] == "test_reconnection"]
    assert [row["outcome"] for row in calls] == ["success"]


def test_a_server_that_dies_in_the_middle_of_a_call_is_an_error_and_one_row(
    place: Place, tmp_path: Path
) -> None:
    with fixture_server(tmp_path, "--forgetful") as origin:
        add_servers(place.program, dying=f"{origin}/mcp")
        eventually(lambda: place.program.post("/dying/mcp", b"{}")[0] == 401)
        status, headers, _ = place.post(initialize("2025-06-18"), proxy="dying")
        assert status == 200
        session = headers["mcp-session-id"]
        connection, stream = begin(place, waiting(5, 60), "dying", **{"Mcp-Session-Id": session})
    with contextlib.closing(connection), stream:
        last = messages(stream.read(), "text/event-stream")[-1]
    assert (last["id"], last["error"]["code"]) == (5, -32010)
    row = place.row(proxy="dying", method="tools/call")
    assert (row["target"], row["outcome"]) == ("wait", "failed")
    status, _, body = place.post(call("add", a=1, b=2), session, proxy="dying")
    assert (status, json.loads(body)["id"]) == (502, 1)


@pytest.fixture(scope="module")
def everything(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run the reference server on both transports."""
    with reference_server(tmp_path_factory.mktemp("everything")) as (streamable, older):
        direct = {"everything": streamable, "everything-sse": older}
        add_servers(place.program, **direct)
        eventually(lambda: place.program.post("/everything-sse/mcp", b"{}")[0] == 401)
        yield direct


@pytest.mark.parametrize("name", ["everything", "everything-sse"])
def test_the_reference_server_is_the_same_through_the_gateway(
    place: Place, everything: dict[str, str], name: str
) -> None:
    url = f"{place.program.base}/{name}/{'sse' if name.endswith('sse') else 'mcp'}"
    through = asyncio.run(reference(url, place.ana))
    assert through == asyncio.run(reference(everything[name], ""))


def test_a_connection_is_tried_by_listing_the_tools(place: Place) -> None:
    for proxy in ("fixture", "legacy"):
        tried = place.program.json("proxy", "test", proxy)
        assert "tools" in json.dumps(tried)
        assert "test_simple_text" in json.dumps(tried)


def test_a_server_of_the_newest_revision_alone_is_tried_and_used(place: Place, tmp_path: Path) -> None:
    with fixture_server(tmp_path, "--modern") as origin:
        add_servers(place.program, modern=f"{origin}/mcp")
        eventually(lambda: place.program.post("/modern/mcp", b"{}")[0] == 401)
        tried = eventually(lambda: place.program.json("proxy", "test", "modern"))
        assert "fixture speaks MCP 2026-07-28" in tried["steps"]
        assert "test_simple_text" in json.dumps(tried)
        through = asyncio.run(modern_results(place.url("modern"), place.ana))
        assert through == asyncio.run(modern_results(f"{origin}/mcp", ""))


def test_a_stream_is_silent_for_longer_than_any_answer_may_be(place: Place) -> None:
    place.program.run("settings", "set", "upstream.read_timeout", "1")
    try:
        session = place.session()
        connection = http.client.HTTPConnection("127.0.0.1", place.program.port, timeout=60)
        named = {
            "Authorization": f"Bearer {place.ana}",
            "Mcp-Session-Id": session,
            "Accept": "text/event-stream",
        }
        connection.request("GET", "/fixture/mcp", headers=named)
        answer = connection.getresponse()
        slow = waiting(1, 3.0)
        status, _, body = place.post(slow, session)
        assert (status, b"waited" in body) == (200, True)
        connection.sock.settimeout(0.2)
        with pytest.raises(TimeoutError):  # it is open still, and nothing was said
            answer.fp.read1(1)
        answer.close()
        connection.close()
    finally:
        place.program.run("settings", "set", "upstream.read_timeout", "600")


def test_a_stream_opens_at_once_and_is_no_row(place: Place) -> None:
    session = place.session()
    before = len(place.rows())
    connection = http.client.HTTPConnection("127.0.0.1", place.program.port, timeout=60)
    named = {"Authorization": f"Bearer {place.ana}", "Mcp-Session-Id": session, "Accept": "text/event-stream"}
    connection.request("GET", "/fixture/mcp", headers=named)
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Content-Type")) == (200, "text/event-stream")
    answer.close()
    connection.close()
    assert len(place.rows()) == before
