"""Where a request of MCP carries its trace context: in `params._meta` (SEP-414)."""

from collections.abc import Callable, Mapping

from gateway_desktop.protocols.json_body import JsonBody, compact

NAMES = ("traceparent", "tracestate")  # the only keys of `_meta` that need no prefix, beside `baggage`


def with_context(body: bytes, context: Mapping[str, str]) -> bytes:
    """Return a request with these members in its `_meta`; all its other bytes stay as they are.

    It stays as it is where it says something of its trace itself, or has no named parameters.
    """
    said = compact(context)
    return _changed(
        body,
        "params",
        f'{{"_meta":{said}}}',
        lambda params: _changed(params, "_meta", said, lambda meta: _told(meta, said)),
    )


def _changed(raw: bytes, name: str, new: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return an object with the object `name` in it changed, or with a new one; itself if nothing changes."""
    members = JsonBody(raw, checked=False)
    if name not in members:
        return _with_member(raw, members, f'"{name}":{new}')
    if (place := members.span(name)) is None:
        return raw
    start, end = place
    value = raw[start:end]
    changed = change(value) if value[:1] == b"{" else value
    return raw if changed is value else raw[:start] + changed + raw[end:]


def _told(meta: bytes, said: str) -> bytes:
    members = JsonBody(meta, checked=False)
    return meta if any(name in members for name in NAMES) else _with_member(meta, members, said[1:-1])


def _with_member(raw: bytes, members: JsonBody, new: str) -> bytes:
    """Return an object with more in it, before what is there."""
    at = raw.index(b"{") + 1
    return raw[:at] + new.encode() + (b"," if any(True for _ in members) else b"") + raw[at:]
