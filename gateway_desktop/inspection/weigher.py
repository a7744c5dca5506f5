"""Weigher: one linear model that weighs a text in one call of machine code.

Why: with NumPy a text of 1 KB takes fifty calls and 80 µs, twice that where the caches are cold; here 15 µs.
"""

import ctypes
import struct
import zlib
from array import array

import msgspec

from gateway_desktop.inspection.feature_tables import BITS, tables
from gateway_desktop.inspection.judgement import LETTERS_OF_WORD, Judgement, Saved, phrases
from gateway_desktop.inspection.machine_code import Instance
from gateway_desktop.inspection.weigher_code import (
    CODE,
    GRAMS,
    LETTERS,
    LISTED,
    LONGEST,
    NO_PAIR,
    POWERS,
    TEXT,
    WEIGHTS,
)

_ASKED = struct.Struct("<i12xi")  # bytes of the text, where the weights lie
_WEIGHED = struct.Struct("<d8xi12xi")  # points, first byte, last byte


class _Scale:
    """A memory with the weights in it, for one text at a time."""

    def __init__(self, weights: bytes | memoryview) -> None:
        self.instance = instance = Instance(CODE)
        self.weigh = instance.function("weigh", 3)
        self.list = instance.function("list", 1)
        known = tables()
        for place, table in ((LETTERS, known.letters), (POWERS, known.powers), (GRAMS, sum(known.grams, ()))):
            instance.view(place, 8 * len(table))[:] = array("Q", table).tobytes()
        instance.view(WEIGHTS, len(weights))[:] = weights
        self.text = instance.memory + TEXT


class Weigher:
    """One model, for one context. It may be asked from any thread."""

    def __init__(self, stored: bytes) -> None:
        saved = msgspec.msgpack.decode(zlib.decompress(stored), type=Saved)
        if len(saved.weights) != 2 << BITS:
            raise ValueError("a model of another size")
        first = _Scale(saved.weights)
        self._weights = first.instance.view(WEIGHTS, len(saved.weights))
        self._of_word = self._weights.cast("h").__getitem__
        self._first = first
        self._idle = [first]  # taken and put back at once, as lists do; who finds none makes another
        saved.weights = b""
        self._saved = saved

    def judge(self, data: bytes, support: float = 0.0) -> Judgement | None:
        """Return the judgement of a text in UTF-8, lifted by its phrases; None if it has no words.

        Takes time linear in its length, which is at most 98,304 bytes.
        """
        size = len(data)
        if size > LONGEST:
            raise ValueError("a text longer than is looked at without a pause")
        try:
            scale = self._idle.pop()
        except IndexError:
            scale = _Scale(self._weights)
        try:
            ctypes.memmove(scale.text, data, size)
            _ASKED.pack_into(scale.weigh.values, 0, size, WEIGHTS)
            scale.weigh()
            points, start, end = _WEIGHED.unpack_from(scale.weigh.values)
            if end < 0:
                return None
            margin = self._saved.margin(points)
            judgement = Judgement(margin, self._saved.confidence(margin, support), start, end, ())
            if not judgement.told:
                return judgement
            return Judgement(margin, judgement.confidence, start, end, self._phrases(scale))
        finally:
            self._idle.append(scale)

    def _phrases(self, scale: _Scale) -> tuple[tuple[int, int], ...]:
        """Return what weighed most in the window that was the heaviest just now."""
        scale.list()
        size: int = struct.unpack_from("<i", scale.list.values)[0]
        listed = scale.instance.view(LISTED, size).cast("I").tolist()
        weight = self._of_word
        points: list[float] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        while at < len(listed):
            start, end, word, pair, letters = listed[at : at + 5]
            at += 5 + letters
            grams = listed[at - letters : at]
            if letters > LETTERS_OF_WORD:  # code or a run, whose grams come again and again
                grams = sorted(set(grams))[:LETTERS_OF_WORD]
            followed = weight(pair) if pair != NO_PAIR else 0
            points.append(weight(word) + followed + sum(map(weight, grams)))
            starts.append(start)
            ends.append(end)
        return phrases(points, starts, ends)
