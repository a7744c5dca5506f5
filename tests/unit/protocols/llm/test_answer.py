"""What an upstream says is not believed: a reply holds only what can be priced and stored."""

import json
from typing import Any

import pytest

from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.reply import Basis, Reply, Usage
from gateway_desktop.protocols.adapters import FORWARDED
from tests.makers import HeaderList

ADAPTER = FORWARDED[Kind.LLM]
CHAT, MESSAGES, RESPONSES = "/v1/chat/completions", "/v1/messages", "/v1/responses"
NO_STRINGS = [5, 0.5, True, [1], {"a": 1}, [[]]]
NO_AMOUNTS: list[Any] = [-1, True, "1", None, [1], {}, 1e300]
NO_COUNTS = [-1, 1.5, 1e300, 10**30, True, "7", [7], {"a": 7}, None]


def read(path: str, *events: dict[str, Any] | str) -> Reply:
    """Return what is understood of a stream of these events."""
    head = RequestHead("POST", path, "", HeaderList(), "127.0.0.1")
    request = {"model": "m", "stream": True, "messages": [], "input": "", "stream_options": None}
    call = ADAPTER.decode(head, json.dumps(request).encode(), "openai-basic")
    reader = ADAPTER.read_reply(call, 200, "text/event-stream")
    for event in events:
        data = event if isinstance(event, str) else json.dumps(event)
        reader.feed(f"data: {data}\n\n".encode())
    reader.end()
    return reader.reply


def whole(path: str, answer: dict[str, Any]) -> Reply:
    """Return what is understood of a whole answer."""
    head = RequestHead("POST", path, "", HeaderList(), "127.0.0.1")
    call = ADAPTER.decode(head, b'{"model":"m","messages":[],"input":""}', "openai-basic")
    reader = ADAPTER.read_reply(call, 200, "application/json")
    reader.feed(json.dumps(answer).encode())
    reader.end()
    return reader.reply


