"""Words that messages and answers of agents hold beside their text parts."""

import base64
import json
from typing import Any

import pytest

from gateway_desktop.protocols.a2a.adapter import A2aAdapter
from gateway_desktop.protocols.a2a.agent_card import card_texts
from tests.makers import a_head

SAID = {"messageId": "m", "parts": [{"text": "a vulture-king"}]}
PACKED = base64.b64encode(b"a vulture-king, packed").decode()


def sent(method: str, params: object) -> list[str]:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    return [part.text for part in A2aAdapter().decode(a_head(path="/"), body, "").texts]


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("message/send", {"message": {"parts": [{"kind": "file", "file": {"bytes": PACKED}}]}}),
        ("SendMessage", {"message": {"parts": [{"raw": PACKED, "mediaType": "text/plain"}]}}),
        ("SendMessage", {"message": {"parts": [{"text": "x", "metadata": {"a": "a vulture-king"}}]}}),
        ("SendMessage", {"message": {"parts": [], "more": "a vulture-king"}}),
        ("SendMessage", {"message": {"parts": []}, "metadata": {"a": "a vulture-king"}}),
        ("SendMessage", ["a vulture-king"]),
        ("SendMessage", {"message": "a vulture-king"}),
        ("SendMessage", {"message": {"parts": ["a vulture-king"]}}),
        ("SendMessage", {"message": {"parts": {"text": "a vulture-king"}}}),
        ("SendMessage", {"message": {"parts": [{"file": {"bytes": "AAAA"}, "url": "a vulture-king"}]}}),
        ("SendMessage", {"message": {"parts": [{"file": {"bytes": "AAAA", "text": "a vulture-king"}}]}}),
        ("SendMessage", {"message": {"messageId": "x" * 300 + "a vulture-king"}}),
        ("SendMessage", {"message": {"parts": []}, "configuration": {"more": "a vulture-king"}}),
        ("tasks/cancel", {"id": "t", "metadata": {"a": "a vulture-king"}}),
    ],
)
def test_what_an_agent_will_read_is_read(method: str, params: object) -> None:
    assert any("vulture-king" in text for text in sent(method, params))


@pytest.mark.parametrize(
    "answer",
    [
        {"error": {"code": -32000, "message": "a vulture-king"}},
        {"error": {"code": -32000, "message": "no", "data": [{"reason": "a vulture-king"}]}},
        {"result": {"kind": "task", "id": "t", "metadata": {"a": "a vulture-king"}}},
        {"result": {"artifactUpdate": {"artifact": {"parts": [{"raw": PACKED}]}}}},
        {"result": {"artifactUpdate": {"artifact": {"parts": [], "metadata": {"a": "a vulture-king"}}}}},
        {"result": {"new": {"said": "a vulture-king"}}},
        {"result": {"task": {"id": "t", "history": [SAID]}}},
        {"result": {"task": {"id": "t", "artifacts": [{"artifactId": "a", **SAID}]}}},
        {"result": {"tasks": [{"id": "t", "history": [SAID]}]}},
        {"result": {"task": {"id": "t", "history": [SAID, {**SAID, "parts": [{"text": "no word of it"}]}]}}},
        {"result": {"task": {"id": "t", "artifacts": [SAID | {"artifactId": "a"}, {"artifactId": "a"}]}}},
    ],
)
def test_what_an_agent_says_is_read(answer: dict[str, Any]) -> None:
    adapter = A2aAdapter()
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tasks/get", "params": {"id": "t"}}
    call = adapter.decode(a_head(path="/"), json.dumps(asked).encode(), "")
    reader = adapter.read_reply(call, 200, "application/json")
    reader.feed(json.dumps({"jsonrpc": "2.0", "id": 1, **answer}).encode())
    reader.end()
    assert any("vulture-king" in part.text for part in reader.reply.texts)


@pytest.mark.parametrize(
    "card",
    [
        {"skills": [{"id": "s", "tags": ["a vulture-king"]}]},
        {"skills": [{"id": "s", "description": ["a vulture-king"]}]},
        {"provider": {"organization": "a vulture-king"}},
        {"capabilities": {"extensions": [{"uri": "x:y", "description": "a vulture-king"}]}},
    ],
)
def test_what_a_card_says_is_read_wherever_it_stands(card: dict[str, Any]) -> None:
    texts = card_texts(card)
    assert any("vulture-king" in part.text for part in texts)
    assert {part.role for part in texts} == {"tool_description"}
