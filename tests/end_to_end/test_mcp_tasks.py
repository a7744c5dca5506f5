"""Tasks (MCP 2025-11-25): begun, looked at, answered and cancelled through the gateway as directly."""

import http.client
import json
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.end_to_end.mcp_fixture import PACKAGES, node, process
from tests.end_to_end.mcp_place import add_servers
from tests.end_to_end.program import Program, eventually, free_port

VERSION = "2025-11-25"
TOOL = "simulate-research-query"
CAPABILITIES: dict[str, Any] = {"elicitation": {"form": {}}, "tasks": {"list": {}, "cancel": {}}}
pytestmark = pytest.mark.slow


class Client:
    """A client with a session, that answers what it is asked in the middle of a call."""

    def __init__(self, url: str, key: str) -> None:
        self._url = urlsplit(url)
        self.headers = {
            "Accept": "application/json, text/event-stream",
            "Content-Type": "application/json",
            "MCP-Protocol-Version": VERSION,
        }
        if key:
            self.headers["Authorization"] = f"Bearer {key}"
        self._number = 0
        self.asked: list[str] = []
        about = {"name": "tasks", "version": "1"}
        self.ask("initialize", protocolVersion=VERSION, capabilities=CAPABILITIES, clientInfo=about)
        assert list(self.say({"jsonrpc": "2.0", "method": "notifications/initialized"})) == []
        # The server adds tools once it knows what its client can do.
        eventually(lambda: TOOL in [tool["name"] for tool in self.ask("tools/list")["tools"]])

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Return the result, or the error, of a request; elicitations on the way are accepted."""
        self._number += 1
        message = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        with closing(self.say(message)) as messages:
            for found in messages:
                if found.get("id") == self._number and "method" not in found:
                    answer: dict[str, Any] = found["result"] if "result" in found else found["error"]
                    return answer
                if found.get("method") == "elicitation/create":
                    self.asked.append(found["params"]["message"])
                    result = {"action": "accept", "content": {"interpretation": "scientific"}}
                    assert list(self.say({"jsonrpc": "2.0", "id": found["id"], "result": result})) == []
        raise AssertionError(f"{method} was not answered")

    def say(self, message: dict[str, Any]) -> Generator[dict[str, Any], None, None]:
        """Post one message and yield what comes back, as it comes."""
        connection = http.client.HTTPConnection(self._url.hostname or "", self._url.port, timeout=60)
        try:
            connection.request("POST", self._url.path, json.dumps(message).encode(), self.headers)
            answer = connection.getresponse()
            assert answer.status in (200, 202), answer.read()
            if session := answer.getheader("mcp-session-id"):
                self.headers["Mcp-Session-Id"] = session
            for line in answer:
                text = line.strip().removeprefix(b"data:").strip()
                if text.startswith(b"{"):
                    yield json.loads(text)
        finally:
            connection.close()


def research(url: str, key: str) -> list[Any]:
    """Return all that happens to two tasks, without what differs every time."""
    client = Client(url, key)
    begun = client.ask(
        "tools/call", name=TOOL, arguments={"topic": "owls", "ambiguous": True}, task={"ttl": 60_000}
    )
    task = begun["task"]["taskId"]
    seen: list[Any] = [begun["task"]["status"], client.ask("tasks/get", taskId=task)["status"]]
    listed = client.ask("tasks/list")["tasks"]
    seen.append([one["taskId"] == task for one in listed])
    result = client.ask("tasks/result", taskId=task)
    related = result["_meta"]["io.modelcontextprotocol/related-task"]["taskId"]
    seen += [related == task, result["content"][0]["text"].splitlines()[:3], client.asked]
    seen.append(client.ask("tasks/get", taskId=task)["status"])
    other = client.ask("tools/call", name=TOOL, arguments={"topic": "larks"}, task={"ttl": 60_000})["task"][
        "taskId"
    ]
    seen.append(client.ask("tasks/cancel", taskId=other)["status"])
    seen.append(client.ask("tasks/get", taskId=other)["status"])
    seen.append(client.ask("tasks/get", taskId="nobody's"))
    return seen


@dataclass
class Place:
    """A gateway in front of the reference server, two keys, and the server itself."""

    program: Program
    direct: str
    ana: str
    bo: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("tasks")
    port = free_port()
    script = str(PACKAGES / "server-everything" / "dist" / "index.js")
    program = Program(folder / "data")
    with process([node(), script, "streamableHttp"], port, folder / "server.log", PORT=str(port)):
        direct = f"http://127.0.0.1:{port}/mcp"
        add_servers(program, everything=direct)
        ana, bo = program.add_user("ana@example.org"), program.add_user("bo@example.org")
        with program.serving():
            yield Place(program, direct, ana, bo)


def test_tasks_go_through_the_gateway_as_they_go_directly(place: Place) -> None:
    direct = research(place.direct, "")
    assert direct[:3] == ["working", "working", [True]]
    assert len(direct[5]) == 1 and direct[6:9] == ["completed", "cancelled", "cancelled"]
    assert research(f"{place.program.base}/everything/mcp", place.ana) == direct
    rows = place.program.rows(tab="mcp")
    methods = {row["method"] for row in rows if row["actor"] == "ana@example.org"}
    assert {
        "tools/call",
        "tasks/get",
        "tasks/list",
        "tasks/result",
        "tasks/cancel",
        "elicitation/create",
    } <= methods
    assert {row["target"] for row in rows if row["method"] == "tools/call"} == {TOOL}


def test_nobody_reads_a_task_in_the_session_of_another(place: Place) -> None:
    url = f"{place.program.base}/everything/mcp"
    hers = Client(url, place.ana)
    task = hers.ask("tools/call", name=TOOL, arguments={"topic": "rooks"}, task={"ttl": 60_000})["task"][
        "taskId"
    ]
    his = Client(url, place.bo)
    his.headers["Mcp-Session-Id"] = hers.headers["Mcp-Session-Id"]
    assert "There is no such task here" in his.ask("tasks/get", taskId=task)["message"]
    assert hers.ask("tasks/cancel", taskId=task)["status"] == "cancelled"