def message(model: object = "claude", stop: object = "end_turn", index: object = 0) -> list[dict[str, Any]]:
    """Return the events of a short message."""
    return [
        {
            "type": "message_start",
            "message": {"model": model, "usage": {"input_tokens": 3, "output_tokens": 1}},
        },
        {"type": "content_block_start", "index": index, "content_block": {"type": "text", "text": "Hi"}},
        {"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {"output_tokens": 2}},
        {"type": "message_stop"},
    ]


def response(**members: object) -> dict[str, Any]:
    """Return the last event of a response."""
    usage = {"input_tokens": 3, "output_tokens": 2}
    return {"type": "response.completed", "response": {"status": "completed", "usage": usage, **members}}


@pytest.mark.parametrize("value", NO_STRINGS, ids=repr)
def test_a_name_that_is_no_string_is_no_name(value: object) -> None:
    chunk = {"model": value, "service_tier": value, "choices": [{"finish_reason": value, "delta": {}}]}
    for reply in (
        read(CHAT, chunk, "[DONE]"),
        read(MESSAGES, *message(model=value, stop=value)),
        read(RESPONSES, {"type": "response.created", "response": {"model": value}}),
        read(RESPONSES, response(model=value, service_tier=value, incomplete_details={"reason": value})),
    ):
        assert reply.response_model is None
        assert reply.service_tier is None
        assert reply.finish in (None, "completed")


@pytest.mark.parametrize("value", NO_COUNTS, ids=repr)
def test_a_count_that_is_none_is_estimated(value: object) -> None:
    text = {"choices": [{"index": 0, "delta": {"content": "eight..."}, "finish_reason": "stop"}]}
    usage = {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": value}}
    reply = read(CHAT, text, usage, "[DONE]")
    assert reply.usage == Usage(input=9, output=2, basis=Basis.ESTIMATED)


def test_a_usage_of_nothing_does_not_undo_the_one_before() -> None:
    text = {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}
    counted = {"prompt_tokens": 9, "completion_tokens": 2}
    nothing = {"choices": [], "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}}
    assert read(CHAT, {**text, "usage": counted}, nothing, "[DONE]").usage == Usage(input=9, output=2)
    assert read(CHAT, text, nothing, "[DONE]").usage == Usage(input=0, output=0)  # a zero is no gap


@pytest.mark.parametrize("member", [{"choices": []}, {"choices": None}, {}], ids=str)
def test_usage_that_nobody_asked_for_is_kept_from_the_caller_however_it_has_no_choices(
    member: dict[str, Any],
) -> None:
    head = RequestHead("POST", CHAT, "", HeaderList(), "127.0.0.1")
    call = ADAPTER.decode(head, b'{"model":"m","messages":[],"stream":true}', "openai")
    reader = ADAPTER.read_reply(call, 200, "text/event-stream")
    told = {"object": "chat.completion.chunk", **member, "usage": {"prompt_tokens": 9}}
    assert reader.feed(f"data: {json.dumps(told)}\n\n".encode()) + reader.end() == b""
    assert reader.reply.usage is not None and reader.reply.usage.input == 9


@pytest.mark.parametrize("index", [True, "x", None, [0], {"a": 0}, -1, 0.5], ids=repr)
def test_an_index_that_is_none_costs_no_usage(index: object) -> None:
    reply = read(MESSAGES, *message(index=index), *message(index=1))
    assert reply.usage == Usage(input=3, output=2)
    assert reply.complete


@pytest.mark.parametrize("index", [True, "x", None, -1, 0.5], ids=repr)
def test_pieces_in_no_order_are_texts_all_the_same(index: object) -> None:
    delta = {"type": "response.output_text.delta", "delta": "Hi"}
    reply = read(RESPONSES, {**delta, "output_index": index}, {**delta, "output_index": 1}, response())
    assert reply.usage == Usage(input=3, output=2)
    assert "".join(part.text for part in reply.texts) == "HiHi"


@pytest.mark.parametrize("path", [CHAT, MESSAGES, RESPONSES, "/v1/embeddings", "/v1/rerank"])
@pytest.mark.parametrize("key", ["model", "Model"])
def test_a_key_that_stands_twice_in_an_answer_is_read_as_it_is(path: str, key: str) -> None:
    """It passes as it came, so it is metered; only in a request would it be a way around what is allowed."""
    call = ADAPTER.decode(
        RequestHead("POST", path, "", HeaderList(), "127.0.0.1"), b'{"model": "m"}', "openai-basic"
    )
    reader = ADAPTER.read_reply(call, 200, "application/json")
    reader.feed(b'{"%s": "a", "model": "b", "usage": {"input_tokens": 3, "output_tokens": 0}}' % key.encode())
    reader.end()
    assert reader.reply.usage == Usage(input=3, output=0)
    assert reader.reply.response_model == "b"
    assert reader.reply.complete
    assert not reader.reply.detail


@pytest.mark.parametrize("stream", [True, False])
def test_what_compaction_of_the_context_used_is_in_the_total(stream: bool) -> None:
    """Anthropic says of `usage.iterations` (BetaUsage): a compaction's tokens are in no other member."""
    cache: dict[str, Any] = {"cache_read_input_tokens": 50, "cache_creation_input_tokens": 7}
    cache["cache_creation"] = {"ephemeral_5m_input_tokens": 4, "ephemeral_1h_input_tokens": 3}
    iterations = [
        {"type": "compaction", "input_tokens": 180_000, "output_tokens": 3_500, **cache},
        {"type": "message", "input_tokens": 23_000, "output_tokens": 1_000},
        "none",
    ]
    usage = {"input_tokens": 23_000, "output_tokens": 1_000, "iterations": iterations}
    if stream:
        start, *_, stop = message()
        done = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": usage}
        reply = read(MESSAGES, start, done, stop)
    else:
        reply = whole(MESSAGES, {"model": "claude", "content": [], "usage": usage})
    assert reply.usage == Usage(203_057, 50, 7, 3, 4_500)


def test_searches_are_counted_but_not_the_pages_that_are_opened() -> None:
    calls = [
        {"type": "web_search_call", "action": {"type": kind}} for kind in ("search", "open_page", "search")
    ]
    found = {"type": "file_search_call", "queries": ["x"], "results": None}
    reply = read(RESPONSES, response(output=[*calls, found]))
    assert reply.usage == Usage(3, output=2, extra={"web_search_requests": 2, "file_searches": 1})


def test_what_the_advisor_used_is_another_models() -> None:
    """Anthropic bills it at the advisor's rates, and counts it in no other member of `usage`."""
    advice = {"type": "advisor_message", "model": "claude-opus", "input_tokens": 900, "output_tokens": 50}
    turn = {"type": "message", "input_tokens": 3, "output_tokens": 2}
    usage = {"input_tokens": 3, "output_tokens": 2, "iterations": [turn, advice, advice]}
    used = whole(MESSAGES, {"model": "claude", "content": [], "usage": usage}).usage
    assert used is not None and (used.input, used.output) == (3, 2)
    assert used.others == [("claude-opus", Usage(900, output=50))] * 2
    assert used.extra == {"advisor_input_tokens": 1800, "advisor_output_tokens": 100}


@pytest.mark.parametrize(
    ("told", "nano"),
    [
        ({"cost": 0.00014}, 140_000),
        ({"cost": 0}, 0),
        ({"cost": {"total_cost": 0.006, "currency": "USD"}}, 6_000_000),  # Perplexity
        ({"cost": {"total_cost": 0.006}}, 6_000_000),
        ({"cost": {"total_cost": 0.006, "currency": "EUR"}}, None),
        ({"cost_in_usd_ticks": 318_319_000}, 31_831_900),  # xAI
        ({"cost": 0.001, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.02}}, 21_000_000),
        ({"cost": 0.001, "is_byok": False, "cost_details": {"upstream_inference_cost": 0.001}}, 1_000_000),
        ({"cost": 0.001, "is_byok": True}, None),  # what the provider takes is not told
        *[({"cost": value}, None) for value in NO_AMOUNTS],
    ],
    ids=str,
)
@pytest.mark.parametrize("path", [CHAT, MESSAGES, RESPONSES])
def test_what_the_upstream_says_it_charges_is_read(path: str, told: dict[str, Any], nano: int | None) -> None:
    sides = ("prompt_tokens", "completion_tokens") if path == CHAT else ("input_tokens", "output_tokens")
    usage = {**dict.fromkeys(sides, 3), **told}
    used = whole(path, {"model": "m", "choices": [], "content": [], "output": [], "usage": usage}).usage
    assert used == Usage(3, output=3, charged_nano=nano)


def test_audio_of_a_transcription_is_audio() -> None:
    details = {"audio_tokens": 38, "text_tokens": 2}
    usage = {"type": "tokens", "input_tokens": 40, "output_tokens": 5, "input_token_details": details}
    reply = whole("/v1/audio/transcriptions", {"text": "Hi", "usage": usage})
    assert reply.usage == Usage(40, output=5, extra={"input_audio_tokens": 38})


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ({"type": "duration", "seconds": 3.4}, 4),
        ({"prompt_audio_seconds": 203, "prompt_tokens": 4, "completion_tokens": 6}, 203),
        ({"type": "duration", "seconds": "long"}, None),
        ({"prompt_audio_seconds": {}}, None),
    ],
)
def test_how_long_sound_was_is_told(told: dict[str, Any], seconds: int | None) -> None:
    usage = whole("/v1/audio/transcriptions", {"text": "Hello", "usage": told}).usage
    assert (usage.extra.get("input_audio_seconds") if usage is not None else None) == seconds


