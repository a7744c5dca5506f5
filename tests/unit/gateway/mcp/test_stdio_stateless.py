"""A command in the revision without sessions: what HTTP demands there, and that no caller harms another."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway_desktop.gateway.mcp import stdio_answer
from tests.end_to_end.mcp_fixture import PACKAGES, node
from tests.fakes.stdio_session import ACCEPT, INITIALIZE, command, run, serving

ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
VERSION = {"MCP-Protocol-Version": "2026-07-28"}
LIST = {**ACCEPT, **VERSION, "Mcp-Method": "tools/list"}


def message(method: str, meta: dict[str, Any] | None, **params: Any) -> dict[str, Any]:
    given = params if meta is None else {**params, "_meta": meta}
    return {"jsonrpc": "2.0", "id": "one", "method": method, "params": given}


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (message("tools/list", None), LIST, 400, -32602),
        (message("tools/list", {"io.modelcontextprotocol/clientCapabilities": {}}), LIST, 400, -32602),
        (message("tools/list", {**ENVELOPE, next(iter(ENVELOPE)): 7}), LIST, 400, -32602),
        (message("tools/list", ENVELOPE), ACCEPT | {"Mcp-Method": "tools/list"}, 400, -32020),
        (message("tools/list", ENVELOPE), ACCEPT | VERSION, 400, -32020),
        (message("tools/call", ENVELOPE, name="echo"), LIST | {"Mcp-Method": "tools/call"}, 400, -32020),
        ({**INITIALIZE, "id": "one"}, LIST | {"Mcp-Method": "initialize"}, 404, -32601),
    ],
)
async def test_what_is_not_as_it_must_be_is_refused_and_the_next_call_works(
    body: dict[str, Any], headers: dict[str, str], status: int, code: int
) -> None:
    async with serving(command()) as (_, url), aiohttp.ClientSession() as client:
        async with client.post(url, json=body, headers=headers) as answer:
            error = await answer.json()
            assert (answer.status, error["id"], error["error"]["code"]) == (status, "one", code)
        async with client.post(url, json=message("tools/list", ENVELOPE), headers=LIST) as answer:
            assert b'"resultType":"complete"' in await answer.read()


async def test_a_request_about_a_task_reaches_the_command_though_no_header_names_the_task() -> None:
    """Clients of the extension leave Mcp-Name out."""

    async with serving(command()) as (_, url), aiohttp.ClientSession() as client:
        asked = message("tasks/get", ENVELOPE, taskId="1")
        headers = LIST | {"Mcp-Method": "tasks/get"}
        async with client.post(url, json=asked, headers=headers) as answer:
            assert b"-32601" in await answer.read()  # it knows no tasks


async def test_a_stream_begins_with_the_first_message_that_is_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stdio_answer, "_SOON", 600.0)
    wanted = message("subscriptions/listen", ENVELOPE, notifications={"toolsListChanged": True})
    headers = LIST | {"Mcp-Method": "subscriptions/listen"}

    limit = aiohttp.ClientTimeout(total=30)
    async with (
        serving(command()) as (_, url),
        aiohttp.ClientSession(timeout=limit) as client,
        client.post(url, json=wanted, headers=headers) as answer,
    ):
        assert answer.content_type == "text/event-stream"
        await answer.content.readline()
        assert b"notifications/subscriptions/acknowledged" in await answer.content.readline()


@pytest.mark.slow
def test_a_command_of_older_revisions_is_started_once_for_who_asks_first_which_it_speaks(
    tmp_path: Path,
) -> None:
    entry = PACKAGES / "server-everything" / "dist" / "index.js"
    starts = tmp_path / "starts"
    script = f"echo one >> '{starts}'; exec '{node()}' '{entry}' stdio"
    older = command("sh", "-c", script)

    async def work() -> None:
        async with serving(older) as (_, url), aiohttp.ClientSession() as client:
            for _ in range(2):
                asked = message("server/discover", ENVELOPE)
                headers = LIST | {"Mcp-Method": "server/discover"}
                async with client.post(url, json=asked, headers=headers) as answer:
                    assert b"-32601" in await answer.read()
                async with client.post(url, json=INITIALIZE, headers=ACCEPT) as answer:
                    assert b'"serverInfo"' in await answer.read()
                    assert answer.headers["Mcp-Session-Id"]

    run(work)
    assert starts.read_text(encoding="utf-8").splitlines() == ["one", "one"]
