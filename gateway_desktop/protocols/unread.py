"""Whether text stands in what no protocol knows, or is packed in base64."""

import base64
import binascii
import codecs

_HEAD = 4096  # characters of base64 by which text is told from other bytes
_LINE = 40  # characters that a line of base64 has at least, but for the last (RFC 2045: 76)
_LONGEST_NAME = 64  # characters of a member's name
_DEEPEST = 12


def holds_text(value: object, depth: int = 0) -> bool:
    """Return whether a text stands anywhere in it, be it as the name of a member."""
    if isinstance(value, str):
        return bool(value)
    if not isinstance(value, dict | list):
        return False
    if depth > _DEEPEST:
        return True
    if isinstance(value, dict) and any(map(says_something, value)):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return any(holds_text(item, depth + 1) for item in inner)


def says_something(name: str) -> bool:
    """Return whether the name of a member is more than a name."""
    return len(name) > _LONGEST_NAME or " " in name


def words_only(value: object, most: int, depth: int = 0) -> bool:
    """Return whether all texts in it, and its members' names, are single words, none longer than `most`."""
    if isinstance(value, str):
        return len(value) <= most and len(value.split()) < 2
    if not isinstance(value, dict | list):
        return True
    inner = [*value, *value.values()] if isinstance(value, dict) else value
    return depth < _DEEPEST and all(words_only(item, most, depth + 1) for item in inner)


def unpacked(value: str) -> str:
    """Return the text that is packed in base64; "" where it is something else, as images are.

    What is no base64 at all is a text as it stands.
    """
    head = "".join(value[:_HEAD].split())
    if value.count(" ", 0, _HEAD) > len(head) // _LINE:  # words are no base64, though each might be
        return value
    try:
        data = base64.b64decode(head[: len(head) // 4 * 4], validate=True)
    except (binascii.Error, ValueError):
        return value
    return base64.b64decode(value).decode("utf-8", "replace") if _is_text(data) else ""


def text_of(data: bytes) -> str:
    """Return the text that bytes are, in UTF-8 or marked as UTF-16; "" where they are something else."""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data.decode("utf-16", "replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    return data.decode("utf-8", "replace") if _is_text(data[:_HEAD]) else ""


def _is_text(data: bytes) -> bool:
    """Return whether the beginning of something is UTF-8 without control characters."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        text = data[: error.start].decode() if error.start >= len(data) - 3 else ""
    return bool(text) and all(mark.isprintable() or mark in "\t\n\r\f" for mark in text)
