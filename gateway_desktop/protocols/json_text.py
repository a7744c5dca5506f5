"""Changing texts inside JSON: by JSON Pointer, or wherever they stand; all other bytes stay as they are."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.json_pointer import unescaped
from gateway_desktop.protocols.json_body import after_space, compact, decoded, string_end

Change = Callable[[str], str]
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_DEEPEST = 60


def edited(body: bytes, changes: Mapping[str, Change]) -> bytes:
    """Return the body with the texts at these pointers (RFC 6901) changed.

    A pointer may lead on through a string that holds JSON itself. Raises Malformed where it leads nowhere, or
    where the body is not clear (a key twice): what cannot be changed for certain must not pass unchanged.
    """
    root: dict[str, Any] = {}
    for pointer, change in changes.items():
        node = root
        *way, last = map(unescaped, pointer.split("/"))
        for step in way:
            node = node.setdefault(step, {})
            if not isinstance(node, dict):
                raise Malformed("A text cannot be changed as a whole and in part", pointer)
        node[last] = change
    try:
        return _edited(body, root.get("", {}), "", 0)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, IndexError, ValueError) as error:
        raise Malformed(f"A text in the body cannot be changed: {type(error).__name__}") from error


def rewritten(data: bytes, change: Change) -> bytes:
    """Return JSON with every text in it changed; texts that are JSON themselves are changed within."""
    pieces: list[bytes] = []
    at = kept = 0
    while (start := data.find(b'"', at)) >= 0:
        end = string_end(data, start)
        literal = data[start:end]
        new = _rewritten_literal(literal, change)
        if new is not literal:
            pieces += (data[kept:start], new)
            kept = end
        at = end
    return b"".join((*pieces, data[kept:])) if pieces else data


def _rewritten_literal(literal: bytes, change: Change) -> bytes:
    if len(literal) < 5:
        return literal
    text = decoded(literal)
    if not isinstance(text, str):
        return literal
    if text[:1] in ("{", "[") and _is_json(text):
        inner = text.encode("utf-8", "replace")
        new = rewritten(inner, change)
        return literal if new is inner else msgspec.json.encode(new.decode("utf-8", "replace"))
    changed = change(text)
    return literal if changed == text else msgspec.json.encode(changed)


def _is_json(text: str) -> bool:
    try:
        decoded(text.encode("utf-8", "replace"))
    except ValueError:
        return False
    return True


def _edited(raw: bytes, node: Any, pointer: str, depth: int) -> bytes:
    start = after_space(raw, 0)
    kind = raw[start : start + 1]
    if callable(node):
        return _changed(raw, node, kind)
    if depth > _DEEPEST:
        raise Malformed("The body is nested too deeply", pointer)
    if kind == b"{":
        return _edited_object(raw, start, node, pointer, depth)
    if kind == b"[":
        return _edited_list(raw, start, node, pointer, depth)
    if kind == b'"':
        inner = str(decoded(raw.strip())).encode("utf-8", "replace")
        return msgspec.json.encode(_edited(inner, node, pointer, depth + 1).decode("utf-8", "replace"))
    raise Malformed("There is no text", pointer)


def _changed(raw: bytes, change: Change, kind: bytes) -> bytes:
    value = decoded(raw.strip())
    if kind == b'"':
        return msgspec.json.encode(change(str(value)))
    new = change(compact(value)).encode("utf-8", "replace")
    msgspec.json.decode(new, type=msgspec.Raw)  # it is JSON still
    return new


def _edited_object(raw: bytes, start: int, node: dict[str, Any], pointer: str, depth: int) -> bytes:
    members = _OBJECT.decode(raw)
    missing = [step for step in node if step not in members]
    if missing:
        raise Malformed("There is no text", f"{pointer}/{missing[0]}")
    pieces: list[bytes] = []
    kept, at = 0, after_space(raw, start + 1)
    for key, member in members.items():
        end = string_end(raw, at)
        if decoded(raw[at:end]) != key:
            raise Malformed("A key stands twice in the request", f"{pointer}/{key}")
        at = after_space(raw, after_space(raw, end) + 1)
        value = bytes(member)
        if not raw.startswith(value, at):
            raise Malformed("A key stands twice in the request", f"{pointer}/{key}")
        if key in node:
            pieces += (raw[kept:at], _edited(value, node[key], f"{pointer}/{key}", depth + 1))
            kept = at + len(value)
        at = _after_comma(raw, at + len(value))
    if raw[at : at + 1] != b"}":
        raise Malformed("A key stands twice in the request", pointer)
    return b"".join((*pieces, raw[kept:]))


def _edited_list(raw: bytes, start: int, node: dict[str, Any], pointer: str, depth: int) -> bytes:
    pieces: list[bytes] = []
    kept, at, left = 0, after_space(raw, start + 1), len(node)
    for index, item in enumerate(_LIST.decode(raw)):
        value = bytes(item)
        change = node.get(str(index))
        if change is not None:
            left -= 1
            pieces += (raw[kept:at], _edited(value, change, f"{pointer}/{index}", depth + 1))
            kept = at + len(value)
        at = _after_comma(raw, at + len(value))
    if left:
        raise Malformed("There is no text", pointer)
    return b"".join((*pieces, raw[kept:]))


def _after_comma(raw: bytes, at: int) -> int:
    at = after_space(raw, at)
    return after_space(raw, at + 1) if raw[at : at + 1] == b"," else at
