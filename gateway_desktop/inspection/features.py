"""Features: hashed words, pairs of words and 5 letters in a row, of a text."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gateway_desktop.inspection.feature_tables import BITS, FOLDED, IN_WORD, LETTERS, MIX, tables

Ints = NDArray[np.uint64]
Places = NDArray[np.intp]

_LETTER, _POWER, _GRAMS = (np.array(table, dtype=np.uint64) for table in tables())
_MIX = np.uint64(MIX[0]), np.uint64(MIX[1])
_FOLDED = np.uint64(FOLDED)
_SHIFT = np.uint64(64 - BITS)
# How buckets are sorted with their places in a text, in half the bits where it is short: that is faster.
_SHORT = np.uint32, np.uint32(12), np.uint32((1 << 12) - 1)
_LONG = np.uint64, np.uint64(32), np.uint64((1 << 32) - 1)


@dataclass(frozen=True, slots=True)
class Features:
    """The features of a text: buckets of the weights that they have."""

    count: int  # words
    starts: Places  # of each word its first byte
    ends: Places
    word_at: Places  # of each byte the word that begins there or before; the first for what is before it
    every: Places  # the buckets of words, of pairs and of letters, one after another

    @property
    def words(self) -> Places:
        """The bucket of each word."""
        return self.every[: self.count]

    @property
    def pairs(self) -> Places:
        """The buckets of each word and its next."""
        return self.every[self.count : 2 * self.count - 1]

    @property
    def letters(self) -> Places:
        """The buckets of 5 bytes in a row, by their first byte."""
        return self.every[2 * self.count - 1 :]

    def in_order(self) -> tuple[NDArray[Any], Places]:
        """Return all buckets in ascending order, and of each the word in which it begins."""
        kind, bits, mask = _SHORT if self.word_at.size <= 1 << 12 else _LONG
        keys: NDArray[Any] = self.every.astype(kind)
        keys <<= bits
        keys |= np.concatenate(
            (self.starts, self.starts[:-1], np.arange(self.letters.size)), dtype=kind, casting="unsafe"
        )
        keys.sort()
        words = self.word_at.take(keys & mask, mode="clip")
        keys >>= bits
        return keys, words


def features(data: bytes) -> Features | None:
    """Return the features of a text given as UTF-8, or None if it has no words. Takes linear time."""
    word = np.frombuffer(b"\0%b\0" % data.translate(IN_WORD), dtype=np.bool_)
    edges = (word[1:] != word[:-1]).nonzero()[0]
    if not edges.size:
        return None
    starts, ends = edges[::2], edges[1::2]
    count, size = starts.size, len(data)
    raw = np.frombuffer(data, dtype=np.uint8).astype(np.intp)
    ramp = np.arange(size)
    lengths = np.empty_like(starts)
    lengths[:-1] = starts[1:]
    lengths[-1] = size
    lengths[1:] -= starts[1:]
    word_at = ramp[:count].repeat(lengths)
    hashes = _words(raw, ramp - starts.take(word_at, mode="clip"), starts)
    first = hashes * _MIX[0]
    pairs = first[:-1] + hashes[1:] * _MIX[1]
    every = _buckets(np.concatenate((first, pairs, _letters(raw))))
    return Features(count, starts, ends, word_at, every)


def _words(raw: Places, within: Places, starts: Places) -> Ints:
    """Return a number for each word, from its bytes and their places in it."""
    values = _LETTER.take(raw, mode="clip")
    values *= _POWER.take(within, mode="clip")
    sums: Ints = np.add.reduceat(values, starts)
    return sums


def _letters(raw: Places) -> Ints:
    size = max(raw.size - LETTERS + 1, 0)
    total: Ints = _GRAMS[0].take(raw[:size], mode="clip")
    for index in range(1, LETTERS):
        total += _GRAMS[index].take(raw[index : index + size], mode="clip")
    return total


def _buckets(hashes: Ints) -> Places:
    """Return buckets of numbers, which are overwritten."""
    mixed = hashes >> _FOLDED
    mixed ^= hashes
    mixed *= _MIX[0]
    mixed >>= _SHIFT
    return mixed.view(np.intp)