@pytest.mark.parametrize(
    ("told", "usage"),
    [
        ({"duration": 12.3}, Usage(basis=Basis.ESTIMATED, extra={"input_audio_seconds": 13})),
        ({"duration": "12.3"}, None),
        ({"duration": 0}, None),
        ({"duration": 12.3, "task": "something else"}, None),
        (
            {"duration": 12.3, "usage": {"type": "duration", "seconds": 13}},
            Usage(extra={"input_audio_seconds": 13}),
        ),
    ],
    ids=str,
)
def test_the_length_of_the_sound_counts_where_a_transcription_tells_no_usage(
    told: dict[str, Any], usage: Usage | None
) -> None:
    """OpenAI's `verbose_json`, as Azure and Groq answer with it."""
    answer = {"task": "transcribe", "language": "english", "text": "Hello", "segments": [], **told}
    assert whole("/v1/audio/transcriptions", answer).usage == usage


def test_cohere_tells_what_it_bills() -> None:
    billed = {"input_tokens": 6.0, "output_tokens": 4.0}
    usage = {"billed_units": billed, "tokens": {"input_tokens": 500, "output_tokens": 5}}
    end = {"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": usage}}
    assert whole("/v2/chat", {"id": "1", "usage": usage}).usage == Usage(6, output=4)
    assert read("/v2/chat", {"type": "message-start", "delta": {"message": {}}}, end).usage == Usage(
        6, output=4
    )
    assert whole("/v2/chat", {"usage": {**usage, "cached_tokens": 4.0}}).usage == Usage(6, 4, output=4)
    assert whole("/v2/chat", {"usage": {**usage, "cached_tokens": 448}}).usage == Usage(6, 6, output=4)
    assert whole("/v1/chat", {"meta": {**usage, "cached_tokens": 4}}).usage == Usage(6, 4, output=4)
    assert whole("/v2/embed", {"meta": {"billed_units": {"input_tokens": 2}}}).usage == Usage(2)
    searched = whole("/v2/rerank", {"meta": {"billed_units": {"search_units": 1}}})
    assert searched.usage == Usage(extra={"search_units": 1})


GEMINI = "/v1beta/models/gemini-2.5-flash:streamGenerateContent"


