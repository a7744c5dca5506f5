"""What answers cost, from their bytes on, against sums made by hand from the providers' price lists."""

import json
from typing import Any

import pytest

from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.reply import Reply
from gateway_desktop.gateway.recording.costs import cost_of, usage_of, was_free
from gateway_desktop.protocols.adapters import FORWARDED
from gateway_desktop.protocols.llm.pricing import Prices, load_prices
from tests.makers import a_head, a_proxy, an_exchange

DECEMBER_2026 = 1_796_083_200_000_000
UPSTREAMS = {
    "openai": "https://api.openai.com",
    "anthropic": "https://api.anthropic.com",
    "google": "https://generativelanguage.googleapis.com",
    "mistral": "https://api.mistral.ai",
    "cohere": "https://api.cohere.com",  # known by its address
    "openai-like": "https://litellm.example.com",
}
CHAT: dict[str, Any] = {"model": "claude-sonnet-4-5", "messages": []}
RESPONSE = {"id": "resp_1", "object": "response", "model": "gpt-6-sol", "status": "completed", "output": []}


@pytest.fixture(scope="module")
def prices() -> Prices:
    return load_prices()


def told(
    prices: Prices, provider: str, path: str, asked: Any, answer: bytes, kind: str = "application/json"
) -> tuple[Reply, int | None]:
    """Return what was read of an answer, and its cost in 1e-9 US dollars."""
    head, adapter = a_head(path=path), FORWARDED[Kind.LLM]
    call = adapter.decode(head, json.dumps(asked).encode(), provider)
    reader = adapter.read_reply(call, 200, kind)
    for at in range(0, len(answer), 50):
        reader.feed(answer[at : at + 50])
    reader.end()
    proxy = a_proxy(provider=provider, upstream=UPSTREAMS[provider])
    exchange = an_exchange(proxy=proxy, request=head, call=call, reply=reader.reply, started_us=DECEMBER_2026)
    exchange.sent = True
    usage = usage_of(exchange)
    if usage is None:
        return reader.reply, 0 if was_free(exchange) else None
    return reader.reply, cost_of(exchange, usage, prices, ()).nano


def chat_of(model: str, **usage: Any) -> dict[str, Any]:
    choices = [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}]
    return {"id": "c", "object": "chat.completion", "model": model, "choices": choices, "usage": usage}


IN, OUT = {"prompt_tokens": 1000}, {"completion_tokens": 100, "total_tokens": 1100}
CACHED = {"cache_read_input_tokens": 400}
LITELLM = {
    **CACHED,
    "cache_creation_input_tokens": 200,
    "prompt_tokens_details": {
        "cached_tokens": 400,
        "cache_creation_tokens": 200,
        "cache_creation_token_details": {"ephemeral_1h_input_tokens": 50},
    },
}
SEARCHED = {"tool_calls_details": {"search_web": {"invocation": 2}, "fetch_url": {"invocation": 1}}}
KEPT_FOR_12_HOURS = {
    "cached_tokens": 0,
    "cache_write_tokens": 800,
    "cache_write_tokens_details": {"ttl_12h_tokens": 800, "ttl_30m_tokens": 0},
}
KEPT_FOR_30_MINUTES = {**KEPT_FOR_12_HOURS, "cache_write_tokens_details": {"ttl_12h_tokens": 0}}
USED = {"input_tokens": 1000, "output_tokens": 100, "total_tokens": 1100}
DECIDED = {**USED, "input_tokens_details": {"cached_tokens": 400, "cache_write_tokens": 100}}
EMBED = {"model": "embed-v4.0", "texts": ["Hi"]}
IN_COHERE = {"input_tokens": 1000.0}
READ = {"model": "mistral-ocr-latest", "document": {"type": "file", "file_id": "f_1"}}
PAGES = {"pages": [], "model": "mistral-ocr-2505-completion", "usage_info": {"pages_processed": 7}}
SVG = {
    "input_tokens": 500,
    "model": "gpt-6-luna",
    "output_tokens": 50,
    "reasoning_tokens": 0,
    "total_tokens": 550,
}
DRAWN = {"type": "image_generation_call", "id": "ig_1", "status": "completed", "svg_usage": SVG}


