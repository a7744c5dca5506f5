"""A command behind the running gateway: rows, a death in a call, nothing left after kill -9; real files."""

import asyncio
import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import StdioServerParameters
from mcp.client.session import ClientSession
from mcp.client.stdio import stdio_client

from tests.end_to_end.mcp_fixture import PACKAGES, client, node
from tests.end_to_end.program import Program
from tests.fakes.stdio_session import ARGUMENTS, HERE, answered, beginning, gone, pids_of, run

pytestmark = pytest.mark.slow


def test_calls_of_a_command_are_rows_and_it_dies_with_the_gateway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", str(HERE)))
    program = Program(tmp_path / "data")
    where = ("--stdio", "--cwd", str(HERE), "--env", "PYTHONPATH")
    program.run("proxy", "add", "fake", "--kind", "mcp", *where, "--", *ARGUMENTS)
    key = program.add_user("ana@example.org")
    program.start()

    async def work() -> None:
        async with beginning(f"{program.base}/fake/mcp", key) as session:
            assert await session.result("echo", text="through") == "through"
            async with session.call("die") as answer:
                assert "error" in await answered(answer)
        async with beginning(f"{program.base}/fake/mcp", key) as session:
            pids = await pids_of(session)
            program.kill()
            await gone(*pids)

    run(work)
    rows = [row for row in program.rows(tab="mcp") if "die" in str(row)]
    assert [row["outcome"] for row in rows] == ["failed"]


def test_a_command_that_is_not_there_is_named_to_caller_row_and_proxy(tmp_path: Path) -> None:
    program = Program(tmp_path / "data")
    program.run("proxy", "add", "gone", "--kind", "mcp", "--stdio", "--", "no-such-command-anywhere")
    key = program.add_user("ana@example.org")
    program.start()
    initialize = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "c", "version": "1"},
    }
    asked = {"jsonrpc": "2.0", "id": 7, "method": "initialize", "params": initialize}
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json, text/event-stream"}
    answer = httpx.post(f"{program.base}/gone/mcp", json=asked, headers=headers, timeout=60)
    sentence = "There is no command 'no-such-command-anywhere' on this machine"
    assert (answer.status_code, answer.json()["id"]) == (502, 7)
    assert answer.json()["error"]["message"].startswith(f"Gateway Desktop: {sentence}")
    (row,) = program.rows(tab="mcp")
    assert (row["outcome"], row["error"]) == ("failed", sentence)
    program.stop()


def test_the_server_of_files_gives_the_same_directly_and_through_the_gateway(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("one\ntwo\n", encoding="utf-8")
    entry = str(PACKAGES / "server-filesystem" / "dist" / "index.js")
    calls: tuple[tuple[str, dict[str, Any]], ...] = (
        ("read_text_file", {"path": f"{folder}/a.txt"}),
        ("read_text_file", {"path": f"{folder}/a.txt", "head": 1}),
        ("list_directory", {"path": str(folder)}),
        ("search_files", {"path": str(folder), "pattern": "*.txt"}),
        ("read_text_file", {"path": "/etc/hostname"}),  # outside: an error of the tool's
        ("write_file", {"path": f"{folder}/deep/b.txt", "content": "three"}),
    )

    async def seen(session: ClientSession) -> list[Any]:
        return [await session.list_tools(), *[await session.call_tool(name, said) for name, said in calls]]

    async def direct() -> list[Any]:
        server = StdioServerParameters(command=node(), args=[entry, str(folder)])
        async with stdio_client(server) as (reads, writes), ClientSession(reads, writes) as session:
            await session.initialize()
            return await seen(session)

    async def through(url: str, key: str) -> list[Any]:
        async with client(url, key) as session:
            return await seen(session)

    program = Program(tmp_path / "data")
    program.run("proxy", "add", "files", "--kind", "mcp", "--stdio", "--", node(), entry, str(folder))
    key = program.add_user("ana@example.org")
    program.start()
    try:
        assert asyncio.run(through(f"{program.base}/files/mcp", key)) == asyncio.run(direct())
        rows = [row for row in program.rows(tab="mcp") if row["method"] == "tools/call"]
        assert [row["target"] for row in rows] == [name for name, _ in calls]
        assert [row["outcome"] for row in rows].count("failed") == 1
    finally:
        program.stop()
    assert (folder / "deep" / "b.txt").read_text(encoding="utf-8") == "three"
