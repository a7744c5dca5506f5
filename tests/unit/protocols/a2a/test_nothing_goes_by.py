"""What stands where ids, kinds and versions do, and is more than that, is looked at."""

import json
from typing import Any

import pytest

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
