"""Where a request of MCP carries its trace context: in `params._meta` (SEP-414)."""

from collections.abc import Mapping

from gateway_desktop.protocols.json_body import JsonBody, compact

NAMES = ("traceparent", "tracestate")  # the only keys of `_meta` that need no prefix, beside `baggage`


def with_context(body: bytes, context: Mapping[str, str]) -> bytes:
    """Return a request with these members in its `_meta`; all its other bytes stay as they are.

    It stays as it is where it says something of its trace itself, or has no named parameters.
    """
    message = JsonBody(body, checked=False)
    if "params" not in message:
        return _with_member(body, message, f'"params":{{"_meta":{compact(context)}}}')
    if (place := message.span("params")) is None:
        return body
    start, end = place
    raw = body[start:end]
    new = _with_meta(raw, context) if raw[:1] == b"{" else raw
    return body if new is raw else body[:start] + new + body[end:]


def _with_meta(raw: bytes, context: Mapping[str, str]) -> bytes:
    params = JsonBody(raw, checked=False)
    if "_meta" not in params:
        return _with_member(raw, params, f'"_meta":{compact(context)}')
    if (place := params.span("_meta")) is None:
        return raw
    start, end = place
    meta = raw[start:end]
    told = JsonBody(meta, checked=False) if meta[:1] == b"{" else None
    if told is None or any(name in told for name in NAMES):
        return raw
    return raw[:start] + _with_member(meta, told, compact(context)[1:-1]) + raw[end:]


def _with_member(raw: bytes, members: JsonBody, new: str) -> bytes:
    """Return an object with more in it, before what is there."""
    at = raw.index(b"{") + 1
    return raw[:at] + new.encode() + (b"," if any(True for _ in members) else b"") + raw[at:]