@pytest.mark.parametrize(
    ("provider", "path", "asked", "answer", "nano"),
    [
        # Claude Sonnet 4.5 at $3, $0.30 from the cache, $3.75 and $6 into it, $15 out.
        (
            "openai-like",
            "/v1/chat/completions",
            CHAT,
            chat_of("claude-sonnet-4-5", **IN, **OUT, **LITELLM),
            400 * 3_000 + 400 * 300 + 150 * 3_750 + 50 * 6_000 + 100 * 15_000,
        ),
        (
            "openai-like",
            "/v1/chat/completions",
            CHAT,
            chat_of("claude-sonnet-4-5", **IN, **OUT, **CACHED),
            600 * 3_000 + 400 * 300 + 100 * 15_000,
        ),
        # Of a tier that is not listed nobody knows the price.
        (
            "mistral",
            "/v1/chat/completions",
            {**CHAT, "model": "mistral-large-latest"},
            chat_of("mistral-large-latest", **IN, **OUT, service_tier="priority"),
            None,
        ),
        # GPT-6 Sol at $2, $2.50 into the cache for half an hour, $10 out; for twelve hours is not listed.
        (
            "openai",
            "/v1/responses",
            {"model": "gpt-6-sol", "input": "Hi"},
            {**RESPONSE, "usage": {**USED, "input_tokens_details": KEPT_FOR_30_MINUTES}},
            200 * 2_000 + 800 * 2_500 + 100 * 10_000,
        ),
        (
            "openai",
            "/v1/responses",
            {"model": "gpt-6-sol", "input": "Hi"},
            {**RESPONSE, "usage": {**USED, "input_tokens_details": KEPT_FOR_12_HOURS}},
            None,
        ),
        # What wrote the picture, GPT-6 Luna at $0.10 and $0.50, is in no other number.
        (
            "openai",
            "/v1/responses",
            {"model": "gpt-6-sol", "input": "Draw."},
            {**RESPONSE, "output": [DRAWN], "usage": USED},
            1000 * 2_000 + 100 * 10_000 + 500 * 100 + 50 * 500,
        ),
        # Of decisions the input is paid, whatever the cache did, and nothing else.
        (
            "openai",
            "/v1/decisions",
            {"model": "gpt-6-luna", "input": "Hi", "questions": []},
            {"answers": [], "model": "gpt-6-luna", "usage": DECIDED},
            1000 * 100,
        ),
        # Perplexity's tools are paid by the call; what one that it does not list costs, nobody knows.
        (
            "openai-like",
            "/v1/responses",
            {"model": "gpt-6-sol", "input": "Hi"},
            {**RESPONSE, "usage": {**USED, **SEARCHED}},
            None,
        ),
        # What an agent or a dream used in all its time is not what this call used.
        (
            "anthropic",
            "/v1/dreams",
            {"model": "claude-sonnet-4-5", "inputs": []},
            {"type": "dream", "status": "pending", "usage": {"input_tokens": 0, "output_tokens": 0}},
            None,
        ),
        (
            "openai",
            "/v1/agents/sessions/s_1",
            {"model": "gpt-6-sol"},
            {"object": "agent.session", "usage": USED},
            None,
        ),
        ("google", "/v1/models/gemini-2.5-flash:computeTokens", {"contents": []}, {"tokensInfo": []}, 0),
        # What Cohere bills beside text has no price in the list, so the whole has none.
        ("cohere", "/v2/embed", EMBED, {"id": "e_1", "meta": {"billed_units": IN_COHERE}}, 1000 * 120),
        (
            "cohere",
            "/v2/embed",
            EMBED,
            {"id": "e_1", "meta": {"billed_units": {**IN_COHERE, "images": 1.0, "image_tokens": 900.0}}},
            None,
        ),
        (
            "cohere",
            "/v2/chat",
            {**CHAT, "model": "command-a-03-2025"},
            {"message": {}, "usage": {"billed_units": {**IN_COHERE, "output_tokens": 1, "search_units": 2}}},
            None,
        ),
        # Mistral's OCR of May 2025 at $1 a thousand pages, $3 with annotations.
        ("mistral", "/v1/ocr", READ, PAGES, 7 * 1_000_000),
        ("mistral", "/v1/ocr", {**READ, "document_annotation_format": None}, PAGES, 7 * 1_000_000),
        ("mistral", "/v1/ocr", {**READ, "bbox_annotation_format": {"type": "text"}}, PAGES, 7 * 3_000_000),
        # That of March lists no annotations.
        ("mistral", "/v1/ocr", READ, {**PAGES, "model": "mistral-ocr-2503"}, 7 * 1_000_000),
        (
            "mistral",
            "/v1/ocr",
            {**READ, "document_annotation_format": {"type": "text"}},
            {**PAGES, "model": "mistral-ocr-2503"},
            None,
        ),
    ],
)
def test_an_answer_costs_what_the_price_list_says(
    prices: Prices, provider: str, path: str, asked: Any, answer: Any, nano: int | None
) -> None:
    assert told(prices, provider, path, asked, json.dumps(answer).encode())[1] == nano


