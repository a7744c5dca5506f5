"""LinearModel: weights of features, trained by packaging/detection; the highest window is the score.

This is how learning sees it, and what `Weigher` is tested by: in the gateway that does the same in one call.
"""

import math
import zlib
from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from gateway_desktop.inspection.feature_tables import BITS, LETTERS
from gateway_desktop.inspection.features import Features, features
from gateway_desktop.inspection.judgement import (
    LETTERS_OF_WINDOW,
    LETTERS_OF_WORD,
    STRIDE,
    WINDOW,
    Judgement,
    Saved,
    phrases,
)

_ONE = 2.0**-20  # how each feature is counted in the same sums as its weight, a whole number


def windows(count: int) -> list[tuple[int, int]]:
    """Return the windows of a text of so many words."""
    if count <= WINDOW:
        return [(0, count)]
    return [(start, min(start + WINDOW, count)) for start in range(0, count - WINDOW + STRIDE, STRIDE)]


def buckets(found: Features, first: int, last: int) -> NDArray[np.intp]:
    """Return the features of a window, from its first word to before its last, each once."""
    begin = int(found.starts[first]) if first else 0
    end = int(found.starts[last]) if last < found.count else found.letters.size
    letters = found.letters[begin : min(end, begin + LETTERS_OF_WINDOW)]
    those = np.concatenate((found.words[first:last], found.pairs[first:last], letters))
    those.sort()
    kept = np.empty(those.size, dtype=np.bool_)
    kept[:1] = True
    np.not_equal(those[1:], those[:-1], out=kept[1:])
    return those[kept]


class LinearModel:
    """One model, for one context."""

    def __init__(self, stored: bytes) -> None:
        self._saved = saved = msgspec.msgpack.decode(zlib.decompress(stored), type=Saved)
        self._weights = np.frombuffer(saved.weights, dtype=np.int16)
        if self._weights.size != 1 << BITS:
            raise ValueError("a model of another size")

    def judge(self, data: bytes, support: float = 0.0) -> Judgement | None:
        """Return the judgement of a text in UTF-8, lifted by its phrases; None if it has no words.

        Takes time linear in its length.
        """
        found = features(data)
        if found is None:
            return None
        points = self._of_windows(found)
        best = int(points.argmax())
        margin = self._saved.margin(float(points[best]))
        confidence = self._saved.confidence(margin, support)
        first = best * STRIDE
        last = min(first + WINDOW, found.count)
        starts, ends = found.starts[first:last].tolist(), found.ends[first:last].tolist()
        judgement = Judgement(margin, confidence, starts[0], ends[-1], ())
        if judgement.told:
            weighed = self._by_word(found)[first:last].tolist()
            return judgement._replace(phrases=phrases(weighed, starts, ends))
        return judgement

    def _of_windows(self, found: Features) -> NDArray[np.float64]:
        """Return what each window weighs, each feature once: repeating one does not make it heavier.

        All at once: a feature counts in the windows that begin after the last one of its kind, up to its own
        word. So it is added to the first of them and taken away after the last; the running sum is the rest.
        """
        if found.count <= WINDOW:
            return np.array([self._points(found, 0, found.count)])
        kinds, words = found.in_order()
        words //= STRIDE
        since = words - (WINDOW // STRIDE - 1)
        np.maximum(since, 0, out=since)
        again = words[:-1] + 1
        again *= kinds[1:] == kinds[:-1]
        np.maximum(since[1:], again, out=since[1:])
        number = -(-(found.count - WINDOW) // STRIDE) + 1
        weights = self._weights.take(kinds, mode="clip") + _ONE
        both = np.bincount(since, weights, number)[:number]
        both[1:] -= np.bincount(words, weights, number)[: number - 1]
        both = both.cumsum()
        sums = np.floor(both)
        points = sums / np.sqrt((both - sums) / _ONE)
        if found.word_at.size > LETTERS_OF_WINDOW:
            for first, last in _long(found):
                points[first // STRIDE] = self._points(found, first, last)
        return points

    def _points(self, found: Features, first: int, last: int) -> float:
        """Return what one window weighs."""
        those = buckets(found, first, last)
        return float(self._weights[those].sum(dtype=np.int64)) / math.sqrt(those.size)

    def _by_word(self, found: Features) -> NDArray[np.float64]:
        """Return of each word the weights of the features that begin in it."""
        weights = self._weights
        points = weights[found.words].astype(np.float64)
        points[:-1] += weights[found.pairs]
        size = found.letters.size
        reached = int(np.searchsorted(found.starts, size))
        if reached:
            begins = found.starts[:reached].copy()
            begins[0] = 0
            numbers = np.diff(np.append(begins, size))
            sums = np.add.reduceat(weights[found.letters].astype(np.float64), begins)
            for word in np.flatnonzero(
                numbers > LETTERS_OF_WORD
            ):  # code or a run, whose grams come again and again
                grams = np.unique(found.letters[begins[word] : begins[word] + numbers[word]])[
                    :LETTERS_OF_WORD
                ]
                sums[word] = weights[grams].sum(dtype=np.float64)
            points[:reached] += sums
        return points


def _long(found: Features) -> Iterator[tuple[int, int]]:
    """Yield the windows that have more letters than count."""
    begins = found.starts[: found.count - WINDOW + STRIDE : STRIDE]
    ends = np.append(found.starts[WINDOW::STRIDE], found.word_at.size)[: begins.size]
    for number in np.flatnonzero(ends - begins > LETTERS_OF_WINDOW - LETTERS).tolist():
        yield number * STRIDE, min(number * STRIDE + WINDOW, found.count)
