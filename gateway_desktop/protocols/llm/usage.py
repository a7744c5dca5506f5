"""What upstreams report as used, in their several ways, as a Usage. Totals include their parts."""

import math
from collections.abc import Mapping
from typing import Any

from gateway_desktop.core.call import Call
from gateway_desktop.core.reply import (
    ANNOTATED_PAGES,
    AUDIO_SECONDS,
    BILLED_UNITS,
    CHARACTERS,
    LONG_WRITTEN,
    PAGES,
    SEARCH_QUERIES,
    STORED_TOKENS,
    Basis,
    Usage,
)

_CHARACTERS_PER_TOKEN = 4
_MOST = 10**12  # no exchange has more tokens: whoever says so has not counted, and the store holds 64 bits
_MOST_DOLLARS = 10**6  # of one exchange
_HEARD = ("transcribe", "translate")  # tasks of OpenAI's `verbose_json`
_TICKS = 10  # of xAI's in 1e-9 US dollars
_OPENAI_INPUT_DETAILS = ("audio_tokens", "image_tokens")
_OF_ANTHROPIC = frozenset({"cache_read_input_tokens", "cache_creation_input_tokens"})
# OpenAI's, DeepSeek's, Mistral's; the last: of LiteLLM, Databricks and Perplexity, within the prompt's.
_CACHED = ("cached_tokens", "prompt_cache_hit_tokens", "num_cached_tokens", "cache_read_input_tokens")
_WRITTEN = ("cache_write_tokens", "cache_creation_tokens", "cache_creation_input_tokens")
_OPENAI_OUTPUT_DETAILS = (
    "audio_tokens",
    "image_tokens",
    "accepted_prediction_tokens",
    "rejected_prediction_tokens",
)


# What servers of one's own call input, output, cached and reasoning tokens, by the member that has them.
_OF_SERVERS = {
    "stats": ("input_tokens", "total_output_tokens", "", "reasoning_output_tokens"),
    "meta_info": ("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens"),
    "details": ("input_length", "generated_tokens", "", ""),
    "": ("tokens_evaluated", "tokens_predicted", "", ""),
}


def count(value: object) -> int | None:
    """Return a reported number of tokens; None for what is none."""
    if type(value) is int:
        return value if 0 <= value <= _MOST else None
    if isinstance(value, float) and 0 <= value <= _MOST and value.is_integer():
        return int(value)
    return None


def mapping(value: object) -> Mapping[str, Any]:
    """Return the value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def openai_usage(reported: Mapping[str, Any]) -> Usage:
    """Read `usage` of chat completions, Responses, embeddings and of what speaks like them."""
    if "prompt_tokens" not in reported and not _OF_ANTHROPIC.isdisjoint(reported):
        return anthropic_usage(reported)
    get = reported.get
    # The last: of transcriptions.
    into = mapping(get("prompt_tokens_details") or get("input_tokens_details") or get("input_token_details"))
    out = mapping(get("completion_tokens_details") or get("output_tokens_details"))
    usage = Usage(
        _first(reported, "prompt_tokens", "input_tokens"),
        _first({**reported, **into}, *_CACHED),
        _first({**reported, **into}, *_WRITTEN),
        _first(mapping(into.get("cache_creation_token_details")), "ephemeral_1h_input_tokens"),
        _first(reported, "completion_tokens", "output_tokens"),
        _first({**reported, **out}, "reasoning_tokens"),
        charged_nano=_charged(reported),
    )
    _add_paid_beside(usage, reported)
    total = count(get("total_tokens"))
    if total is not None:
        _reconcile(usage, total)
    if seconds := _seconds(get("seconds") if get("type") == "duration" else get("prompt_audio_seconds")):
        usage.extra[AUDIO_SECONDS] = seconds
    if into or out:
        _add_details(usage.extra, "input", into, _OPENAI_INPUT_DETAILS)
        _add_details(usage.extra, "output", out, _OPENAI_OUTPUT_DETAILS)
        if long := _first(mapping(into.get("cache_write_tokens_details")), "ttl_12h_tokens"):
            usage.extra[LONG_WRITTEN] = long
    return usage


def _add_paid_beside(usage: Usage, reported: Mapping[str, Any]) -> None:
    """Add tools that are paid by the call: Mistral's, with their texts, and Perplexity's; Cohere's units."""
    for name in BILLED_UNITS:
        if name in reported and (units := count(reported[name])):
            usage.extra[name] = units
    if connectors := mapping(reported.get("connectors")):
        usage.input = (usage.input or 0) + (count(reported.get("connector_tokens")) or 0)
        usage.extra["connector_calls"] = sum(filter(None, map(count, connectors.values())))
    for tool, told in mapping(reported.get("tool_calls_details")).items():
        if calls := count(mapping(told).get("invocation")):
            name = "web_search_requests" if tool == "search_web" else "connector_calls"
            usage.extra[name] = usage.extra.get(name, 0) + calls


