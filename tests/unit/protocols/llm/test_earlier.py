"""A conversation that goes on is read as it would be read alone, whatever was read before."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import Malformed
from gateway_desktop.protocols.llm import earlier
from gateway_desktop.protocols.llm.adapter import LlmAdapter
from tests.makers import a_head

LONG = "words of the harness " * 1_000
PATHS = {
    "/v1/chat/completions": "messages",
    "/v1/messages": "messages",
    "/v1/messages/count_tokens": "messages",
    "/v1/responses": "input",
}
MESSAGES = st.sampled_from(
    [
        {"role": "user", "content": "and now?"},
        {"role": "assistant", "tool_calls": [{"id": "c1", "function": {"name": "sql", "arguments": "{}"}}]},
        {"role": "tool", "tool_call_id": "c1", "content": "42 rows"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "c2", "name": "r", "input": {"a": 1}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c2", "content": "a file, é"}]},
        {"role": "user", "content": [{"type": "image_url"}, {"type": "image"}, "text"]},
        {"type": "function_call", "call_id": "c3", "name": "open", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c3", "output": "opened"},
        "a text alone",
        17,
    ]
)  # fmt: skip
AROUND = st.sampled_from([{}, {"stream": True}, {"stream": True, "stream_options": {"include_usage": False}}])
BEFORE = {"model": "m", "system": "be kind"}


def decode(path: str, body: bytes) -> Call:
    return LlmAdapter().decode(a_head(path=path), body, "openai")


def alone(path: str, body: bytes) -> Call:
    """Read a body as if none had been read before."""
    earlier._KEPT = earlier._Kept()
    return decode(path, body)


def body_of(path: str, messages: list[Any], around: dict[str, Any], *, spaced: bool, first: bool) -> bytes:
    """Return a request, its messages before or after the rest."""
    listed = {PATHS[path]: [{"role": "user", "content": LONG}, *messages]}
    value = {**listed, **BEFORE, **around} if first else {**BEFORE, **listed, **around}
    return json.dumps(value, indent=1 if spaced else None, ensure_ascii=False).encode()


@pytest.mark.parametrize("path", PATHS)
@given(st.lists(MESSAGES, max_size=5), st.lists(MESSAGES, max_size=3), AROUND, st.booleans(), st.booleans())
def test_what_follows_is_read_as_alone(
    path: str, old: list[Any], new: list[Any], around: dict[str, Any], spaced: bool, first: bool
) -> None:
    before = body_of(path, old, {}, spaced=spaced, first=first)
    after = body_of(path, [*old, *new], around, spaced=spaced, first=first)
    expected = alone(path, after)
    alone(path, before)
    for _ in range(2):
        assert decode(path, after) == expected


def test_the_messages_that_are_known_are_not_read_again() -> None:
    path = "/v1/chat/completions"
    body = body_of(path, [], {}, spaced=False, first=False)
    text = alone(path, body).texts[0]
    assert decode(path, body).texts[0] is text


@pytest.mark.parametrize(
    ("end", "then"),
    [
        ("]}", ",]}"),
        ("]}", "]"),
        ("]}", "7]}"),
        ("]}", " {}]}"),
        ("]}", '],"messages":[]}'),
        ("]}", '],"model":"other"}'),
        ("]}", ",,1]}"),
        ("17]}", "170]}"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands_in_the_whole(end: str, then: str) -> None:
    start = (
        '{"model":"m","messages":[{"role":"user","content":"' + LONG + '"}' + (",17" if "17" in end else "")
    )
    path = "/v1/chat/completions"
    body = (start + then.removeprefix("17")).encode()
    expected: Malformed | None = None
    try:
        alone(path, body)
    except Malformed as error:
        expected = error
    alone(path, (start + end.removeprefix("17")).encode())
    if expected is None:
        assert decode(path, body).detail["messages"] == 2
    else:
        with pytest.raises(Malformed) as found:
            decode(path, body)
        assert (str(found.value), found.value.place) == (str(expected), expected.place)


def test_another_dialect_reads_the_same_bytes_in_its_own_way() -> None:
    body = body_of(
        "/v1/messages", [{"role": "user", "content": [{"type": "image"}]}], {}, spaced=False, first=False
    )
    chat, messages = alone("/v1/chat/completions", body), alone("/v1/messages", body)
    alone("/v1/chat/completions", body)
    assert decode("/v1/messages", body) == messages
    assert decode("/v1/chat/completions", body) == chat
    assert messages.detail != chat.detail


def test_what_is_remembered_is_bounded() -> None:
    alone("/v1/chat/completions", b'{"messages":[]}')
    for number in range(100):
        content = f"{number} {LONG * 12}"
        decode(
            "/v1/chat/completions", json.dumps({"messages": [{"role": "user", "content": content}]}).encode()
        )
    kept = earlier._KEPT
    assert 2 < len(kept._all) < 64
    assert sum(one.size for one in kept._all) <= earlier._LARGEST
    assert kept._all[0].known.texts[0].text.startswith("99 ")
    assert replace(kept._all[0]) != kept._all[0]
