"""What must not pass stays back in shapes of answers that no SDK shows, and in events that are none."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from gateway_desktop.core.errors import Refused
from gateway_desktop.core.policy import Action, AnswerMode
from gateway_desktop.core.reply import Reply
from tests.unit.gateway.guarding.guards import SECRET, a_guard, through

HALF = len(SECRET) // 2


def chat(delta: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}], **more}


def sse(*events: object) -> bytes:
    return b"".join(
        b"data: " + (event if isinstance(event, bytes) else json.dumps(event).encode()) + b"\n\n"
        for event in events
    )


def letters(shape: Callable[[str], dict[str, Any]]) -> bytes:
    """Return a stream that brings the secret letter by letter."""
    return sse(*map(shape, SECRET), b"[DONE]")


CHUNK = json.dumps(chat({"content": SECRET})).encode()
STREAMS = {
    "a member of the delta": letters(lambda one: chat({"thoughts": one})),
    "parts of a content": letters(lambda one: chat({"content": [{"type": "text", "text": one}]})),
    "a transcript": letters(lambda one: chat({"audio": {"transcript": one}})),
    "a function call": letters(lambda one: chat({"function_call": {"arguments": one}})),
    "a message": letters(lambda one: {"choices": [{"index": 0, "message": {"content": one}}]}),
    "an index that is none": letters(lambda one: {"choices": [{"index": [0], "delta": {"content": one}}]}),
    "an unknown delta": letters(
        lambda one: {"type": "content_block_delta", "index": 0, "delta": {"type": "new_delta", "stuff": one}}
    ),
    "a delta without a type": letters(lambda one: {"index": 0, "delta": {"text": one}}),
    "an unknown part": letters(lambda one: {"candidates": [{"content": {"parts": [{"words": one}]}}]}),
    "a message of Cohere": letters(
        lambda one: {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": one}}}}
    ),
    "a plan of Cohere": letters(
        lambda one: {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": one}}}
    ),
    "arguments of Cohere": letters(
        lambda one: {
            "type": "tool-call-delta",
            "index": 0,
            "delta": {"message": {"tool_calls": {"function": {"arguments": one}}}},
        }
    ),
    "a delta's content": letters(lambda one: {"type": "message.output.delta", "content": one}),
    "parts of a delta's content": letters(
        lambda one: {"type": "message.output.delta", "content": {"type": "text", "text": one}}
    ),
    "an audio event": letters(lambda one: {"type": "transcript.text.delta", "delta": one}),
    "a line that is not done": letters(lambda one: {"message": {"content": one}}),
    "plain words": sse(*[letter.encode() for letter in SECRET]),
    "a block that begins with it": sse(
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": SECRET[:HALF]}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": SECRET[HALF:]}},
    ),
    "an unknown event": sse({"type": "new", "x": SECRET}),
    "a member of the chunk": sse(chat({}, note=SECRET)),
    "a comment": f": {SECRET}\n\n".encode(),
    "an event's name": f"event: {SECRET}\ndata: {{}}\n\n".encode(),
    "an event's id": f"id: {SECRET}\ndata: {{}}\n\n".encode(),
    "a field of another name": b"Data: " + CHUNK + b"\n\n",
    "a string": sse(SECRET),
    "a list": sse([chat({"content": SECRET})]),
    "a value that is no JSON": sse(b'{"x":NaN,' + CHUNK[1:]),
    "a number of 400 digits": sse(b'{"x":1' + b"0" * 400 + b"," + CHUNK[1:]),
    "spaces before it": sse(b"  " + CHUNK),
    "something behind it": sse(CHUNK + b"{}"),
    "bytes that are no text": sse(CHUNK.replace(b'"content": "', b'"content": "\xff')),
    "a control character": sse(CHUNK.replace(b'"content": "', b'"content": "\x01')),
}


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("mode", [AnswerMode.HOLD, AnswerMode.BUFFER])
def test_a_stream_with_a_secret_anywhere_is_refused(name: str, mode: AnswerMode) -> None:
    left: list[bytes] = []
    with pytest.raises(Refused):
        through([STREAMS[name]], Action.BLOCK, mode, after_each=left.append)
    assert b"".join(left) == b""


@pytest.mark.parametrize("kind", ["application/x-ndjson", "application/stream+json"])
def test_lines_that_bring_a_secret_letter_by_letter_are_refused(kind: str) -> None:
    lines = [json.dumps({"event_type": "text-generation", "text": one}).encode() + b"\n" for one in SECRET]
    left: list[bytes] = []
    with pytest.raises(Refused):
        through(lines, Action.BLOCK, after_each=left.append, kind=kind)
    assert b"".join(left) == b""


def whole(body: bytes, action: Action = Action.BLOCK) -> bytes:
    return asyncio.run(a_guard(action).whole(body, Reply(200)))


@pytest.mark.parametrize(
    "body",
    [
        {"choices": [{"message": {"content": "x", "note": SECRET}}]},
        {"choices": [{"message": {"content": "x", "annotations": [{"url": SECRET}]}}]},
        {"choices": {"0": {"message": {"content": SECRET}}}},
        {"result": SECRET},
        [SECRET],
        SECRET,
        {"type": "message", "content": SECRET},
        {"output_text": SECRET},
        {"candidates": [{"finishMessage": SECRET}]},
    ],
)
def test_a_whole_answer_with_a_secret_anywhere_is_refused(body: object) -> None:
    with pytest.raises(Refused):
        whole(json.dumps(body).encode())


@pytest.mark.parametrize("body", [SECRET.encode(), SECRET.encode("utf-16"), b'{"x":NaN,' + CHUNK[1:]])
def test_an_answer_that_is_no_json_is_looked_at_as_text(body: bytes) -> None:
    with pytest.raises(Refused):
        whole(body)


def test_it_is_masked_where_it_stands() -> None:
    body = json.dumps({"note": f"it is {SECRET}"}).encode()
    assert json.loads(whole(body, Action.REDACT)) == {"note": "it is <BIRD_1>"}


def test_labels_hold_nothing_back() -> None:
    """Words leave before the end of a stream whose chunks bear the usual ids and names."""
    events = [
        chat(
            {"role": "assistant", "content": "word " * 20},
            id="chatcmpl-1",
            system_fingerprint="fp_1",
            provider="A",
        )
        for _ in range(20)
    ]
    left: list[bytes] = []
    through([sse(event) for event in events], after_each=left.append)
    assert len(left[-1]) > 1000
