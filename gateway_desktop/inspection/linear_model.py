"""LinearModel: weights of features, trained by packaging/detection; the highest window is the score."""

import math
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from gateway_desktop.inspection.features import BITS, LETTERS, Features
from gateway_desktop.inspection.score import WORTH_TELLING

WINDOW = 64  # words
STRIDE = 16
# What one harmless text in 2, 10, 200 (results, descriptions: 500), 1,000 reaches of sources not trained on,
# and what is beyond.
CONFIDENCES = (0.0, 0.2, 0.51, 0.82, 0.9, 0.96, 1.0)
_LIFT = 1.4  # what sure phrases weigh, in steps between the margins of two confidences
_LETTERS_OF_WINDOW = 2_000  # bytes of a window whose grams count
_PHRASES = 3
_LETTERS = 200  # grams of one word that count; of longer words each gram once
_WORDS = 8  # of one phrase
_ONE = 2.0**-20  # how each feature is counted in the same sums as its weight, a whole number


class Saved(msgspec.Struct):
    """A model as it is stored: MessagePack, compressed with zlib."""

    bias: float
    scale: float
    knots: tuple[float, float, float, float, float, float, float]  # margins whose confidences are CONFIDENCES
    weights: bytes  # signed, of two bytes each, times `scale`


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a model says of a text."""

    margin: float
    confidence: float
    start: int  # the window, as bytes of the text
    end: int
    phrases: tuple[tuple[int, int], ...]  # what weighed most in it, as bytes of the text


def windows(count: int) -> list[tuple[int, int]]:
    """Return the windows of a text of so many words."""
    if count <= WINDOW:
        return [(0, count)]
    return [(start, min(start + WINDOW, count)) for start in range(0, count - WINDOW + STRIDE, STRIDE)]


def buckets(found: Features, first: int, last: int) -> NDArray[np.intp]:
    """Return the features of a window, from its first word to before its last, each once."""
    begin = int(found.starts[first]) if first else 0
    end = int(found.starts[last]) if last < found.count else found.letters.size
    letters = found.letters[begin : min(end, begin + _LETTERS_OF_WINDOW)]
    those = np.concatenate((found.words[first:last], found.pairs[first:last], letters))
    those.sort()
    kept = np.empty(those.size, dtype=np.bool_)
    kept[:1] = True
    np.not_equal(those[1:], those[:-1], out=kept[1:])
    return those[kept]


class LinearModel:
    """One model, for one context."""

    def __init__(self, stored: bytes) -> None:
        saved = msgspec.msgpack.decode(zlib.decompress(stored), type=Saved)
        self._weights = np.frombuffer(saved.weights, dtype=np.int16)
        if self._weights.size != 1 << BITS:
            raise ValueError("a model of another size")
        self._scale = saved.scale
        self._bias = saved.bias
        self._knots = saved.knots

    def judge(self, found: Features, support: float = 0.0) -> Judgement:
        """Return the judgement of a text, lifted by its phrases. Takes time linear in its length."""
        points = self._of_windows(found)
        best = int(points.argmax())
        margin = float(points[best]) * self._scale + self._bias
        confidence = self.confidence(margin + support * _LIFT * (self._knots[2] - self._knots[1]))
        first = best * STRIDE
        last = min(first + WINDOW, found.count)
        phrases = _phrases(found, self._by_word(found), first, last) if confidence >= WORTH_TELLING else ()
        return Judgement(margin, confidence, int(found.starts[first]), int(found.ends[last - 1]), phrases)

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
        if found.word_at.size > _LETTERS_OF_WINDOW:
            for first, last in _long(found):
                points[first // STRIDE] = self._points(found, first, last)
        return points

    def _points(self, found: Features, first: int, last: int) -> float:
        """Return what one window weighs."""
        those = buckets(found, first, last)
        return float(self._weights[those].sum(dtype=np.int64)) / math.sqrt(those.size)

    def confidence(self, margin: float) -> float:
        """Return how sure a margin makes us, by how many harmless texts reach it."""
        knots = self._knots
        after = bisect_right(knots, margin)
        if after in (0, len(knots)):
            return CONFIDENCES[after and -1]
        low, high = CONFIDENCES[after - 1], CONFIDENCES[after]
        return low + (margin - knots[after - 1]) * (high - low) / (knots[after] - knots[after - 1])

    def _by_word(self, found: Features) -> NDArray[np.float32]:
        """Return of each word the weights of the features that begin in it."""
        weights = self._weights
        points = weights[found.words].astype(np.float32)
        points[:-1] += weights[found.pairs]
        size = found.letters.size
        reached = int(np.searchsorted(found.starts, size))
        if reached:
            begins = found.starts[:reached].copy()
            begins[0] = 0
            numbers = np.diff(np.append(begins, size))
            sums = np.add.reduceat(weights[found.letters].astype(np.float32), begins)
            for word in np.flatnonzero(numbers > _LETTERS):  # code or a run, whose grams come again and again
                grams = np.unique(found.letters[begins[word] : begins[word] + numbers[word]])[:_LETTERS]
                sums[word] = weights[grams].sum(dtype=np.float32)
            points[:reached] += sums
        return points


def _long(found: Features) -> Iterator[tuple[int, int]]:
    """Yield the windows that have more letters than count."""
    begins = found.starts[: found.count - WINDOW + STRIDE : STRIDE]
    ends = np.append(found.starts[WINDOW::STRIDE], found.word_at.size)[: begins.size]
    for number in np.flatnonzero(ends - begins > _LETTERS_OF_WINDOW - LETTERS).tolist():
        yield number * STRIDE, min(number * STRIDE + WINDOW, found.count)


def _phrases(
    found: Features, points: NDArray[np.float32], first: int, last: int
) -> tuple[tuple[int, int], ...]:
    """Return the few runs of words that weighed most, as bytes."""
    inside = points[first:last]
    heavy = inside > max(float(np.mean(inside)), 0.0)
    runs: list[tuple[float, int, int]] = []
    start = None
    for index, is_heavy in enumerate([*heavy.tolist(), False]):
        if is_heavy and start is None:
            start = index
        elif start is not None and (not is_heavy or index - start == _WORDS):
            runs.append((float(inside[start:index].sum()), start, index))
            start = index if is_heavy else None
    best = sorted(sorted(runs, reverse=True)[:_PHRASES], key=lambda run: run[1])
    return tuple((int(found.starts[first + a]), int(found.ends[first + b - 1])) for _, a, b in best)
