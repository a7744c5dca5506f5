"""The numbers that features are made of: of letters, of places in a word, of bytes in a row.

They are what NumPy's PCG64 says for one seed, drawn without NumPy: the gateway has no other use for it.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

BITS = 20  # of a bucket
LETTERS = 5  # characters of a character gram
LONGEST = 48  # letters of a word that count, each by its place
MIX = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
FOLDED = 29
_STATE = 0x87209DE2027259F2F074CC6F9C3A9F1F  # of the generator with the seed 20261123
_STEP = 0x9DA089C9888024C8CA168249A71AB8A7
_TIMES = 0x2360ED051FC65DA44385DF649FCCF645
_EVERY = (1 << 64) - 1


class Tables(NamedTuple):
    """By byte, and by place; a letter of 0 parts words."""

    letters: tuple[int, ...]
    powers: tuple[int, ...]
    grams: tuple[tuple[int, ...], ...]


def _folds() -> tuple[bytes, bytes]:
    """Return what each byte counts as (small letters, one digit, one kind of space), and which make words."""
    fold = bytearray(range(256))
    fold[ord("A") : ord("Z") + 1] = range(ord("a"), ord("z") + 1)
    fold[ord("0") : ord("9") + 1] = b"0" * 10
    fold[:33] = b" " * 33
    makes = {*range(ord("a"), ord("z") + 1), *b"0_'", *range(128, 256)}
    return bytes(fold), bytes(byte in makes for byte in fold)


FOLD, IN_WORD = _folds()


def _drawn() -> Iterator[int]:
    """Yield numbers from 1 to below the largest of 64 bits: PCG64 (XSL RR 128/64), bounded as Lemire does."""
    state, span = _STATE, _EVERY - 1
    while True:
        state = (state * _TIMES + _STEP) & ((1 << 128) - 1)
        mixed, turn = (state >> 64) ^ state & _EVERY, state >> 122
        drawn = ((mixed >> turn) | (mixed << (-turn & 63))) & _EVERY
        high, low = divmod(drawn * span, 1 << 64)
        if low >= (1 << 64) % span:
            yield 1 + high


@cache
def tables() -> Tables:
    """Return the numbers."""
    numbers = _drawn()
    letters = [next(numbers) for _ in range(256)]
    powers = tuple(next(numbers) | 1 for _ in range(LONGEST))
    grams = [[next(numbers) for _ in range(256)] for _ in range(LETTERS)]
    return Tables(
        tuple(letters[FOLD[byte]] if IN_WORD[byte] else 0 for byte in range(256)),
        powers,
        tuple(tuple(row[FOLD[byte]] for byte in range(256)) for row in grams),
    )
