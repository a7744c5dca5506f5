"""Asking a chat stream for its usage, where the caller did not, by the smallest change of the body.

Why: without `stream_options.include_usage` OpenAI's streams say nothing of tokens. The event that this adds
is kept from the caller (`Call.hides_usage`), as is the `"usage":null` that all others have then. All other
bytes of the body stay as they were. What that event tells beside usage (llama.cpp's `timings`) is given on.
"""

from gateway_desktop.core.call import Call
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.protocols.json_body import JsonBody, compact, decoded

_ASK = b'"include_usage":true'
_NULLS = (b',"usage":null', b', "usage": null')
_OF_USAGE = frozenset(
    {
        *("id", "object", "created", "model", "choices", "usage"),
        *("service_tier", "system_fingerprint", "obfuscation"),
    }
)
_NO_WORDS = [{"index": 0, "delta": {}, "finish_reason": None}]  # many callers read the first without looking
_AZURE_SINCE = "2024-09-01"  # older API versions refuse the option


def ask_usage(call: Call, value: JsonBody, head: RequestHead) -> None:
    """Change the call's body so that the stream ends with its usage, unless the caller asked for that too."""
    if "stream_options" not in value:
        if _refuses(head):
            return
        end = call.body.rindex(b"}")
        _edit(call, end, end, b',"stream_options":{' + _ASK + b"}")
        return
    options = value.get("stream_options")
    span = value.span("stream_options")
    if span is None or _refuses(head) or not (options is None or isinstance(options, dict)):
        return
    start, end = span
    if not options:
        _edit(call, start, end, b"{" + _ASK + b"}")
    elif "include_usage" not in options:
        _edit(call, end - 1, end - 1, b"," + _ASK)
    elif options["include_usage"] is not True:
        _switch_on(call, start, end)


def without_null_usage(chunk: bytes) -> bytes:
    """Return a chunk, as event or as JSON, without a usage of its own that is null."""
    for member in _NULLS:
        before, found, after = chunk.rpartition(member)
        if found and (_opens(before) or _closes(after)):
            return before + after
    return chunk


def beside_usage(chunk: bytes) -> bytes:
    """Return what a chunk of usage tells beside it, as a chunk that adds no words; b"" if that is nothing."""
    value = decoded(chunk)
    if value.keys() <= _OF_USAGE:
        return b""
    del value["usage"]
    return compact({**value, "choices": _NO_WORDS}).encode()


def _opens(start: bytes) -> bool:
    """Return whether this is the start of an object, and of nothing within it."""
    return start.count(b"{") == 1 and not any(sign in start for sign in b"}[]")


def _closes(end: bytes) -> bool:
    """Return whether this is the end of an object, and of nothing within it."""
    return end.count(b"}") == 1 and end.rstrip().endswith(b"}") and not any(sign in end for sign in b"{[]")


def _switch_on(call: Call, start: int, end: int) -> None:
    span = JsonBody(call.body[start:end]).span("include_usage")
    if span is not None:
        _edit(call, start + span[0], start + span[1], b"true")


def _edit(call: Call, start: int, end: int, text: bytes) -> None:
    body = call.body
    call.body = body[:start] + text + body[end:]
    call.hides_usage = True


def _refuses(head: RequestHead) -> bool:
    """Return whether this is an API version of Azure's that does not know the option."""
    if "/deployments/" not in head.path:
        return False
    for field in head.query.split("&"):
        name, _, version = field.partition("=")
        if name == "api-version":
            return version < _AZURE_SINCE
    return False