def cohere_billed(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what Cohere bills of its `usage` or `meta`; what was cached of unbilled words is left out."""
    billed = mapping(told.get("billed_units"))
    cached = min(count(told.get("cached_tokens")) or 0, _first(billed, "input_tokens") or 0)
    return {**billed, "cached_tokens": cached} if cached else billed


def anthropic_usage(reported: Mapping[str, Any]) -> Usage:
    """Read Anthropic's `usage`, whose input does not include what was read from or written to the cache."""
    get = reported.get
    split = mapping(get("cache_creation"))
    short, long = count(split.get("ephemeral_5m_input_tokens")), count(split.get("ephemeral_1h_input_tokens"))
    fresh, cached = count(get("input_tokens")), count(get("cache_read_input_tokens"))
    written = count(get("cache_creation_input_tokens"))
    if written is None and (short is not None or long is not None):
        written = (short or 0) + (long or 0)
    usage = Usage(
        input=None if fresh is None else fresh + (cached or 0) + (written or 0),
        cached=cached,
        cache_write=written,
        cache_write_1h=long,
        output=count(get("output_tokens")),
        reasoning=count(mapping(get("output_tokens_details")).get("thinking_tokens")),
        regional=get("inference_geo") == "us",
        charged_nano=_charged(reported),
    )
    for name, number in mapping(get("server_tool_use")).items():
        if counted := count(number):
            usage.extra[name] = counted
    credit = mapping(mapping(get("fallback_credit")).get("status"))
    usage.credited = bool(written) and credit.get("type") == "redeemed"
    iterations = get("iterations")
    for iteration in map(mapping, iterations if isinstance(iterations, list) else ()):
        kind = iteration.get("type")
        if kind == "compaction":  # of the context: paid, and in no other number
            add(usage, anthropic_usage(iteration))
        elif kind == "advisor_message":  # a further model's: paid at its prices, and in no other number
            add_other(usage, "advisor", iteration.get("model"), anthropic_usage(iteration))
        elif kind == "fallback_message":  # what the first model had in its cache is credited unasked
            usage.credited = bool(written)
    return usage


def gemini_usage(reported: Mapping[str, Any]) -> Usage:
    """Read Gemini's `usageMetadata`; what is zero is left out there (protocol buffers in JSON)."""
    get = reported.get
    candidates, thoughts = count(get("candidatesTokenCount")), count(get("thoughtsTokenCount"))
    prompt = count(get("promptTokenCount"))
    total = count(get("totalTokenCount"))
    if prompt is None and total is not None:
        prompt = 0
    usage = Usage(
        input=prompt,
        cached=count(get("cachedContentTokenCount")),
        output=None if prompt is None and candidates is None else (candidates or 0) + (thoughts or 0),
        reasoning=thoughts,
    )
    tools = count(get("toolUsePromptTokenCount"))
    if tools:  # what tools of Google's brought in: paid as input, counted beside the prompt
        usage.input = (usage.input or 0) + tools
        usage.extra["tool_use_prompt_tokens"] = tools
    _add_modalities(usage.extra, "input_{}_tokens", get("promptTokensDetails"))
    _add_modalities(usage.extra, "cache_{}_read_tokens", get("cacheTokensDetails"))
    _add_modalities(usage.extra, "output_{}_tokens", get("candidatesTokensDetails"))
    return usage


def cache_usage(reported: Mapping[str, Any]) -> Usage:
    """Read `usageMetadata` of a cache that is made (Gemini's `cachedContents`), which tells a total alone."""
    stored = count(reported.get("totalTokenCount"))
    return Usage(input=stored, output=0, extra={STORED_TOKENS: stored} if stored else {})


def pages_usage(reported: Mapping[str, Any], *, annotated: bool) -> Usage:
    """Read `usage_info` of documents that were read (Mistral's OCR), which are paid by the page."""
    pages = count(reported.get("pages_processed"))
    return Usage(extra=dict.fromkeys((PAGES, ANNOTATED_PAGES)[: 1 + annotated], pages) if pages else {})


def spoken_usage(call: Call) -> Usage | None:
    """Count the text that was spoken, since the sound itself says nothing of it; None where none was."""
    characters = sum(len(part.text) for part in call.texts if part.place == "/input")
    return Usage(basis=Basis.ESTIMATED, extra={CHARACTERS: characters}) if characters else None


def heard_usage(told: Mapping[str, Any]) -> Usage | None:
    """Read how long sound was of a transcription that tells no usage: an estimate, some take a minimum."""
    seconds = _seconds(told.get("duration")) if told.get("task") in _HEARD else None
    return Usage(basis=Basis.ESTIMATED, extra={AUDIO_SECONDS: seconds}) if seconds else None


def interaction_usage(reported: Mapping[str, Any]) -> Usage:
    """Read `usage` of Gemini's interactions, where thoughts and tools are counted beside the rest."""
    get = reported.get
    into, out = count(get("total_input_tokens")), count(get("total_output_tokens"))
    thoughts, tools = count(get("total_thought_tokens")), count(get("total_tool_use_tokens"))
    usage = Usage(
        input=None if into is None else into + (tools or 0),
        cached=count(get("total_cached_tokens")),
        output=None if out is None else out + (thoughts or 0),
        reasoning=thoughts,
    )
    if tools:
        usage.extra["tool_use_prompt_tokens"] = tools
    _add_modalities(usage.extra, "input_{}_tokens", get("input_tokens_by_modality"))
    _add_modalities(usage.extra, "cache_{}_read_tokens", get("cached_tokens_by_modality"))
    _add_modalities(usage.extra, "output_{}_tokens", get("output_tokens_by_modality"))
    grounded = get("grounding_tool_count")
    for grounding in map(mapping, grounded if isinstance(grounded, list) else ()):
        if not (searches := count(grounding.get("count"))):
            continue
        if grounding.get("type") == "google_search":
            add_searches(usage, searches)
        elif grounding.get("type") == "google_maps":
            usage.extra["map_searches"] = searches
    return usage


def add_searches(usage: Usage, searches: int) -> None:
    """Add searches of Google's; some are free, nobody tells which: the cost is the most that it may be."""
    usage.extra[SEARCH_QUERIES] = searches
    usage.basis = Basis.ESTIMATED


def bedrock_usage(reported: Mapping[str, Any]) -> Usage:
    """Read `usage` of Bedrock's Converse, whose input does not include what the cache was read or written."""
    usage = _beside_the_cache(reported, "{}Tokens", "cache{}InputTokens")
    details = reported.get("cacheDetails")
    for detail in map(mapping, details if isinstance(details, list) else ()):
        if detail.get("ttl") == "1h":
            usage.cache_write_1h = count(detail.get("inputTokens"))
    return usage


def bedrock_counts(reported: Mapping[str, Any]) -> Usage:
    """Read what Bedrock counts itself of a model's stream."""
    return _beside_the_cache(reported, "{}TokenCount", "cache{}InputTokenCount")


def _beside_the_cache(reported: Mapping[str, Any], tokens: str, cache: str) -> Usage:
    fresh, read, written = (
        count(reported.get(name))
        for name in (tokens.format("input"), cache.format("Read"), cache.format("Write"))
    )
    return Usage(
        input=None if fresh is None else fresh + (read or 0) + (written or 0),
        cached=read,
        cache_write=written,
        output=count(reported.get(tokens.format("output"))),
    )


def ollama_usage(reported: Mapping[str, Any]) -> Usage:
    """Read the counts of Ollama's last object."""
    return Usage(input=count(reported.get("prompt_eval_count")), output=count(reported.get("eval_count")))


def server_usage(told: Mapping[str, Any]) -> Usage | None:
    """Read what a server of one's own counts in its own shape; None where it tells nothing.

    LM Studio's `stats`, SGLang's `meta_info`, `details` of Text Generation Inference, and llama.cpp, whose
    answer has them itself.
    """
    for inner, names in _OF_SERVERS.items():
        counted = mapping(told.get(inner)) if inner else told
        if names[1] in counted:
            input, output, cached, reasoning = (count(counted.get(name)) for name in names)
            if not inner:
                cached = count(mapping(told.get("timings")).get("cache_n"))
            return Usage(input, cached, output=output, reasoning=reasoning)
    return None


def estimated(call: Call, output_characters: int, known: Usage | None, basis: Basis) -> Usage:
    """Return the usage with what is not known estimated at four characters a token."""
    usage = known or Usage()
    usage.basis = basis
    if usage.input is None:
        usage.input = tokens(sum(len(part.text) for part in call.texts))
    usage.output = max(usage.output or 0, tokens(output_characters))
    return usage


def add_thoughts(usage: Usage, reported: Mapping[str, Any]) -> None:
    """Add the thoughts of Google's models, which its OpenAI shape may tell in the total alone."""
    unnamed = (count(reported.get("total_tokens")) or 0) - (usage.input or 0) - (usage.output or 0)
    if unnamed > 0 and not usage.reasoning and usage.input is not None:
        usage.output, usage.reasoning = (usage.output or 0) + unnamed, unnamed


def add(usage: Usage, other: Usage) -> None:
    """Add what another request of the same model used."""
    for name in ("input", "cached", "cache_write", "cache_write_1h", "output", "reasoning"):
        if more := getattr(other, name):
            setattr(usage, name, (getattr(usage, name) or 0) + more)
    for name, more in other.extra.items():
        usage.extra[name] = usage.extra.get(name, 0) + more
    usage.others += other.others


def add_other(usage: Usage, who: str, model: object, used: Usage) -> None:
    """Add what a further model used; a name that is none has no price."""
    usage.others.append((model if isinstance(model, str) else "", used))
    for side, number in (("input", used.input), ("output", used.output)):
        if number:
            name = f"{who}_{side}_tokens"
            usage.extra[name] = usage.extra.get(name, 0) + number


def tokens(characters: int) -> int:
    """Return about how many tokens so many characters are."""
    return -(-characters // _CHARACTERS_PER_TOKEN)


def _first(reported: Mapping[str, Any], *names: str) -> int | None:
    """Return the first that is there and a number; a reported zero is one."""
    for name in names:
        if name in reported and (found := count(reported[name])) is not None:
            return found
    return None


def _reconcile(usage: Usage, total: int) -> None:
    """Take the total's word where the parts are told in another way."""
    if usage.input is None and usage.output is None:
        usage.input = total  # rerankers report nothing else
    elif usage.reasoning and total == (usage.input or 0) + (usage.output or 0) + usage.reasoning:
        usage.output = (usage.output or 0) + usage.reasoning  # xAI counts reasoning beside the output


def _seconds(value: object) -> int | None:
    """Return how long sound was in whole seconds, as OpenAI and Mistral tell it; None for no number."""
    if isinstance(value, float) and math.isfinite(value):
        value = math.ceil(value)
    return count(value)


def _charged(reported: Mapping[str, Any]) -> int | None:
    """Return what the upstream says it charges: `cost` (OpenRouter, Perplexity), or ticks (xAI)."""
    ticks = count(reported.get("cost_in_usd_ticks"))
    if ticks is not None:
        return ticks // _TICKS
    cost = reported.get("cost")
    if isinstance(cost, dict):
        cost = cost.get("total_cost") if cost.get("currency", "USD") == "USD" else None
    if reported.get("is_byok") is True:  # with a key of one's own: its provider charges, too
        beside = _nano(mapping(reported.get("cost_details")).get("upstream_inference_cost"))
        return None if beside is None else (_nano(cost) or 0) + beside
    return _nano(cost)


def _nano(dollars: object) -> int | None:
    """Return an amount of dollars in 1e-9 of them; None for what is none."""
    if isinstance(dollars, int | float) and not isinstance(dollars, bool) and 0 <= dollars <= _MOST_DOLLARS:
        return round(dollars * 10**9)
    return None


def _add_details(
    extra: dict[str, int], side: str, details: Mapping[str, Any], names: tuple[str, ...]
) -> None:
    for name in names:
        if name in details and (found := count(details[name])):
            extra[f"{side}_{name}"] = found


def _add_modalities(extra: dict[str, int], named: str, details: object) -> None:
    for detail in map(mapping, details if isinstance(details, list) else ()):
        modality = detail.get("modality")
        found = count(detail.get("tokenCount", detail.get("tokens")))
        if found and isinstance(modality, str) and modality.lower() != "text":
            extra[named.format(modality.lower())] = found
