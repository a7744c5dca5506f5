"""Labels and settings: short words of machines, which are looked at only where they are more than that."""

from collections.abc import Iterator

from gateway_desktop.protocols.json_body import JsonBody, compact
from gateway_desktop.protocols.unread import is_order

LABELS = frozenset(
    {
        *("name", "model", "role", "user", "format", "container_id", "id", "type", "status", "call_id"),
        *("tool_call_id", "tool_use_id", "file_id", "detail", "media_type", "mimeType", "mime_type", "phase"),
        *("tool_name", "cache_control", "caller", "outcome", "is_error", "thought", "index", "toolUseId"),
        "cachePoint",
    }
)
_CHOSEN = frozenset({"name", "user", "tool_name"})  # by callers; ids of services look like keys
_OBJECTS = frozenset({"cache_control", "cachePoint", "caller", "outcome"})
_LONGEST_LABEL = 64
_COMMON = frozenset(
    {"user", "assistant", "system", "tool", "model", "function", "text", "tool_use", "tool_result"}
)
# Members of bodies that say how to answer. They are short words; what is more is looked at like all others.
_SETTINGS = frozenset(
    {
        *("stream", "temperature", "top_p", "top_k", "min_p", "n", "seed", "stop", "stop_sequences"),
        *("max_tokens", "max_completion_tokens", "max_output_tokens", "max_tool_calls", "logprobs"),
        *("logit_bias", "top_logprobs", "presence_penalty", "frequency_penalty", "repetition_penalty"),
        *("stream_options", "user", "safety_identifier", "service_tier", "reasoning_effort", "reasoning"),
        *("verbosity", "store", "parallel_tool_calls", "metadata", "modalities", "audio", "think"),
        *("prompt_cache_key", "prompt_cache_retention", "truncation", "include", "background", "raw"),
        *("keep_alive", "options", "encoding_format", "dimensions", "size", "quality", "voice", "speed"),
        *("response_format", "text", "output_format", "output_config", "format", "safetySettings"),
        "toolConfig",
    }
)
# Those in which ids and names stand that look like keys.
_OF_MACHINES = frozenset(
    {
        *("model", "tool_choice", "cache_control", "thinking", "previous_response_id", "conversation"),
        *("context_management", "betas", "anthropic_version", "container"),
    }
)
_LONGEST_SETTING = 256  # bytes of JSON
_SHORTEST_KEY = 20  # characters of a key; it has digits and capitals, which UUIDs and hashes have not
_DEEPEST = 12


def is_label(name: str, item: object) -> bool:
    """Return whether a member is the id, the kind or the name of something, and no more than a word."""
    if type(item) is str:
        return name in LABELS and is_word(item) and not (name in _CHOSEN and _like_a_key(item))
    if name in _OBJECTS:
        return len(compact(item)) <= _LONGEST_SETTING and all(map(is_word, _strings(item, 0)))
    return False


def is_setting(body: JsonBody, name: str) -> bool:
    """Return whether a body's member says how to answer, in words that nobody could hide anything in."""
    machines = name in _OF_MACHINES
    if not (machines or name in _SETTINGS) or body.size(name) > _LONGEST_SETTING:
        return False
    value = body.get(name)
    return all(_one(text) and (machines or not _like_a_key(text)) for text in _strings(value, 0))


def is_word(text: str) -> bool:
    """Return whether a text is one word, and short: it tells a model nothing to do."""
    return text in _COMMON or (len(text) <= _LONGEST_LABEL and _one(text))


def _one(text: str) -> bool:
    return len(text.split()) < 2 and not is_order(text)


def _like_a_key(text: str) -> bool:
    return len(text) >= _SHORTEST_KEY and any(map(str.isdigit, text)) and any(map(str.isupper, text))


def _strings(value: object, depth: int) -> Iterator[str]:
    """Yield all texts in a value, and the names of its members."""
    if isinstance(value, str):
        yield value
    elif depth > _DEEPEST:
        yield compact(value) + " "
    elif isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _strings(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, depth + 1)
