"""A task of an agent belongs to who began it: nobody else reads, goes on with, ends or hears of it."""

import base64
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gateway_desktop.gateway.filters.forwarding import WHOLE_LIMIT
from tests.end_to_end.agent_place import AgentSetting
from tests.end_to_end.program import Program
from tests.fakes.agent import SampleAgent

VERSION = {"A2A_Version": "1.0"}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[AgentSetting, AgentSetting]]:
    program = Program(tmp_path_factory.mktemp("agent-tasks") / "data")
    with SampleAgent() as agent:
        program.run("proxy", "add", "weather", "--kind", "a2a", "--upstream", agent.url)
        program.run("settings", "set", "a2a.push_hosts", "8.8.8.8")
        keys = [program.add_user("ana@example.org"), program.add_user("bo@example.org")]
        with program.serving():
            ana, bo = (AgentSetting(program, agent, key) for key in keys)
            httpx.get(f"{ana.url}/.well-known/agent-card.json", headers=ana.signed_in, timeout=60)
            yield ana, bo


@pytest.fixture
def ana(people: tuple[AgentSetting, AgentSetting]) -> AgentSetting:
    return people[0]


@pytest.fixture
def bo(people: tuple[AgentSetting, AgentSetting]) -> AgentSetting:
    return people[1]


def said(text: str, **names: Any) -> dict[str, Any]:
    return {"message": {"messageId": text, "role": "ROLE_USER", "parts": [{"text": text}], **names}}


def begun(person: AgentSetting, text: str = "weather, please") -> str:
    answer = person.rpc("SendMessage", said(text), **VERSION).json()
    return str(answer["result"]["task"]["id"])


def test_nobody_else_asks_for_a_task_by_any_method_and_each_try_is_recorded(
    ana: AgentSetting, bo: AgentSetting
) -> None:
    task = begun(ana)
    push = {"taskId": task, "id": "here", "url": "https://8.8.8.8/hook"}
    tries: list[tuple[str, dict[str, Any]]] = [
        ("GetTask", {"id": task}),
        ("tasks/get", {"id": task}),
        ("CancelTask", {"id": task}),
        ("SubscribeToTask", {"id": task}),
        ("SendMessage", said("more", taskId=task)),
        ("SendMessage", said("more", task_id=task)),
        ("SendMessage", said("like that one", referenceTaskIds=[task])),
        ("CreateTaskPushNotificationConfig", push),
        ("ListTaskPushNotificationConfigs", {"taskId": task}),
        ("tasks/pushNotificationConfig/list", {"taskId": "another", "id": task}),
    ]
    for method, params in tries:
        answer = bo.rpc(method, params, **VERSION)
        assert "no such task" in answer.json()["error"]["message"], method
        row = bo.row(answer)
        assert (row["actor"], row["block_reason"]) == ("bo@example.org", "access")
    for verb, path in (
        ("GET", f"/tasks/{task}"),
        ("POST", f"/tasks/{task}:cancel"),
        ("GET", f"/v1/tasks/{task}:subscribe"),
        ("GET", f"/tasks/{task}/pushNotificationConfigs"),
    ):
        headers = bo.signed_in | {"A2A-Version": "1.0"}
        answer = httpx.request(verb, bo.url + path, headers=headers, timeout=60)
        assert answer.status_code == 403 and "no such task" in answer.text, path
    assert ana.rpc("GetTask", {"id": task}, **VERSION).json()["result"]["id"] == task


def test_nobody_else_goes_on_with_what_was_said_in_a_context(ana: AgentSetting, bo: AgentSetting) -> None:
    began = ana.rpc("SendMessage", said("my secret"), **VERSION).json()["result"]["task"]["contextId"]
    for name in ("contextId", "context_id"):
        answer = bo.rpc("SendMessage", said("what did I say?", **{name: began}), **VERSION)
        assert "no such task" in answer.json()["error"]["message"]
        assert bo.row(answer)["block_reason"] == "access"
        packed = {"jsonrpc": "2.0", "id": 1, "params": said("what did I say?", **{name: began})}
        answer = httpx.post(f"{bo.url}/v1/message:send", json=packed, headers=bo.signed_in, timeout=60)
        assert answer.status_code == 403 and bo.row(answer)["block_reason"] == "access"
    assert "no such task" in bo.rpc("ListTasks", {"contextId": began}, **VERSION).text
    more = ana.rpc("SendMessage", said("go on", contextId=began), **VERSION).json()
    assert more["result"]["task"]["contextId"] == began