def test_output_of_gemini_that_was_not_counted_yet_is_estimated() -> None:
    piece = {"candidates": [{"content": {"parts": [{"text": "eight..."}]}}]}
    first = {**piece, "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9}}
    assert read(GEMINI, first).usage == Usage(9, output=2, basis=Basis.PARTIAL)
    counted = {"promptTokenCount": 9, "candidatesTokenCount": 1, "totalTokenCount": 10}
    assert read(GEMINI, {**piece, "usageMetadata": counted}).usage == Usage(9, output=1, basis=Basis.PARTIAL)


def test_searches_and_tiers_of_gemini_are_told() -> None:
    cached = [{"modality": "TEXT", "tokenCount": 10}, {"modality": "AUDIO", "tokenCount": 90}]
    usage = {
        "promptTokenCount": 120,
        "cachedContentTokenCount": 100,
        "candidatesTokenCount": 1,
        "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 100}],
        "cacheTokensDetails": cached,
        "trafficType": "ON_DEMAND_FLEX",
    }
    end = {"finishReason": "STOP", "groundingMetadata": {"webSearchQueries": ["a", "b"]}}
    reply = read(GEMINI, {"candidates": [end], "usageMetadata": usage})
    assert reply.service_tier == "FLEX"
    extra = {"input_audio_tokens": 100, "cache_audio_read_tokens": 90, "search_queries": 2}
    assert reply.usage == Usage(120, 100, output=1, basis=Basis.ESTIMATED, extra=extra)


def test_asking_googles_maps_is_told() -> None:
    grounding = {"groundingChunks": [{"web": {"uri": "a"}}, {"maps": {"uri": "b", "placeId": "places/1"}}]}
    end = {"finishReason": "STOP", "groundingMetadata": grounding}
    usage = {"promptTokenCount": 12, "candidatesTokenCount": 1}
    reply = read(GEMINI, {"candidates": [end], "usageMetadata": usage})
    assert reply.usage == Usage(12, output=1, extra={"map_searches": 1})


def test_containers_in_which_code_ran_are_told_once_each() -> None:
    ran = {"type": "code_interpreter_call", "code": "1", "container_id": "cntr_1"}
    shell = {"type": "container_reference", "container_id": "cntr_2"}
    elsewhere = {"type": "shell_call", "action": {}, "environment": {"type": "local"}}
    output = [ran, ran, {"type": "shell_call", "action": {}, "environment": shell}, elsewhere]
    assert read(RESPONSES, response(output=output)).usage == Usage(3, output=2, extra={"containers": 2})


@pytest.mark.parametrize("stream", [True, False])
def test_what_openais_own_tools_used_is_beside_the_rest(stream: bool) -> None:
    images = {
        "input_tokens": 60,
        "input_tokens_details": {"image_tokens": 40, "text_tokens": 20},
        "cached_tokens": 30,
        "cached_tokens_details": {"cached_image_tokens": 30, "cached_text_tokens": 0},
        "output_tokens": 7_024,
        "output_tokens_details": {"image_tokens": 7_024, "text_tokens": 0},
        "total_tokens": 7_084,
    }
    tools = [{"type": "web_search"}, {"type": "image_generation", "model": "gpt-image-2"}]
    searched = [{"type": "web_search_call", "action": {"type": "search"}}] * 3
    tool_usage = {"image_gen": images, "web_search": {"num_requests": 2}}
    done = response(output=searched, tools=tools, tool_usage=tool_usage)
    used = (read(RESPONSES, done) if stream else whole(RESPONSES, done["response"])).usage
    assert used is not None and (used.input, used.output) == (3, 2)
    told = {"image_tool_input_tokens": 60, "image_tool_output_tokens": 7_024, "web_search_requests": 2}
    assert used.extra == told
    seen = {"input_image_tokens": 40, "cache_image_read_tokens": 30, "output_image_tokens": 7_024}
    assert used.others == [("gpt-image-2", Usage(60, 30, output=7_024, extra=seen))]


def test_images_of_which_nothing_is_told_are_counted() -> None:
    drawn = [{"type": "image_generation_call", "status": "completed", "result": "iVBORw0KGgo="}]
    nothing = {"image_gen": {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}}
    for told in ({}, {"tool_usage": nothing}):
        used = read(RESPONSES, response(output=drawn, **told)).usage
        assert used == Usage(3, output=2, extra={"drawn_images": 1})


def test_a_cache_that_is_made_has_its_tokens_and_is_not_free() -> None:
    made = {"name": "cachedContents/1", "model": "models/gemini-2.5-flash"}
    told = whole("/v1beta/cachedContents", {**made, "usageMetadata": {"totalTokenCount": 50_000}}).usage
    assert told == Usage(50_000, output=0, extra={"stored_tokens": 50_000})


def test_tools_that_used_nothing_add_nothing() -> None:
    nothing = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
    tool_usage = {"image_gen": nothing, "web_search": {"num_requests": 0}}
    searched = [{"type": "web_search_call", "action": {"type": "search"}}]
    assert read(RESPONSES, response(output=searched, tool_usage=tool_usage)).usage == Usage(3, output=2)


def test_a_drawing_by_another_model_is_beside_the_images() -> None:
    svg = {"model": "gpt-6-sol", "input_tokens": 5, "output_tokens": 900, "total_tokens": 905}
    usage = {"input_tokens": 20, "output_tokens": 100, "total_tokens": 120}
    used = whole("/v1/images/generations", {"data": [], "usage": usage, "svg_usage": svg}).usage
    assert used is not None and (used.input, used.output) == (20, 100)
    assert used.others == [("gpt-6-sol", Usage(5, output=900))]


@pytest.mark.parametrize("stream", [True, False])
def test_pictures_searches_and_tier_of_an_interaction_are_told(stream: bool) -> None:
    usage = {
        "total_input_tokens": 130,
        "total_cached_tokens": 90,
        "total_output_tokens": 1_300,
        "input_tokens_by_modality": [
            {"modality": "text", "tokens": 30},
            {"modality": "audio", "tokens": 100},
        ],
        "cached_tokens_by_modality": [{"modality": "audio", "tokens": 90}],
        "output_tokens_by_modality": [{"modality": "image", "tokens": 1_290}],
        "grounding_tool_count": [
            {"type": "google_search", "count": 2},
            {"type": "google_maps", "count": 1},
            {"type": "retrieval", "count": 1},
        ],
    }
    made = {"id": "1", "status": "completed", "model": "gemini", "service_tier": "flex", "usage": usage}
    path = "/v1beta/interactions"
    event = {"event_type": "interaction.completed", "interaction": made}
    reply = read(path, event) if stream else whole(path, made)
    extra = {"input_audio_tokens": 100, "cache_audio_read_tokens": 90, "output_image_tokens": 1_290}
    extra |= {"search_queries": 2, "map_searches": 1}
    assert reply.usage == Usage(130, 90, output=1_300, basis=Basis.ESTIMATED, extra=extra)
    assert reply.service_tier == "flex"


def test_the_model_that_was_fallen_back_to_is_the_one_that_answered() -> None:
    """Anthropic says so in `usage.iterations` alone once its stream has begun with another."""
    start, block, _, stop = message(model="claude-fable-5")
    declined = {"type": "message", "model": "claude-fable-5", "input_tokens": 3, "output_tokens": 0}
    served = {"type": "fallback_message", "model": "claude-opus-5", "input_tokens": 3, "output_tokens": 2}
    usage = {"input_tokens": 3, "output_tokens": 2, "iterations": [declined, served]}
    done = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": usage}
    reply = read(MESSAGES, start, block, done, stop)
    assert (reply.response_model, reply.usage) == ("claude-opus-5", Usage(3, output=2))


@pytest.mark.parametrize("garbage", [b"data: {}\n\ndata: {}", b"\0" * 12])
def test_a_stream_of_bedrock_that_is_no_frames_passes_and_says_so(garbage: bytes) -> None:
    head = RequestHead("POST", "/model/m/converse-stream", "", HeaderList(), "127.0.0.1")
    call = ADAPTER.decode(head, b'{"messages": []}', "openai-like")
    reader = ADAPTER.read_reply(call, 200, "application/vnd.amazon.eventstream")
    assert reader.feed(garbage) + reader.feed(b"more") + reader.end() == garbage + b"more"
    assert "no frame" in str(reader.reply.detail["not_read"])


@pytest.mark.parametrize("said", ['{"command":"rm -rf /","command":"ls"}', '{"a":[{"b":1,"b":2}]}', '{"a":'])
def test_arguments_that_clients_would_read_differently_are_kept_as_they_came(said: str) -> None:
    start = {"type": "tool_use", "id": "toolu_1", "name": "run", "input": {}}
    pieces = [{"type": "input_json_delta", "partial_json": piece} for piece in (said[:7], said[7:])]
    reply = read(
        MESSAGES,
        {"type": "content_block_start", "index": 0, "content_block": start},
        *({"type": "content_block_delta", "index": 0, "delta": piece} for piece in pieces),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_stop"},
    )
    assert [part.text for part in reply.texts] == [said]