@pytest.mark.parametrize(
    ("model", "nano"),
    [("tts-1", 11 * 15_000), ("tts-1-hd", 11 * 30_000), ("gpt-4o-mini-tts", None)],  # the last: by tokens
)
def test_speech_is_paid_by_the_characters_that_are_spoken(
    prices: Prices, model: str, nano: int | None
) -> None:
    asked = {"model": model, "input": "Blue, süß.\n", "instructions": "Calmly.", "voice": "alloy"}
    reply, cost = told(prices, "openai", "/v1/audio/speech", asked, b"ID3", "audio/mpeg")
    assert reply.usage is not None and reply.usage.basis == "estimated"
    assert (cost, reply.usage.extra) == (nano, {"input_characters": 11})


def test_searches_that_cohere_bills_are_told_though_nobody_knows_their_price(prices: Prices) -> None:
    answer = json.dumps({"results": [], "meta": {"billed_units": {"search_units": 2.0}}}).encode()
    asked = {"model": "rerank-v3.5", "query": "Hi", "documents": []}
    reply, nano = told(prices, "cohere", "/v2/rerank", asked, answer)
    assert reply.usage is not None
    assert (reply.usage.extra, nano) == ({"search_units": 2}, None)


def test_usage_of_anthropics_models_behind_openais_shape_is_all_read(prices: Prices) -> None:
    answer = json.dumps(chat_of("claude-sonnet-4-5", **IN, **OUT, **LITELLM)).encode()
    reply, _ = told(prices, "openai-like", "/v1/chat/completions", CHAT, answer)
    assert reply.usage is not None
    usage = reply.usage
    assert (usage.input, usage.cached, usage.cache_write, usage.cache_write_1h) == (1000, 400, 200, 50)
    assert (usage.output, usage.basis) == (100, "reported")


EVENTS: dict[str, list[dict[str, Any]]] = {
    "/v1/chat/completions": [
        {"choices": [{"index": 0, "delta": {"content": "Hi"}}], "model": "gpt-6-sol"},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": {**IN, **OUT}},
    ],
    "/v1/responses": [{"type": "response.completed", "response": {**RESPONSE, "usage": USED}}],
    "/v1/messages": [
        {"type": "message_start", "message": {"model": "gpt-6-sol", "usage": {**USED, "output_tokens": 1}}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 100}},
        {"type": "message_stop"},
    ],
    "/v1/images/generations": [{"type": "image_generation.completed", "usage": USED}],
}


@pytest.mark.parametrize("path", EVENTS)
@pytest.mark.parametrize("before", [b"", b"\n\n", b": wait\n\n"])
def test_events_that_are_called_json_are_read_as_events(prices: Prices, path: str, before: bytes) -> None:
    asked = {"model": "gpt-6-sol", "messages": [], "input": "Hi", "max_tokens": 9, "stream": True}
    answer = before + b"".join(b"data: %b\n\n" % json.dumps(event).encode() for event in EVENTS[path])
    reply, nano = told(prices, "openai", path, asked, answer, "application/json; charset=utf-8")
    assert reply.complete and not reply.detail.get("not_read")
    assert nano == 1000 * 2_000 + 100 * 10_000


def test_a_whole_answer_to_who_wanted_a_stream_is_read(prices: Prices) -> None:
    answer = b"\n " + json.dumps(chat_of("gpt-6-sol", **IN, **OUT)).encode()
    reply, nano = told(prices, "openai", "/v1/chat/completions", {**CHAT, "stream": True}, answer)
    assert (reply.complete, nano) == (True, 1000 * 2_000 + 100 * 10_000)
    reply, _ = told(prices, "openai", "/v1/chat/completions", {**CHAT, "stream": True}, b"")
    assert not reply.complete


@pytest.mark.parametrize(
    ("model", "tool", "nano"),
    [
        ("gpt-4o-2024-08-06", "web_search", 1000 * 2_500 + 100 * 10_000 + 10_000_000),
        ("gpt-4o-2024-08-06", "web_search_preview_2025_03_11", None),
        ("gpt-4.1-mini", "web_search", None),
        ("gpt-5", "web_search_preview", 1000 * 1_250 + 100 * 10_000 + 10_000_000),
    ],
)
def test_searches_at_prices_of_their_own_are_of_unknown_cost(
    prices: Prices, model: str, tool: str, nano: int | None
) -> None:
    """In models that do not reason OpenAI takes 25 dollars, not 10, or 8,000 tokens for each beside them."""
    searched = {"type": "web_search_call", "action": {"type": "search"}}
    tools = [{"type": tool}]
    answer = {**RESPONSE, "model": model, "usage": USED, "output": [searched], "tools": tools}
    asked = {"model": model, "input": "Hi", "tools": tools}
    reply, cost = told(prices, "openai", "/v1/responses", asked, json.dumps(answer).encode())
    assert reply.usage is not None and sum(reply.usage.extra.values()) == 1
    assert cost == nano
    answer["output"] = []
    _, cost = told(prices, "openai", "/v1/responses", asked, json.dumps(answer).encode())
    assert cost is not None