def test_a_list_holds_the_tasks_of_the_caller(ana: AgentSetting, bo: AgentSetting) -> None:
    hers, his = begun(ana), begun(bo)
    for person, own, other in ((ana, hers, his), (bo, his, hers)):
        listed = person.rpc("ListTasks", {}, **VERSION).json()["result"]
        headers = person.signed_in | {"A2A-Version": "1.0"}
        by_rest = httpx.get(f"{person.url}/tasks", headers=headers, timeout=60).json()
        for found in (listed, by_rest):
            ids = [task["id"] for task in found["tasks"]]
            assert own in ids and other not in ids and found["totalSize"] == len(ids)


def test_a_list_may_be_larger_than_other_answers_that_are_held(ana: AgentSetting, bo: AgentSetting) -> None:
    text = base64.b64encode(b"x" * (3 << 20)).decode()
    large = {**said("weather")["message"], "parts": [{"text": "weather"}, {"raw": text}]}
    tasks = [ana.rpc("SendMessage", {"message": large}, **VERSION).json()["result"]["task"] for _ in range(3)]
    listed = ana.rpc("ListTasks", {"historyLength": 5}, **VERSION)
    assert len(listed.content) > WHOLE_LIMIT
    assert {task["id"] for task in tasks} <= {task["id"] for task in listed.json()["result"]["tasks"]}
    assert tasks[0]["id"] not in bo.rpc("ListTasks", {"historyLength": 5}, **VERSION).text


def test_a_task_is_hers_while_its_stream_still_runs(ana: AgentSetting, bo: AgentSetting) -> None:
    executor = ana.agent.executor
    executor.waiting.clear()
    executor.go_on.clear()
    params = said("wait for it")

    def stream() -> None:
        ana.rpc("SendStreamingMessage", params, **VERSION)

    running = threading.Thread(target=stream)
    running.start()
    assert executor.waiting.wait(60)
    before = bo.rpc("ListTasks", {}, **VERSION).json()["result"]["tasks"]
    executor.go_on.set()
    running.join(60)
    assert all(task["status"]["state"] != "TASK_STATE_WORKING" for task in before)


def test_a_task_is_hers_after_a_restart(ana: AgentSetting, bo: AgentSetting) -> None:
    whole, cut = begun(ana), begun_as_a_stream(ana)
    chosen = "a context of her own choice"  # and a message is all that comes back
    ana.rpc("SendMessage", said("hello", contextId=chosen), **VERSION)
    assert "no such task" in bo.rpc("SendMessage", said("and?", contextId=chosen), **VERSION).text
    ana.program.stop()
    ana.program.start()
    hers = ana.rpc("GetTask", {"id": whole}, **VERSION).json()["result"]["contextId"]
    for context in (hers, chosen):
        assert "no such task" in bo.rpc("SendMessage", said("and?", contextId=context), **VERSION).text
    listed = bo.rpc("ListTasks", {}, **VERSION).json()["result"]["tasks"]
    assert not {whole, cut}.intersection(task["id"] for task in listed)
    for task in (whole, cut):
        answer = bo.rpc("GetTask", {"id": task}, **VERSION)
        assert "no such task" in answer.json()["error"]["message"]
        assert bo.row(answer)["block_reason"] == "access"
        assert ana.rpc("GetTask", {"id": task}, **VERSION).json()["result"]["id"] == task


def begun_as_a_stream(person: AgentSetting) -> str:
    """Begin a task and leave at its first event."""
    body = {"jsonrpc": "2.0", "id": 1, "method": "SendStreamingMessage", "params": said("wait for it")}
    person.agent.executor.go_on.clear()
    headers = person.signed_in | {"A2A-Version": "1.0"}
    with httpx.stream("POST", f"{person.url}/rpc/", json=body, headers=headers, timeout=60) as answer:
        event = next(line for line in answer.iter_lines() if line.startswith("data:"))
    person.agent.executor.go_on.set()
    return str(json.loads(event.removeprefix("data:"))["result"]["task"]["id"])
