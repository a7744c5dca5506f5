"""What a whole answer holds beside the texts that its protocol's reader knows."""

from collections.abc import Iterator, Sequence

from gateway_desktop.core.call import TextPart
from gateway_desktop.protocols.json_body import lenient
from gateway_desktop.protocols.unread import text_of, unpacked

_LABELS = frozenset({"id", "type", "role", "name", "model", "status", "object", "signature"})
_LONGEST_LABEL = 64
_LONG = 1000
_DEEPEST = 200


def texts_beside(body: bytes, known: Sequence[TextPart]) -> list[TextPart]:
    """Return all texts of an answer in JSON that are not known, as one; of any other answer its text."""
    read = {part.text for part in known}
    value = lenient(body) if body.lstrip()[:1] in (b"{", b"[", b'"', b"\xef") else None
    if value is None:
        text = text_of(body)
        return [TextPart("", "assistant", text)] if text and text not in read else []
    found = [text for text in _texts(value, "", 0) if text not in read]
    return [TextPart("", "assistant", "\n".join(found))] if found else []


def _texts(value: object, name: str, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if value and not (name in _LABELS and len(value) <= _LONGEST_LABEL):
            yield unpacked(value) if len(value) > _LONG else value
    elif depth > _DEEPEST:
        yield str(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, key, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, name, depth + 1)
