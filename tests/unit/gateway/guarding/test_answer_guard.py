"""In a stream that is held back, nothing of what must not pass leaves, however the stream is cut."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.errors import GatewayError, Refused
from gateway_desktop.core.finding import Context, Level, Passage
from gateway_desktop.core.policy import Action, AnswerMode, Direction
from gateway_desktop.core.reply import Reply
from gateway_desktop.core.verdict import Hit, Noted, Verdict
from gateway_desktop.gateway.guarding.inspector import Looked
from gateway_desktop.inspection.scan import warm_detectors
from gateway_desktop.policies.redaction import Vault
from tests.makers import a_finding
from tests.unit.gateway.guarding.guards import SECRET, a_guard, through


def sse(value: dict[str, Any], name: str = "") -> bytes:
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(value)}\n\n".encode()


def openai_chat(pieces: Iterable[str]) -> bytes:
    chunks = [{"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    return b"".join(map(sse, chunks)) + b"data: [DONE]\n\n"


def responses(pieces: Iterable[str]) -> bytes:
    pieces = list(pieces)
    text = "".join(pieces)
    place = {"output_index": 0, "content_index": 0}
    events: list[dict[str, Any]] = [{"type": "response.created", "response": {"id": "r"}}]
    events += [{"type": "response.output_text.delta", **place, "delta": piece} for piece in pieces]
    events.append({"type": "response.output_text.done", **place, "text": text})
    output = [{"type": "message", "content": [{"type": "output_text", "text": text}]}]
    events.append({"type": "response.completed", "response": {"id": "r", "output": output}})
    return b"".join(sse(event, event["type"]) for event in events)


def anthropic(pieces: Iterable[str]) -> bytes:
    start: dict[str, Any] = {
        "type": "content_block_start",
        "index": 0,
        "content_block": {"type": "text", "text": ""},
    }
    events = [start]
    for piece in pieces:
        delta = {"type": "text_delta", "text": piece}
        events.append({"type": "content_block_delta", "index": 0, "delta": delta})
    events += [{"type": "content_block_stop", "index": 0}, {"type": "message_stop"}]
    return b"".join(sse(event, event["type"]) for event in events)


def gemini(pieces: Iterable[str]) -> bytes:
    chunks: list[dict[str, Any]] = [
        {"candidates": [{"index": 0, "content": {"parts": [{"text": piece}]}}]} for piece in pieces
    ]
    chunks.append({"candidates": [{"index": 0, "finishReason": "STOP"}]})
    return b"".join(map(sse, chunks))


def openai_arguments(pieces: Iterable[str]) -> bytes:
    chunks = []
    for piece in pieces:
        call = {"index": 0, "function": {"arguments": piece}}
        chunks.append({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
    return b"".join(map(sse, chunks))


def agent(pieces: Iterable[str]) -> bytes:
    updates = []
    for piece in pieces:
        artifact = {"artifactId": "a", "parts": [{"text": piece}]}
        updates.append(
            {"jsonrpc": "2.0", "result": {"artifactUpdate": {"artifact": artifact, "append": True}}}
        )
    return b"".join(map(sse, updates)) + sse({"jsonrpc": "2.0", "result": {"statusUpdate": {"final": True}}})


def cohere(pieces: Iterable[str]) -> bytes:
    said = [{"message": {"content": {"text": piece}}} for piece in pieces]
    events: list[dict[str, Any]] = [{"type": "content-delta", "index": 0, "delta": delta} for delta in said]
    return b"".join(map(sse, [*events, {"type": "content-end", "index": 0}, {"type": "message-end"}]))


def conversation(pieces: Iterable[str]) -> bytes:
    """Mistral's, and LM Studio's own."""
    events = [{"type": "message.output.delta", "content": piece} for piece in pieces]
    return b"".join(map(sse, [*events, {"type": "conversation.response.done"}]))


STREAMS = (openai_chat, responses, anthropic, gemini, agent, cohere, conversation)


def text_of(body: bytes) -> str:
    """Return what a client puts together of the pieces in a stream."""
    said = []
    for block in body.split(b"\n\n"):
        line = block.split(b"data: ")[-1]
        if not line.startswith(b"{"):
            continue
        value = json.loads(line)
        for choice in value.get("choices", []):
            delta = choice["delta"]
            said.append(delta.get("content") or "")
            said += [call["function"]["arguments"] for call in delta.get("tool_calls", [])]
        for candidate in value.get("candidates", []):
            said += [part["text"] for part in candidate.get("content", {}).get("parts", [])]
        if "artifactUpdate" in value.get("result", {}):
            said.append(value["result"]["artifactUpdate"]["artifact"]["parts"][0]["text"])
        if value.get("type") == "response.output_text.delta":
            said.append(value["delta"])
        if value.get("type") == "content_block_delta":
            said.append(value["delta"]["text"])
        if value.get("type") == "content-delta":
            said.append(value["delta"]["message"]["content"]["text"])
        if value.get("type") == "message.output.delta":
            said.append(value["content"])
    return "".join(said)


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("mode", [AnswerMode.HOLD, AnswerMode.BUFFER])
def test_a_secret_that_is_split_anywhere_never_leaves(stream: Callable[..., bytes], mode: AnswerMode) -> None:
    before, after = "The key is ", " and that was it. " + "Other words follow. " * 10
    for cut in range(len(SECRET) + 1):
        body = stream([before + SECRET[:cut], SECRET[cut:] + after])
        out = through([body], mode=mode)
        assert SECRET[:20].encode() not in out and SECRET[10:].encode() not in out
        assert text_of(out) == f"{before}<BIRD_1>{after}"


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(STREAMS))
def test_however_the_text_and_the_bytes_are_cut_the_rest_is_as_it_was(
    data: st.DataObject, stream: Callable[..., bytes]
) -> None:
    words = data.draw(st.lists(st.sampled_from(["plain ", "über ", "<", "> ", "x" * 90, "\n", SECRET + " "])))
    text = "".join(words) + SECRET + " " + "tail " * data.draw(st.integers(0, 40))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(text)), max_size=12)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    body = stream(pieces)
    at = sorted(data.draw(st.sets(st.integers(1, len(body)), max_size=8)))
    chunks = [body[a:b] for a, b in zip([0, *at], [*at, len(body)], strict=True)]

    def unseen(out: bytes) -> None:
        assert SECRET not in text_of(out)

    out = through(chunks, after_each=unseen)
    expected = text
    while SECRET in expected:
        start = expected.index(SECRET)
        end = start + len(SECRET)
        while end < len(expected) and expected[end].isascii() and expected[end].isalnum():
            end += 1
        expected = expected[:start] + "\0" + expected[end:]
    said = text_of(out)
    for number in range(1, 30):
        said = said.replace(f"<BIRD_{number}>", "\0")
    assert said == expected


@pytest.mark.parametrize("stream", STREAMS)
def test_a_stream_with_a_secret_is_refused_before_any_of_it_left(stream: Callable[..., bytes]) -> None:
    left: list[bytes] = []
    body = stream(["Nothing yet. " * 30, "Now " + SECRET[:15], SECRET[15:], " more"])
    with pytest.raises(Refused, match="'Birds'"):
        through([body[at : at + 40] for at in range(0, len(body), 40)], Action.BLOCK, after_each=left.append)
    assert all(SECRET[:12] not in text_of(out) for out in left)


def test_a_value_that_comes_letter_by_letter_is_one_value() -> None:
    text = f"The key is {SECRET}, and once more {SECRET}. " + "Words. " * 30
    assert text_of(through([openai_chat(text)])) == text.replace(SECRET, "<BIRD_1>")


def test_a_stream_without_anything_is_given_byte_by_byte_as_it_came() -> None:
    body = openai_chat(["Hello ", "there, ", "how are you? "] * 40)
    sizes: list[int] = []
    out = through(
        [body[at : at + 100] for at in range(0, len(body), 100)], after_each=lambda o: sizes.append(len(o))
    )
    assert out == body
    assert sizes[len(sizes) // 2] > len(body) // 4, "what is harmless leaves while the rest still comes"


def test_arguments_of_tools_wait_until_they_are_whole_and_stay_json() -> None:
    arguments = json.dumps({"path": "a", "note": f'say "{SECRET}" \\ now', "list": [SECRET]})
    out = through([openai_arguments([arguments[at : at + 7] for at in range(0, len(arguments), 7)])])
    assert json.loads(text_of(out)) == {"path": "a", "note": 'say "<BIRD_1>" \\ now', "list": ["<BIRD_1>"]}


@pytest.mark.parametrize("beside", ["", SECRET, "bluebird-" + "c3D4" * 6])
def test_arguments_with_a_secret_in_another_spelling_are_refused(beside: str) -> None:
    """Also where another value, or the same one, stands beside it in plain letters and can be masked."""
    arguments = f'{{"plain": "{beside}", "escaped": "\\u0062{SECRET[1:]}"}}'
    assert json.loads(arguments)["escaped"] == SECRET
    with pytest.raises(Refused, match="'Birds'"):
        through([openai_arguments([arguments])])


@pytest.mark.parametrize("mode", [AnswerMode.PASS, AnswerMode.HOLD, AnswerMode.BUFFER])
@pytest.mark.parametrize("stream", STREAMS)
def test_a_placeholder_that_is_split_over_pieces_is_put_back(
    stream: Callable[..., bytes], mode: AnswerMode
) -> None:
    text = "Write to <EMAIL_1>, not to <EMAIL_9> or <b>. "
    for cut in range(1, len(text)):
        vault = Vault()
        vault.placeholder("EMAIL", "ana@example.com", restore=True)
        out = through([stream([text[:cut], text[cut:]])], mode=mode, vault=vault)
        assert text_of(out) == text.replace("<EMAIL_1>", "ana@example.com")
        assert b"<EMAIL_1>" not in out


def test_what_is_put_back_into_arguments_is_written_as_json() -> None:
    vault = Vault()
    vault.placeholder("NOTE", 'a "quoted" \\ line\n', restore=True)
    for mode in (AnswerMode.PASS, AnswerMode.HOLD):
        out = through([openai_arguments(['{"x": "<NO', 'TE_1>"}'])], mode=mode, vault=vault)
        assert json.loads(text_of(out)) == {"x": 'a "quoted" \\ line\n'}


def test_what_is_split_over_the_texts_of_a_whole_answer_is_refused_for_it_cannot_be_masked() -> None:
    elements = [
        {"candidates": [{"content": {"parts": [{"text": text}]}}]} for text in (SECRET[:12], SECRET[12:])
    ]
    together = [TextPart("/candidates/0/content/parts/0/text", "assistant", SECRET)]
    with pytest.raises(Refused):
        asyncio.run(a_guard().whole(json.dumps(elements).encode(), Reply(200, texts=together)))
    masked = asyncio.run(a_guard().whole(json.dumps([SECRET]).encode(), Reply(200, texts=together)))
    assert json.loads(masked) == ["<BIRD_1>"]


def test_a_long_stream_is_masked_to_its_end_while_it_passes() -> None:
    left: list[bytes] = []
    words = [f"Word {number}. " for number in range(2_000)]
    words[1_500] += SECRET[:10]
    words[1_501] = f"{SECRET[10:]} is it. "
    chunks = [sse({"choices": [{"index": 0, "delta": {"content": word}}]}) for word in words]
    out = through(chunks, after_each=left.append)
    assert text_of(out) == "".join(words).replace(SECRET, "<BIRD_1>")
    assert len(left[1_000]) > len(out) / 3  # nothing is held for longer than it must


def test_an_answer_of_more_texts_than_can_be_held_is_refused() -> None:
    chunks = [sse({"choices": [{"index": at, "delta": {"content": "a"}}]}) for at in range(4_001)]
    assert text_of(through(chunks[:-1])) == "a" * 4_000
    with pytest.raises(GatewayError, match="more texts"):
        through(chunks)


@pytest.mark.usefixtures("no_collector")
def test_what_ends_in_a_stream_of_many_texts_is_found_without_a_search() -> None:
    """Each of 200,000 ends was looked for among 4,000 texts: half a minute."""
    delta = '{"type":"content_block_delta","index":%d,"delta":{"type":"text_delta","text":"hi"}}'
    ends = b"".join(
        b'data: {"type":"content_block_stop","index":%d}\n\n' % (at % 3000) for at in range(5_000)
    )

    async def seconds(texts: int) -> float:
        guard = a_guard()
        guard.opens("text/event-stream")
        await guard.piece(b"".join(b"data: %b\n\n" % (delta % at).encode() for at in range(texts)))
        await guard.piece(ends)
        began = time.thread_time()
        await guard.piece(ends)
        return time.thread_time() - began

    few, many = asyncio.run(seconds(1)), asyncio.run(seconds(3_000))
    assert many < 3 * few


@pytest.mark.parametrize("piece", [b": x\n\n" * 20_000, b"data: x\n" * 300_000 + b"\n"])
async def test_very_many_events_or_lines_of_one_leave_the_loop_to_others(piece: bytes) -> None:
    """256 KB of comments held it for half a second."""
    warm_detectors()
    guard, turns = a_guard(), 0
    guard.opens("text/event-stream")
    taken = asyncio.create_task(guard.piece(piece))
    while not taken.done():
        await asyncio.sleep(0)
        turns += 1
    await taken
    assert turns > 20


def test_what_was_looked_at_apart_is_masked_only_where_all_of_it_can_be_looked_for() -> None:
    """40,000 secrets in as many tools took a minute."""
    birds = [f"bluebird-{at:012}" for at in range(6_000)]
    places = [f"/result/tools/{at}/description" for at in range(6_000)]
    for count, refused in ((20, False), (6_000, True)):
        passages = {
            place: Passage(bird, Context.TOOL_DESCRIPTION, place)
            for place, bird in zip(places[:count], birds, strict=False)
        }
        found = [a_finding(place=place, start=0, end=len(birds[0])) for place in passages]
        noted = tuple(Noted(one, Direction.ANSWER) for one in found)
        hit = Hit("Birds", 1, "bird", Action.REDACT, Level.HIGH, noted=noted)
        body = json.dumps(birds[:count]).encode()
        with pytest.raises(Refused, match="than can be masked") if refused else contextlib.nullcontext():
            passed = a_guard().passes(body, Reply(200), Looked(verdict=Verdict((hit,)), passages=passages))
            assert b"bluebird" not in passed
