"""What a linear model is stored as, and what its weights say of a text."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from gateway_desktop.inspection.score import WORTH_TELLING

WINDOW = 64  # words
STRIDE = 16
LETTERS_OF_WINDOW = 2_000  # bytes of a window whose grams count
LETTERS_OF_WORD = 200  # grams of one word that count for phrases; of longer words each gram once
# What one harmless text in 2, 10, 200 (results, descriptions: 500), 1,000 reaches of sources not trained on,
# and what is beyond.
CONFIDENCES = (0.0, 0.2, 0.51, 0.82, 0.9, 0.96, 1.0)
_LIFT = 1.4  # what sure phrases weigh, in steps between the margins of two confidences
_PHRASES = 3
_WORDS = 8  # of one phrase


class Saved(msgspec.Struct):
    """A model as it is stored: MessagePack, compressed with zlib."""

    bias: float
    scale: float
    knots: tuple[float, float, float, float, float, float, float]  # margins whose confidences are CONFIDENCES
    weights: bytes  # signed, of two bytes each, times `scale`

    def margin(self, points: float) -> float:
        """Return the margin of a window that weighs so much."""
        return points * self.scale + self.bias

    def confidence(self, margin: float, support: float = 0.0) -> float:
        """Return how sure a margin makes us, by how many harmless texts reach it; phrases lift it."""
        knots = self.knots
        margin += support * _LIFT * (knots[2] - knots[1])
        after = bisect_right(knots, margin)
        if after in (0, len(knots)):
            return CONFIDENCES[after and -1]
        low, high = CONFIDENCES[after - 1], CONFIDENCES[after]
        return low + (margin - knots[after - 1]) * (high - low) / (knots[after] - knots[after - 1])


class Judgement(NamedTuple):
    """What a model says of a text."""

    margin: float
    confidence: float
    start: int  # the window, as bytes of the text
    end: int
    phrases: tuple[tuple[int, int], ...]  # what weighed most in it, as bytes of the text

    @property
    def told(self) -> bool:
        """Whether people are shown it: then its phrases are of use."""
        return self.confidence >= WORTH_TELLING


def phrases(
    points: Sequence[float], starts: Sequence[int], ends: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """Return the few runs of words that weighed most, as bytes; given what words weigh and where they are."""
    enough = max(sum(points) / len(points), 0.0)
    runs: list[tuple[float, int, int]] = []
    start = None
    for index in range(len(points) + 1):
        is_heavy = index < len(points) and points[index] > enough
        if is_heavy and start is None:
            start = index
        elif start is not None and (not is_heavy or index - start == _WORDS):
            runs.append((sum(points[start:index]), start, index))
            start = index if is_heavy else None
    best = sorted(sorted(runs, reverse=True)[:_PHRASES], key=lambda run: run[1])
    return tuple((starts[begin], ends[end - 1]) for _, begin, end in best)
