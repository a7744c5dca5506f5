"""Whether text stands in what no protocol knows, or is packed in base64."""

import base64
import binascii
import json
import string
import unicodedata
from itertools import chain
from typing import Any

_HEAD = 4096  # characters of base64 by which text is told from other bytes
_LINE = 40  # characters that a line of base64 has at least, but for the last (RFC 2045: 76)
_LONGEST_NAME = 64  # characters of a member's name
_JOINTS = 3  # between the words of a name that is a sentence
_SHORTEST_ORDER = 7  # characters: the joints and one of these words
_ORDERS = (
    *("ignore", "disregard", "forget", "override", "bypass", "obey", "always", "never", "must", "secretly"),
    *("silently", "exfiltrate", "attacker", "reveal", "instead", "before"),
)
_DEEPEST = 12
_MOST_LISTS = 100_000  # lists and objects
_NUMBERS = frozenset({int, float, bool, type(None)})
_REPLACED = "\ufffd"  # what stands for bytes that are no letter; its category is So
_NO_LETTERS = frozenset({"Cc", "Cn", "Co", "Cs", "So"})
_MOST = 2 << 20  # characters of a text whose escapes are undone: of longer ones only parts are looked at
_ODD = 10  # one of so many marks of a text may be odd: the bytes of pictures and archives mostly are


def holds_text(value: object) -> bool:
    """Return whether a text stands anywhere in it, be it as the name of a member.

    What is too deep or too much to look through counts as text.
    """
    if type(value) is str:  # what most members are
        return bool(value)
    if type(value) in _NUMBERS:
        return False
    level, seen = _holding([value]), 0
    for _ in range(_DEEPEST + 2):
        if any(isinstance(one, str) for one in level):
            return True
        objects = [one for one in level if isinstance(one, dict)]
        if any(any(map(says_something, one)) for one in objects):
            return True
        inner = (one.values() if isinstance(one, dict) else one for one in level)
        level = _holding(list(chain.from_iterable(inner)))
        seen += len(level)
        if not level or seen > _MOST_LISTS:
            return bool(level)
    return True


def _holding(values: list[Any]) -> list[Any]:
    """Return those that are or may hold text."""
    if _NUMBERS.issuperset(map(type, values)):
        return []
    return [one for one in values if one and isinstance(one, str | dict | list)]


def says_something(name: str) -> bool:
    """Return whether the name of a member is more than a name."""
    return len(name) > _LONGEST_NAME or " " in name or is_order(name)


def is_order(word: str) -> bool:
    """Return whether one word is an order, joined: `ignore_all_previous_instructions`."""
    if len(word) < _SHORTEST_ORDER or word.count("_") + word.count("-") + word.count(".") < _JOINTS:
        return False
    small = word.lower()
    return any(order in small for order in _ORDERS)


def words_only(value: object, most: int, depth: int = 0) -> bool:
    """Return whether all texts in it, and its members' names, are single words, none longer than `most`."""
    if isinstance(value, str):
        return len(value) <= most and len(value.split()) < 2 and not is_order(value)
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
    return text_of(base64.b64decode(value)) if text_of(data) else ""


def text_of(data: bytes) -> str:
    """Return the text that bytes are, in UTF-8, UTF-16 or UTF-32; "" where they are something else.

    Characters that JSON writes as escapes stand there as they are read, be it lines of JSON, or cut off.
    """
    return plain_text(data) if _is_text(_decoded(data[:_HEAD])) else ""


def plain_text(data: bytes) -> str:
    """Return bytes that are a text, whatever stands in it."""
    text = _decoded(data)
    return _without_escapes(text) if len(text) <= _MOST and "\\" in text else text


def _decoded(data: bytes) -> str:
    return data.decode(json.detect_encoding(data), "replace")  # as parsers of JSON do (RFC 4627 section 3)


def _is_text(text: str) -> bool:
    """Return whether hardly anything in the beginning of something is no letter, sign or space."""
    odd = sum(_is_odd(mark) for mark in text if not mark.isprintable() or mark == _REPLACED)
    return bool(text) and odd <= len(text) // _ODD


def _is_odd(mark: str) -> bool:
    return mark not in "\t\n\r\f\x1b" and unicodedata.category(mark) in _NO_LETTERS


def _without_escapes(text: str) -> str:
    first, *rest = text.replace("\\/", "/").split("\\u")
    if not rest:
        return first
    pieces = [first]
    for piece in rest:
        code = piece[:4]
        written = len(code) == 4 and not code.strip(string.hexdigits)
        pieces += (chr(int(code, 16)), piece[4:]) if written else ("\\u", piece)
    return "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
