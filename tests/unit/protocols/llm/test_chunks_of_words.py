"""Chunks that bring nothing but words are read in a shorter way: what is learnt of a stream is the same."""

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.reply import Reply
from gateway_desktop.protocols.llm.adapter import LlmAdapter
from tests.makers import a_head

HEAD = a_head(("Content-Type", "application/json"))
ASKED = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
DELTAS: list[Any] = [
    {"content": "word "},
    {"content": "word ", "role": "assistant"},
    {"content": ""},
    {"content": None},
    {},
    None,
    {"content": "é\ud800"},
    {"content": [{"type": "text", "text": "part"}]},
    {"content": "a", "refusal": "no"},
    {"content": "a", "reasoning_content": "hm"},
    {"reasoning": "hm"},
    {"content": "a", "tool_calls": None},
    {"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": "{}"}}]},
    {"audio": {"transcript": "t"}},
    {"content": "a", "function_call": {"name": "f", "arguments": "1"}},
    "words",
]
CHOICES = st.builds(
    lambda delta, more: {"delta": delta, **more},
    st.sampled_from(DELTAS),
    st.sampled_from(
        [
            {"index": 0},
            {},
            {"index": 1},
            {"index": "0"},
            {"index": 0, "finish_reason": "stop"},
            {"index": True},
            {"index": 0, "finish_reason": None, "logprobs": None},
            {"index": 0, "usage": {"prompt_tokens": 3}},
            {"index": 0, "text": "old"},
            {"index": 0.0},
            {"index": None},
        ]
    ),
)
EVENTS = st.one_of(
    st.builds(
        lambda choices, more: json.dumps({"choices": choices, **more}),
        st.one_of(CHOICES.map(lambda one: [one]), st.lists(CHOICES, max_size=2)),
        st.sampled_from(
            [
                {"model": "m-1"},
                {"model": "m-2", "usage": None},
                {},
                {"model": 7},
                {"service_tier": "flex"},
                {"usage": {"prompt_tokens": 1, "completion_tokens": 2}},
                {"error": {"message": "no"}},
                {"error": None},
                {"x_groq": {"usage": {"prompt_tokens": 5, "completion_tokens": 6}}},
                {"service_tier": "default"},
            ]
        ),
    ),
    st.sampled_from(
        [
            "[DONE]",
            "{}",
            "[]",
            "7",
            "{",
            "",
            '{"choices": null}',
            '{"choices": {"0": 1}}',
            '{"choices": [1]}',
            '{"choices": [{"index": 0, "delta": {"content": "a", "content": "b"}}]}',
            "null",
            '{"choices": [null]}',
        ]
    ),
)


def learnt(pieces: list[str], include: bool) -> tuple[dict[str, Any], bytes]:
    asked = {**ASKED, "stream_options": {"include_usage": True}} if include else ASKED
    call = LlmAdapter().decode(HEAD, json.dumps(asked).encode(), "openai")
    reader = LlmAdapter().read_reply(call, 200, "text/event-stream")
    given_on = [reader.feed(piece.encode()) for piece in pieces]
    given_on.append(reader.end())
    reply: Reply = reader.reply
    return asdict(reply), b"".join(given_on)


@pytest.mark.parametrize("include", [True, False], ids=["asked for usage", "usage is hidden"])
@given(st.lists(EVENTS, max_size=8))
def test_events_read_together_say_what_each_says_in_two_halves(include: bool, events: list[str]) -> None:
    written = [f"data: {event}\n\n" for event in events]
    halves = [half for event in written for half in (event[:9], event[9:])]
    known = learnt(halves, include)
    assert learnt(["".join(written)], include) == known
    assert learnt(written, include) == known
