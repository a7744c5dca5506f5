"""word_diff(): what of a text changed, word by word."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")  # of texts that were stored, not of traffic on its way
_MOST = 20_000  # words of both texts; beyond it lines are compared


class Piece(NamedTuple):
    """A run of words: in both texts (`=`), only in the former (`-`), or only in the latter (`+`)."""

    sign: str
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """Return the pieces of both texts in their order; of long ones line by line."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > _MOST:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for kind, begin, end, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("=", "".join(old[begin:end])))
            continue
        if begin < end:
            pieces.append(Piece("-", "".join(old[begin:end])))
        if start < stop:
            pieces.append(Piece("+", "".join(new[start:stop])))
    return pieces


def marked(pieces: Iterable[Piece]) -> str:
    """Return the pieces as one text: `[-gone-]`, `{+new+}`."""
    marks = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return "".join(marks[piece.sign].format(piece.text) for piece in pieces)
