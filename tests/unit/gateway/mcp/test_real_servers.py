"""Servers that others wrote, directly and through the port: equal."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import StdioServerParameters
from mcp.client.client import Client

from tests.fakes.stdio_session import command, serving

pytestmark = pytest.mark.slow


async def seen(server: Any, calls: list[tuple[str, dict[str, Any]]]) -> list[Any]:
    async with Client(server, mode="legacy") as client:
        return [await client.list_tools(), *[await client.call_tool(name, said) for name, said in calls]]


def compare(arguments: tuple[str, ...], calls: list[tuple[str, dict[str, Any]]]) -> None:
    async def both() -> None:
        direct = await seen(StdioServerParameters(command=arguments[0], args=list(arguments[1:])), calls)
        async with serving(command(*arguments, variables=())) as (_, url):
            assert await seen(url, calls) == direct

    asyncio.run(both())


def test_the_server_of_time() -> None:
    said = {"source_timezone": "Europe/Prague", "time": "12:30", "target_timezone": "Asia/Tokyo"}
    calls = [("convert_time", said), ("convert_time", said | {"time": "no time"})]
    compare((sys.executable, "-m", "mcp_server_time", "--local-timezone", "UTC"), calls)


def test_the_server_of_git(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, timeout=60)
    (tmp_path / "file.txt").write_text("content\n", encoding="utf-8")
    place = {"repo_path": str(tmp_path)}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("git_status", place),
        ("git_diff_unstaged", place),
        ("git_log", place),
    ]
    compare((sys.executable, "-m", "mcp_server_git", "--repository", str(tmp_path)), calls)
