"""Who dies in the middle of a call: no process is left, each call is one row, its outcome the true one."""

import asyncio
import contextlib
import http.client
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.mcp_fixture import fixture_server
from tests.end_to_end.mcp_place import call, initialize
from tests.end_to_end.program import Program, eventually
from tests.fakes.stdio_session import ARGUMENTS, HERE, alive, beginning, gone, pids_of, run

pytestmark = pytest.mark.slow


@dataclass
class Place:
    """A gateway with a command and a server, and Ana's key."""

    program: Program
    key: str

    def url(self, name: str, transport: str = "mcp") -> str:
        return f"{self.program.base}/{name}/{transport}"

    def calls(self, target: str) -> list[dict[str, Any]]:
        return [row for row in self.program.rows(tab="mcp") if row["target"] == target]

    def outcomes(self, target: str, count: int = 1) -> list[str]:
        """Return how the calls of a tool ended, once there are so many."""
        rows = eventually(lambda: found if len(found := self.calls(target)) >= count else None)
        return [row["outcome"] for row in rows]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", str(HERE)))
    program = Program(tmp_path / "data")
    where = ("--stdio", "--cwd", str(HERE), "--env", "PYTHONPATH")
    program.run("proxy", "add", "fake", "--kind", "mcp", *where, "--", *ARGUMENTS)
    key = program.add_user("ana@example.org")
    with program.serving():
        yield Place(program, key)


def begun(place: Place, name: str, body: dict[str, Any], session: str = "") -> http.client.HTTPConnection:
    """Send a call and leave it open."""
    connection = http.client.HTTPConnection("127.0.0.1", place.program.port, timeout=60)
    headers = {
        "Authorization": f"Bearer {place.key}",
        "Accept": "application/json, text/event-stream",
        "Content-Type": "application/json",
    }
    headers |= {"Mcp-Session-Id": session} if session else {}
    connection.request("POST", f"/{name}/mcp", json.dumps(body).encode(), headers)
    return connection


def opened(place: Place, name: str) -> str:
    """Open a session; a running gateway sees a new proxy soon, not at once."""

    def tried() -> str | None:
        with contextlib.closing(begun(place, name, initialize("2025-06-18"))) as connection:
            answer = connection.getresponse()
            answer.read()
            return answer.getheader("Mcp-Session-Id") if answer.status == 200 else None

    return eventually(tried)


def test_a_gateway_that_stops_ends_its_commands_and_what_they_started(place: Place) -> None:
    pids: list[int] = []

    async def work() -> None:
        async with beginning(place.url("fake"), place.key) as session:
            pids.extend(await pids_of(session))
            assert all(alive(pid) for pid in pids)
            await asyncio.to_thread(place.program.stop)
            await gone(*pids)

    run(work)
    assert place.outcomes("pids") == ["success"]


def test_a_command_that_dies_in_a_call_fails_that_call_and_the_next_session_works(place: Place) -> None:
    session = opened(place, "fake")
    connection = begun(place, "fake", call("die", id=4), session)
    with contextlib.closing(connection):
        answer = connection.getresponse()
        assert json.loads(answer.read())["id"] == 4
    assert place.outcomes("die") == ["failed"]
    again = opened(place, "fake")
    with contextlib.closing(begun(place, "fake", call("echo", text="still here"), again)) as connection:
        assert b"still here" in connection.getresponse().read()
    told = [row["method"] for row in place.program.rows(tab="system") if row["target"] == "fake"]
    assert told[-2:] == ["failed", "restarted"]


def test_a_command_that_cannot_be_started_leaves_no_connection_behind(place: Place) -> None:
    place.program.run("proxy", "add", "none", "--kind", "mcp", "--stdio", "--", "no-such-command-anywhere")

    def told() -> bool:
        with contextlib.closing(begun(place, "none", initialize("2025-06-18"))) as connection:
            return b"no-such-command-anywhere" in connection.getresponse().read()

    eventually(told)
    place.program.stop()
    assert "Unclosed" not in place.program.said()


def waiting(place: Place) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    """Begin a call that takes a minute; its answer has begun, too."""
    session = opened(place, "web")
    slow = call("wait", id=9, seconds=60)
    slow["params"]["_meta"] = {"progressToken": 9}
    connection = begun(place, "web", slow, session)
    answer = connection.getresponse()
    while b"begun" not in answer.readline():
        pass
    return connection, answer


def test_an_upstream_that_drops_the_stream_fails_the_call_once(place: Place, tmp_path: Path) -> None:
    with fixture_server(tmp_path, "--forgetful") as origin:
        place.program.run("proxy", "add", "web", "--kind", "mcp", "--upstream", f"{origin}/mcp")
        connection, answer = waiting(place)
    with contextlib.closing(connection):
        assert b'"id":9' in answer.read().replace(b" ", b"")
    assert place.outcomes("wait") == ["failed"]


def test_a_gateway_that_is_killed_leaves_no_process_and_no_row_of_what_had_no_end(place: Place) -> None:
    pids: list[int] = []

    async def work() -> None:
        async with beginning(place.url("fake"), place.key) as session:
            pids.extend(await pids_of(session))
            place.program.kill()
            await gone(*pids)

    run(work)
    assert [row["outcome"] for row in place.calls("pids")] == ["success"]


def test_a_gateway_that_stops_in_a_call_writes_it_down_once(place: Place, tmp_path: Path) -> None:
    with fixture_server(tmp_path) as origin:
        place.program.run("proxy", "add", "web", "--kind", "mcp", "--upstream", f"{origin}/mcp")
        connection, _ = waiting(place)
        place.program.stop()
        connection.close()
        assert len(place.calls("wait")) == 1
        row = place.calls("wait")[0]
        assert (row["outcome"], row["error"]) == ("failed", "The gateway stopped before the answer ended")


def test_an_open_stream_that_nobody_waits_for_does_not_hold_a_gateway_that_stops(place: Place) -> None:
    session = opened(place, "fake")
    connection = http.client.HTTPConnection("127.0.0.1", place.program.port, timeout=60)
    named = {"Authorization": f"Bearer {place.key}", "Accept": "text/event-stream", "Mcp-Session-Id": session}
    connection.request("GET", "/fake/mcp", headers=named)
    assert connection.getresponse().status == 200
    begun_at = time.monotonic()
    place.program.stop()
    assert time.monotonic() - begun_at < 9  # calls would have had ten seconds
    connection.close()
