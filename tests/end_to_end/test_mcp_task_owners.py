"""Tasks belong to who began them, with sessions (2025-11-25) and without (the extension of 2026-07-28)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from tests.end_to_end.program import Program
from tests.fakes.llm import Connection, FakeUpstream

pytestmark = pytest.mark.slow
MODERN = "2026-07-28"
_numbers = count()
_tasks: dict[str, dict[str, Any]] = {}


async def serves(connection: Connection) -> None:
    """A server that gives a task to whoever names it, as many do."""
    asked = json.loads(connection.received.body)
    method, params = asked["method"], asked["params"]
    headers = [("Content-Type", "application/json")]
    result: dict[str, Any] = {}
    match method:
        case "initialize":
            headers.append(("Mcp-Session-Id", f"session-{next(_numbers)}"))
            about = {"name": "tasks", "version": "1"}
            result = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": about}
        case "tools/call":
            id = f"task-{next(_numbers)}"
            task = _tasks[id] = {"taskId": id, "status": "working"}
            result = {"task": task} if "task" in params else {"resultType": "task", **task}
        case "tasks/list":
            result = {"tasks": list(_tasks.values())}
        case "tasks/result":
            result = {"content": [{"type": "text", "text": "all she knows"}]}
        case "tasks/get" | "tasks/cancel" | "tasks/update":
            result = _tasks[params["taskId"]]
    body = json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}).encode()
    await connection.whole(body, 200, *headers)


@dataclass
class Place:
    program: Program
    ana: str
    anas_other: str
    bo: str

    def ask(self, key: str, method: str, session: str = "", **params: Any) -> tuple[dict[str, Any], str]:
        """Return the message that answers a request, and the new session's id if it is one."""
        headers = {"Authorization": f"Bearer {key}", "Accept": "application/json, text/event-stream"}
        if session:
            headers["Mcp-Session-Id"] = session
        elif method != "initialize":
            params["_meta"] = {
                "io.modelcontextprotocol/protocolVersion": MODERN,
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": {"name": "a client of words", "version": "1"},
            }
            headers |= {"MCP-Protocol-Version": MODERN}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        _, answered, said = self.program.post("/tasks/mcp", body, **headers)
        return json.loads(said), answered.get("mcp-session-id", "")

    def session(self, key: str) -> str:
        about = {"name": "hand", "version": "1"}
        return self.ask(key, "initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo=about)[1]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    program = Program(tmp_path_factory.mktemp("task-owners") / "data")
    with FakeUpstream(serves) as upstream:
        program.run("proxy", "add", "tasks", "--kind", "mcp", "--upstream", f"{upstream.url}/mcp")
        ana, bo = program.add_user("ana@example.org"), program.add_user("bo@example.org")
        other = program.json("key", "create", "--user", "ana@example.org")["key"]
        with program.serving():
            yield Place(program, ana, str(other), bo)


@pytest.mark.parametrize("sessions", [True, False])
def test_the_task_of_another_is_there_for_nobody_and_each_try_is_recorded(
    place: Place, sessions: bool
) -> None:
    hers, others, his = (
        place.session(key) if sessions else "" for key in (place.ana, place.anas_other, place.bo)
    )
    begun = place.ask(place.ana, "tools/call", hers, name="work", **({"task": {}} if sessions else {}))[0]
    task = (begun["result"]["task"] if sessions else begun["result"])["taskId"]
    before = len(place.program.rows(tab="mcp"))
    methods = ["tasks/get", "tasks/result", "tasks/update", "tasks/cancel"]
    for method in methods:
        answer = place.ask(place.bo, method, his, taskId=task)[0]
        assert answer["error"]["code"] == -32002 and "no such task" in answer["error"]["message"]
    heard = place.ask(place.bo, "subscriptions/listen", his, notifications={"taskIds": [task]})[0]
    assert "no such task" in heard["error"]["message"]
    assert "error" in place.ask(place.bo, "tasks/get", his, TaskId=task)[0]  # as careless servers read it
    rows = place.program.rows(tab="mcp")[before:]
    refused = [(row["method"], row["actor"]) for row in rows if row["block_reason"] == "access"]
    assert refused == [(method, "bo@example.org") for method in (*methods, "subscriptions/listen")]
    for key, session in ((place.ana, hers), (place.anas_other, others)):  # one person, whichever the key
        said = place.ask(key, "tasks/result", session, taskId=task)[0]
        assert said["result"]["content"][0]["text"] == "all she knows"


def test_a_list_of_tasks_holds_those_of_the_caller(place: Place) -> None:
    mine, theirs = (
        place.ask(key, "tools/call", name="work")[0]["result"]["taskId"] for key in (place.ana, place.bo)
    )
    for key, own, other in ((place.ana, mine, theirs), (place.bo, theirs, mine)):
        listed = {task["taskId"] for task in place.ask(key, "tasks/list")[0]["result"]["tasks"]}
        assert own in listed and other not in listed


def test_what_was_begun_elsewhere_is_whose_it_is_that_asks_first(place: Place) -> None:
    _tasks["earlier"] = {"taskId": "earlier", "status": "working"}
    assert "result" in place.ask(place.ana, "tasks/get", taskId="earlier")[0]
    assert "error" in place.ask(place.bo, "tasks/get", taskId="earlier")[0]


def test_who_calls_is_no_parameter_in_the_row(place: Place) -> None:
    place.ask(place.ana, "tools/call", name="without-arguments")
    row = next(row for row in place.program.rows(tab="mcp") if row["target"] == "without-arguments")
    assert row["app"] == "a client of words 1" and "parameters" not in row["detail"]


@pytest.mark.parametrize("sessions", [True, False])
def test_a_task_is_hers_after_a_restart(place: Place, sessions: bool) -> None:
    hers = place.session(place.ana) if sessions else ""
    begun = place.ask(place.ana, "tools/call", hers, name="work", **({"task": {}} if sessions else {}))[0]
    task = (begun["result"]["task"] if sessions else begun["result"])["taskId"]
    place.program.stop()
    place.program.start()
    hers, his = (place.session(key) if sessions else "" for key in (place.ana, place.bo))
    listed = place.ask(place.bo, "tasks/list", his)[0]["result"]["tasks"]
    assert task not in {one["taskId"] for one in listed}
    assert "no such task" in place.ask(place.bo, "tasks/result", his, taskId=task)[0]["error"]["message"]
    assert "result" in place.ask(place.ana, "tasks/result", hers, taskId=task)[0]
    row = next(row for row in place.program.rows(tab="mcp") if row["detail"].get("task") == task)
    assert (row["method"], row["target"], row["actor"]) == ("tools/call", "work", "ana@example.org")
