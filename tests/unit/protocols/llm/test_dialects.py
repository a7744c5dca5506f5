"""What holds for every dialect; each wire format has its cases in tests/golden."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.reply import Basis
from gateway_desktop.protocols.adapters import FORWARDED
from gateway_desktop.protocols.llm.dialects import DIALECTS
from gateway_desktop.protocols.llm.usage_request import without_null_usage
from gateway_desktop.protocols.sse import event
from tests.golden.cases import FOLDER
from tests.makers import a_head

ADAPTER = FORWARDED[Kind.LLM]
PATHS = {
    "OpenAiChat": "/v1/chat/completions",
    "OpenAiResponses": "/v1/responses",
    "AnthropicMessages": "/v1/messages",
    "Gemini": "/v1beta/models/m:streamGenerateContent",
    "Embeddings": "/v1/embeddings",
    "Ollama": "/api/chat",
    "Cohere": "/v2/chat",
    "Batches": "/v1/batches",
    "Bedrock": "/model/m/converse",
    "Other": "/v1/new",
}
_NAMES = """
model messages role content type text input output choices delta index usage error tool_calls function
arguments message stream system contents parts candidates usageMetadata response status stream_options
metadata user_id finish_reason content_block prompt tools done item input_tokens output_tokens
toolUse toolResult reasoningContent toolConfig source bytes inputTokens
"""
_WORDS = """
text image tool_use tool_result message function_call reasoning message_start message_delta document
content_block_delta content_block_start response.completed response.output_text.delta error user assistant
"""
NAMES, WORDS = st.sampled_from(_NAMES.split()), st.sampled_from(_WORDS.split())
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4)
)
ANYTHING = st.recursive(
    SCALARS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)
OBJECTS = st.dictionaries(NAMES, ANYTHING, max_size=6)
with_each_dialect = pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)


def test_every_dialect_is_tried_here_and_has_golden_cases() -> None:
    assert {type(dialect).__name__ for dialect in DIALECTS} == set(PATHS)
    folders = {folder.name.replace("_", "") for folder in FOLDER.iterdir() if folder.is_dir()}
    assert {name.lower() for name in PATHS} <= folders


@with_each_dialect
@settings(max_examples=50)
@given(request=OBJECTS)
def test_no_json_object_breaks_the_reading_of_a_request(path: str, request: dict[str, Any]) -> None:
    body = json.dumps(request).encode()
    call = ADAPTER.decode(a_head(path=path), body, "openai")
    assert all(type(part.text) is str and part.place.startswith("/") for part in call.texts)
    assert call.hides_usage or call.body is body
    if not path.endswith(("Content", "/converse")):
        assert call.target in ("", request.get("model"))


@with_each_dialect
@settings(max_examples=50)
@given(answers=st.lists(OBJECTS | ANYTHING, max_size=6), stream=st.booleans(), cut=st.booleans())
def test_no_answer_breaks_the_reading_of_it(path: str, answers: list[Any], stream: bool, cut: bool) -> None:
    call = ADAPTER.decode(
        a_head(path=path), b'{"model":"m","stream":true}' if stream else b'{"model":"m"}', "openai"
    )
    if stream:
        data = b"".join(event(json.dumps(answer).encode()) for answer in answers)
        reader = ADAPTER.read_reply(call, 200, "text/event-stream")
    else:
        data = json.dumps(answers[0] if answers else None).encode()
        reader = ADAPTER.read_reply(call, 200, "application/json")
    passed = reader.feed(data)
    if cut:
        reader.aborted()
    else:
        passed += reader.end()
    assert call.hides_usage or passed == data
    assert json.dumps(reader.reply.detail, default=str) is not None
    if reader.reply.usage is not None and (cut or not reader.reply.complete) and not path.endswith("new"):
        assert reader.reply.usage.basis is Basis.PARTIAL


@with_each_dialect
@settings(max_examples=50)
@given(data=st.binary(max_size=200))
def test_no_bytes_break_the_reading_of_an_answer(path: str, data: bytes) -> None:
    call = ADAPTER.decode(a_head(path=path), b'{"model":"m","stream":true}', "openai-basic")
    for content_type in ("text/event-stream", "application/json", "application/x-ndjson", "", "audio/mpeg"):
        for ends in (True, False):
            reader = ADAPTER.read_reply(call, 200, content_type)
            assert reader.feed(data) == data
            if ends:
                assert reader.end() == b""
            else:
                reader.aborted()


@given(request=OBJECTS, options=OBJECTS | ANYTHING | st.just("absent"), indent=st.sampled_from([None, 1]))
def test_asking_for_usage_changes_nothing_else(
    request: dict[str, Any], options: Any, indent: int | None
) -> None:
    asked = {**request, "stream": True, **({} if options == "absent" else {"stream_options": options})}
    body = json.dumps(asked, indent=indent).encode()
    call = ADAPTER.decode(a_head(), body, "openai")
    if not call.hides_usage:
        assert call.body is body
        return
    sent = json.loads(call.body)
    before = asked.get("stream_options", request.get("stream_options")) or {}
    assert sent.pop("stream_options") == {**before, "include_usage": True}
    assert sent == {name: value for name, value in asked.items() if name != "stream_options"}
    start = next((at for at, (a, b) in enumerate(zip(body, call.body, strict=False)) if a != b), len(body))
    end = 0
    while end < len(body) - start and body[len(body) - 1 - end] == call.body[len(call.body) - 1 - end]:
        end += 1
    assert len(body) - start - end <= len("false") or before == {}


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        (b"", b',"stream_options":{"include_usage":true}'),
        (b',"stream_options":null', b',"stream_options":{"include_usage":true}'),
        (b',"stream_options":{}', b',"stream_options":{"include_usage":true}'),
        (b',"stream_options":{ }', b',"stream_options":{"include_usage":true}'),
        (b',"stream_options":{"x":[1, 2] }', b',"stream_options":{"x":[1, 2] ,"include_usage":true}'),
        (
            b',"stream_options":{ "include_usage" : false , "x":1}',
            b',"stream_options":{ "include_usage" : true , "x":1}',
        ),
        (b',"stream_options":{"include_usage":null}', b',"stream_options":{"include_usage":true}'),
    ],
)
@pytest.mark.parametrize("tail", [b"", b"\n", b"  \n\n"])
def test_the_smallest_change_asks_for_usage(options: bytes, sent: bytes, tail: bytes) -> None:
    start = b'{ "model": "m", "stream":true'
    call = ADAPTER.decode(a_head(), start + options + b"}" + tail, "openai")
    assert (call.body, call.hides_usage) == (start + sent + b"}" + tail, True)


@pytest.mark.parametrize(
    ("body", "provider"),
    [
        (b'{"model":"m","stream":true,"stream_options":{"include_usage":true}}', "openai"),
        (b'{"model":"m","stream":true,"stream_options":"x"}', "openai"),
        (b'{"model":"m","stream":false}', "openai"),
        (b'{"model":"m"}', "openai"),
        (b'{"model":"m","stream":true}', "openai-basic"),
    ],
)
def test_who_asked_or_must_not_be_asked_for_is_left_alone(body: bytes, provider: str) -> None:
    call = ADAPTER.decode(a_head(), body, provider)
    assert (call.body, call.hides_usage) == (body, False)


@pytest.mark.parametrize(
    ("chunk", "left"),
    [
        ('{"id":"1","choices":[{"delta":{"content":"a"}}],"usage":null}', True),
        ('{"choices":[{}],"usage":null,"obfuscation":"x9Q"}', True),
        ('{"choices": [{}], "usage": null, "created": 1}', True),
        ('{"id":"1","usage":null,"choices":[{"delta":{}}]}', True),
        ('{"choices":[{"usage":null,"delta":{"content":""}}]}', False),  # the choice's own
        ('{"choices":[{"delta":{},"usage":null}]}', False),
        ('{"choices":[],"x_groq":{"id":"1","usage":null}}', False),
        (r'{"choices":[{"delta":{"content":"{,\"usage\":null}"}}]}', False),
    ],
)
def test_a_usage_that_is_null_is_kept_from_who_did_not_ask_for_it(chunk: str, left: bool) -> None:
    passed = without_null_usage(f"data: {chunk}\n\n".encode())
    expected = {name: value for name, value in json.loads(chunk).items() if not left or name != "usage"}
    assert json.loads(passed.removeprefix(b"data: ")) == expected


def test_a_request_with_half_a_character_may_still_be_asked_for_usage() -> None:
    body = b'{"model":"m","stream":true,"messages":[{"role":"user","content":"cut \\ud83d"}]}'
    call = ADAPTER.decode(a_head(), body, "openai")
    assert call.body == body[:-1] + b',"stream_options":{"include_usage":true}}'
    assert call.texts[0].text == "cut ?"


def test_members_that_are_no_json_after_all_are_refused_with_their_place() -> None:
    with pytest.raises(Malformed) as refused:
        ADAPTER.decode(a_head(), b'{"model":"m","messages":["\xff"]}', "openai")
    assert refused.value.place == "/messages"
