"""`connect` without a key: its person signs in with a browser once, and stays signed in."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mcp.client.session import ClientSession
from mcp.client.stdio import StdioServerParameters, stdio_client

from tests.end_to_end.mcp_fixture import ROOT, with_sign_in
from tests.end_to_end.program import PROGRAM, Program, eventually
from tests.gateway.oauth.conftest import at_the_desk
from tests.gateway.oauth.person import EMAIL

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Place:
    """A gateway, and another data folder from which `connect` reaches it."""

    program: Program
    own: Path
    log: Path

    @property
    def url(self) -> str:
        return f"{self.program.base}/tools/mcp"

    def sum(self) -> str:
        """Add two numbers through a new `connect` process."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "BROWSER": f"{sys.executable} -m tests.fakes.browser {self.log} %s",
        }
        words = ["-m", "gateway_desktop", "connect", "tools", "--url", self.program.base]
        bridge = StdioServerParameters(
            command=sys.executable, args=[*words, "--data", str(self.own)], env=environment, cwd=str(ROOT)
        )

        async def run() -> str:
            async with (
                stdio_client(bridge) as streams,
                ClientSession(streams[0], streams[1]) as session,
            ):
                await session.initialize()
                return str(await session.call_tool("add", {"a": 20, "b": 22}))

        return asyncio.run(run())

    def browsers(self) -> list[str]:
        """Return where the browsers came back to, the first one first."""
        return self.log.read_text().splitlines() if self.log.exists() else []

    def kept(self, **changes: Any) -> dict[str, Any]:
        """Return what is kept of the sign-in, after changing it."""
        with at_the_desk(self.own) as services:
            found = dict(json.loads(services.kept_sign_ins.read(self.url).result()))
            if changes:
                services.kept_sign_ins.write(self.url, json.dumps(found | changes)).result()
        return found | changes


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with with_sign_in(tmp_path) as program:
        yield Place(program, tmp_path / "own", tmp_path / "browsers.log")


def test_a_person_signs_in_once_and_stays_signed_in(place: Place) -> None:
    assert "42" in place.sum()
    (answer,) = place.browsers()
    assert answer.startswith("http://127.0.0.1:") and "/callback?" in answer
    eventually(lambda: EMAIL in {row["actor"] for row in place.program.rows(tab="mcp")})

    first = place.kept()
    assert "42" in place.sum()
    assert len(place.browsers()) == 1 and place.kept() == first
    for file in place.own.iterdir():
        if file.is_file():
            assert first["access"].encode() not in file.read_bytes(), "sealed"
            assert first["refresh"].encode() not in file.read_bytes(), "sealed"

    place.kept(access="gwt_of-yesterday")
    assert "42" in place.sum()
    renewed = place.kept()
    assert renewed["refresh"] != first["refresh"] and renewed["client_id"] == first["client_id"]
    assert len(place.browsers()) == 1, "the refresh token was enough"


def test_a_client_that_the_server_does_not_know_any_more_registers_again(place: Place) -> None:
    assert "42" in place.sum()
    first = place.kept()
    place.program.run("oauth", "revoke", "--client", first["client_id"])
    place.kept(access="gwt_of-yesterday")
    assert "42" in place.sum()
    assert place.kept()["client_id"] != first["client_id"]
    assert len(place.browsers()) == 2


def test_where_oauth_is_off_a_key_is_asked_for(place: Place) -> None:
    place.program.run("oauth", "disable", "tools")
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    command = [*PROGRAM, "connect", "tools", "--url", place.program.base, "--data", str(place.own)]
    done = subprocess.run(
        command, input=f"{json.dumps(message)}\n", capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    assert "A key is needed" in json.loads(done.stdout)["error"]["message"]
    assert place.browsers() == []


def test_two_tools_that_start_at_once_open_one_browser_and_share_the_sign_in(place: Place) -> None:
    with ThreadPoolExecutor(2) as both:
        assert all("42" in done for done in both.map(lambda _: place.sum(), range(2)))
    assert len(place.browsers()) == 1
    place.kept(access="gwt_of-yesterday")
    with ThreadPoolExecutor(2) as both:  # a refresh token that comes twice would end the session
        assert all("42" in done for done in both.map(lambda _: place.sum(), range(2)))
    assert len(place.browsers()) == 1
