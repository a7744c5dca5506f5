"""Whether JSON holds so many values that reading it would keep everybody else waiting."""

from collections.abc import Sequence

from gateway_desktop.core.errors import Malformed

MOST_LISTS = 200_000  # lists and objects: each costs microseconds, and the collector walks over all of them
TOO_MUCH = f"holds more than {MOST_LISTS:,} lists and objects"
MOST_TEXTS = 100_000  # of a request: each is looked at for itself, and with its neighbours
MOST_VALUES = 1_000_000  # of a request; embeddings take 300,000 tokens at once
_MOST_QUOTES = 4 * MOST_VALUES  # of values and their names; only above these limits texts are cut out

_SHORT = 16 << 10  # bytes that are read in a moment, whatever they hold
_LONG = 2 << 20
_MOST_MARKS = 20_000  # quotes, and brackets: they cost up to 2 microseconds each
_MOST_NUMBERS = 300_000  # commas: a tenth of that, and prose is full of them

_BEFORE = b"\xef\xbb\xbf \t\r\n"  # a byte order mark and spaces


def crowded(body: bytes, most_values: int | None = None) -> bool:
    """Return whether it holds more lists and objects, or more values, than the loop can read in passing.

    Brackets and commas within texts do not count. An answer's values are not limited: those of embeddings are
    millions of numbers, which cost next to nothing.
    """
    if len(body) < MOST_LISTS or body.lstrip(_BEFORE)[:1] not in (b"{", b"[") or _within(body, most_values):
        return False
    bare = body.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in body else body
    if bare.count(b'"') > _MOST_QUOTES:
        return True
    return not _within(b"".join(bare.split(b'"')[::2]), most_values)


def takes_long(body: bytes) -> bool:
    """Return whether reading it may take longer than the loop can be kept from others."""
    size = len(body)
    return size > _SHORT and (
        size > _LONG
        or _count(body, b'"') > _MOST_MARKS
        or _count(body, b"[") + _count(body, b"{") > _MOST_MARKS
        or (size > 2 * _MOST_NUMBERS and body.count(b",") > _MOST_NUMBERS)
    )


def check_texts(texts: Sequence[object]) -> None:
    """Refuse a request of more texts than can be looked at; of a million tiny ones not all are read first."""
    if len(texts) > MOST_TEXTS:
        raise Malformed(f"The request body holds more than {MOST_TEXTS:,} texts", "body", 413)


def _within(json: bytes, most_values: int | None) -> bool:
    lists = _count(json, b"[") + _count(json, b"{")
    return lists <= MOST_LISTS and (most_values is None or json.count(b",") <= most_values)


def _count(body: bytes, mark: bytes) -> int:
    """Return how often a byte stands there: where it is rare, ten times as quickly as `bytes.count` does."""
    return body.count(mark) if len(body) > _LONG else len(body) - len(body.replace(mark, b""))
