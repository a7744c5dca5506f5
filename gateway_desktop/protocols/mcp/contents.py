"""Texts wherever they stand in a message: content blocks, what is packed in base64, members nobody knows."""

from collections.abc import Iterator
from typing import Any

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.json_pointer import escaped
from gateway_desktop.protocols.json_body import compact
from gateway_desktop.protocols.unread import holds_text, says_something, unpacked, words_only

# Words of machines: up to so many characters they are no text.
_LABELS = {
    "annotations": 200,
    "cacheScope": 32,
    "createdAt": 64,
    "cursor": 512,
    "elicitationId": 64,
    "id": 64,
    "lastUpdatedAt": 64,
    "level": 32,
    "mimeType": 128,
    "mode": 32,
    "model": 128,
    "nextCursor": 512,
    "progressToken": 64,
    "protocolVersion": 32,
    "io.modelcontextprotocol/protocolVersion": 32,
    "requestId": 64,
    "resultType": 32,
    "role": 32,
    "status": 32,
    "stopReason": 32,
    "taskId": 128,
    "toolUseId": 128,
    "traceparent": 64,
    "tracestate": 128,
    "type": 64,
}
_OF_BLOCK = frozenset({"text", "title", "description", "content", "blob"})


def contents(value: object, place: str, role: str, tool: str) -> Iterator[TextPart]:
    """Yield the texts of content blocks, of which `value` is a list: those of embedded resources, too."""
    if not isinstance(value, list):
        if value:
            yield TextPart(place, role, value if isinstance(value, str) else compact(value), tool)
        return
    for index, block in enumerate(value):
        yield from _block(block, f"{place}/{index}", role, tool)


def one_or_many(value: object, place: str, role: str) -> Iterator[TextPart]:
    """Yield the texts of one content block or of a list of them."""
    if isinstance(value, dict):
        yield from _block(value, place, role, "")
    else:
        yield from contents(value, place, role, "")


def strings(
    value: dict[str, Any], place: str, role: str, names: tuple[str, ...], tool: str = ""
) -> list[TextPart]:
    """Return those of the members that are texts."""
    return [
        TextPart(f"{place}/{name}", role, text, tool)
        for name in names
        if isinstance(text := value.get(name), str) and text
    ]


def others(
    value: dict[str, Any], known: frozenset[str], place: str, role: str, tool: str = ""
) -> Iterator[TextPart]:
    """Yield the members that hold text and have not been read; `_meta` is one of them."""
    for key, item in value.items():
        if key in known or _is_label(key, item):
            continue
        if says_something(key):
            yield TextPart(f"{place}/{escaped(key)}/", role, key, tool)
        if key == "_meta" and isinstance(item, dict):
            yield from others(item, frozenset(), f"{place}/_meta", role, tool)
        elif holds_text(item):
            text = item if isinstance(item, str) else compact(item)
            yield TextPart(f"{place}/{escaped(key)}", role, text, tool)


def _block(block: object, at: str, role: str, tool: str) -> Iterator[TextPart]:
    if isinstance(block, str) and block:
        yield TextPart(at, role, block, tool)
    if not isinstance(block, dict):
        return
    yield from strings(block, at, role, ("text", "title", "description"), tool)
    known = _OF_BLOCK
    if block.get("type") in ("image", "audio"):
        yield from _packed(block, "data", at, role, tool)
        known |= {"data"}
    if isinstance(resource := block.get("resource"), dict):
        yield from _block(resource | {"type": ""}, f"{at}/resource", role, tool)
        known |= {"resource"}
    if "blob" in block:
        yield from _packed(block, "blob", at, role, tool)
    if "content" in block:  # of a tool's result within a message
        inner = block["content"]
        yield from contents(inner if isinstance(inner, list) else [inner], f"{at}/content", role, tool)
    yield from others(block, known, at, role, tool)


def _packed(block: dict[str, Any], name: str, at: str, role: str, tool: str) -> Iterator[TextPart]:
    value = block.get(name)
    if isinstance(value, str) and (text := unpacked(value)):
        yield TextPart(f"{at}/{name}", role, text, tool)
    elif not isinstance(value, str) and holds_text(value):
        yield TextPart(f"{at}/{name}", role, compact(value), tool)


def _is_label(key: str, item: object) -> bool:
    most = _LABELS.get(key)
    if most is None:
        return False
    return len(item if isinstance(item, str) else compact(item)) <= most and words_only(item, most)
