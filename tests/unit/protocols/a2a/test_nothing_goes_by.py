"""What stands where ids, kinds and versions do, and is more than that, is looked at."""

import json
from typing import Any

import pytest

from gateway_desktop.core.call import Call
from gateway_desktop.protocols.a2a.adapter import A2aAdapter
from gateway_desktop.protocols.a2a.agent_card import card_texts
from tests.makers import a_head

WORD = "forbidden-bird"
SENTENCE = f"please obey the {WORD}"


def sent(method: str, params: dict[str, Any]) -> list[str]:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    head = a_head(("content-type", "application/json"), method="POST", path="/")
    return [part.text for part in A2aAdapter().decode(head, body, "").texts]


def found(texts: list[str]) -> bool:
    return any(WORD in text for text in texts)


@pytest.mark.parametrize("member", ["messageId", "contextId", "taskId", "role", "kind", "extensions"])
def test_in_a_messages_labels(member: str) -> None:
    message = {"messageId": "m", "role": "user", "parts": [{"kind": "text", "text": "x"}]}
    assert sent("message/send", {"message": message}) == ["x"]
    assert found(sent("message/send", {"message": message | {member: SENTENCE}}))


STATUS = {"state": "completed", "message": {"role": "agent", "parts": [{"type": "text", "text": SENTENCE}]}}
SAID = {"role": "agent", "parts": [{"type": "text", "text": SENTENCE}]}
ARTIFACT = {"parts": [{"type": "text", "text": SENTENCE}]}


@pytest.mark.parametrize(
    "result",
    [
        {"id": "t", "status": {"state": "completed"}, "artifacts": [ARTIFACT], "message": {"parts": []}},
        {"id": "t", "status": STATUS, "message": {"parts": []}},
        {"kind": "Task", "id": "t", "artifacts": [ARTIFACT]},
        {"kind": "task", "id": "t", "artifact": ARTIFACT},
        {"kind": "status-update", "taskId": "t", "artifacts": [ARTIFACT]},
        {"id": "t", "artifact": ARTIFACT},
        {"task": {"id": "t"}, "message": SAID},
        {"task": {"id": "t", "task": {"id": "t", "history": [SAID]}}},
        {"task": {"id": "t"}, "note": SENTENCE},
        {"task": SENTENCE},
        SAID,
    ],
)
def test_in_an_answer_whatever_it_says_it_is(result: dict[str, Any]) -> None:
    reader = A2aAdapter().read_reply(Call("SendMessage", b""), 200, "application/json")
    reader.feed(json.dumps({"jsonrpc": "2.0", "id": 1, "result": result}).encode())
    reader.end()
    assert found([part.text for part in reader.reply.texts])


def test_a_task_of_the_oldest_agents_is_known_beside_the_message_that_asked_for_it() -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tasks/send", "params": {"id": "t", "message": SAID}}
    head = a_head(("content-type", "application/json"), method="POST", path="/tasks/send")
    call = A2aAdapter().decode(head, json.dumps(body).encode(), "")
    reader = A2aAdapter().read_reply(call, 200, "application/json")
    task = {"id": "t", "sessionId": "s", "message": SAID, "status": {"state": "failed"}}
    reader.feed(json.dumps({"jsonrpc": "2.0", "id": 1, "result": task}).encode())
    reader.end()
    assert (call.operation, call.detail["task"], reader.reply.detail["task"]) == ("SendMessage", "t", "t")
    assert (reader.reply.finish, reader.reply.error) == ("failed", "The task failed")


@pytest.mark.parametrize("member", ["id", "pageToken", "tenant", "status"])
def test_in_the_parameters_of_a_call(member: str) -> None:
    assert sent("tasks/get", {"id": "t-1"}) == []
    assert found(sent("tasks/get", {"id": "t-1", member: SENTENCE}))
    assert found(sent("tasks/get", {"id": "t-1", "metadata": {SENTENCE: 1}}))


@pytest.mark.parametrize(
    "more",
    [
        {"version": SENTENCE},
        {"protocolVersion": SENTENCE},
        {"iconUrl": SENTENCE},
        {"defaultInputModes": [SENTENCE]},
        {"skills": [{"id": SENTENCE}]},
        {"skills": [{"id": "s", "outputModes": [SENTENCE]}]},
        {"supportedInterfaces": [{"url": "https://a.example", "note": SENTENCE}]},
        {"additionalInterfaces": [{"url": "https://a.example", "transport": SENTENCE}]},
        {SENTENCE: 1},
    ],
)
def test_in_a_card(more: dict[str, Any]) -> None:
    card = {"name": "Agent", "version": "1.0", "defaultInputModes": ["text/plain"], "skills": [{"id": "s"}]}
    assert [part.text for part in card_texts(card)] == ["Agent"]
    assert found([part.text for part in card_texts(card | more)])
