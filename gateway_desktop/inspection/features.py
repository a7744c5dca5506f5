"""Features: hashed words, pairs of words and 5 letters in a row, of a text."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BITS = 20
LETTERS = 5  # characters of a character gram
_SEED = 20261123
_LONGEST = 48  # letters of a word that count

Ints = NDArray[np.uint64]


def _tables() -> tuple[Ints, Ints, Ints]:
    chance = np.random.Generator(np.random.PCG64(_SEED))
    every = np.iinfo(np.uint64).max
    letters = chance.integers(1, every, 256, dtype=np.uint64)
    powers = chance.integers(1, every, _LONGEST, dtype=np.uint64) | np.uint64(1)
    grams = chance.integers(1, every, (LETTERS, 256), dtype=np.uint64)
    return letters, powers, grams


_LETTER, _POWER, _GRAM = _tables()
_MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(64 - BITS)


def _folds() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return what each byte counts as (small letters, one digit, one kind of space), and which make words."""
    fold = np.arange(256, dtype=np.uint8)
    fold[ord("A") : ord("Z") + 1] += 32
    fold[ord("0") : ord("9") + 1] = ord("0")
    fold[:33] = 32
    word = np.zeros(256, dtype=np.bool_)
    word[ord("a") : ord("z") + 1] = True
    word[ord("0")] = word[ord("_")] = word[ord("'")] = True
    word[128:] = True
    return fold, word


_FOLD, _WORD = _folds()


@dataclass(frozen=True, slots=True)
class Features:
    """The features of a text: buckets of the weights that they have."""

    count: int  # words
    starts: NDArray[np.intp]  # of each word its first byte
    ends: NDArray[np.intp]
    words: NDArray[np.intp]  # the bucket of each word
    pairs: NDArray[np.intp]  # the buckets of each word and its next
    letters: NDArray[np.intp]  # the buckets of 5 bytes in a row, by their first byte


def features(data: bytes) -> Features | None:
    """Return the features of a text given as UTF-8, or None if it has no words. Takes linear time."""
    raw = np.frombuffer(data, dtype=np.uint8)
    folded = _FOLD[raw]
    word = _WORD[folded]
    edges = np.flatnonzero(word[1:] != word[:-1]) + 1
    if word.size and word[0]:
        edges = np.concatenate(([0], edges))
    if word.size and word[-1]:
        edges = np.concatenate((edges, [word.size]))
    if not edges.size:
        return None
    starts, ends = edges[::2], edges[1::2]
    hashes = _words(folded, word, starts)
    first = hashes * _MIX[0]
    pairs = first[:-1] + hashes[1:] * _MIX[1]
    buckets = _bucket(np.concatenate((first, pairs)))
    return Features(
        starts.size, starts, ends, buckets[: starts.size], buckets[starts.size :], _letters(folded)
    )


def _words(folded: NDArray[np.uint8], word: NDArray[np.bool_], starts: NDArray[np.intp]) -> Ints:
    """Return a number for each word."""
    lengths = np.diff(np.append(starts, folded.size))
    within = np.minimum(np.arange(starts[0], folded.size) - np.repeat(starts, lengths), _LONGEST - 1)
    values = _LETTER[folded[starts[0] :]] * _POWER[within]
    values[~word[starts[0] :]] = 0
    return np.add.reduceat(values, starts - starts[0])


def _letters(folded: NDArray[np.uint8]) -> NDArray[np.intp]:
    size = folded.size - LETTERS + 1
    if size <= 0:
        return np.zeros(0, dtype=np.intp)
    total = _GRAM[0][folded[:size]]
    for index in range(1, LETTERS):
        total = total + _GRAM[index][folded[index : index + size]]
    return _bucket(total)


def _bucket(hashes: Ints) -> NDArray[np.intp]:
    return ((hashes ^ (hashes >> np.uint64(29))) * _MIX[0] >> _SHIFT).astype(np.intp)
