"""Logistic regression on hashed features, in NumPy alone: the same in, the same out."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gateway_desktop.inspection.feature_tables import BITS

SIZE = 1 << BITS
CURVE = 0.1  # of the loss, about the mean of p (1 - p) over the rows
_MEMORY = 8  # pairs that L-BFGS remembers


@dataclass(frozen=True)
class Rows:
    """Sparse rows: of each its buckets, all with the same value, one over the root of their number."""

    buckets: np.ndarray
    begins: np.ndarray

    @classmethod
    def of(cls, rows: list[np.ndarray]) -> "Rows":
        """Put rows together."""
        lengths = np.array([row.size for row in rows])
        return cls(np.concatenate(rows).astype(np.int32), np.concatenate(([0], np.cumsum(lengths)[:-1])))

    @cached_property
    def norms(self) -> np.ndarray:
        """The value of each row's features."""
        return (1 / np.sqrt(self._lengths())).astype(np.float32)

    def times(self, weights: np.ndarray) -> np.ndarray:
        """Return the product of each row with the weights."""
        return np.add.reduceat(weights.take(self.buckets, mode="clip"), self.begins) * self.norms

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Return of each bucket the sum of the values of the rows that have it."""
        kinds, begins, rows = self._by_bucket
        found = np.zeros(SIZE, dtype=np.float32)
        found[kinds] = np.add.reduceat(values.astype(np.float32).take(rows, mode="clip"), begins)
        return found

    def gradient(self, residuals: np.ndarray) -> np.ndarray:
        """Return the sum of the rows, each times its residual."""
        return self.sums(residuals * self.norms)

    def _lengths(self) -> np.ndarray:
        return np.diff(np.append(self.begins, self.buckets.size))

    @cached_property
    def _by_bucket(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The buckets that some row has, where each begins, and the rows that have it."""
        order = np.argsort(self.buckets, kind="stable")
        rows = np.repeat(np.arange(self.begins.size, dtype=np.int32), self._lengths())[order]
        kinds, begins = np.unique(self.buckets[order], return_index=True)
        return kinds, begins, rows


def fit(
    rows: Rows,
    labels: np.ndarray,
    weights: np.ndarray,
    penalty: np.ndarray,
    steps: int,
    start: np.ndarray | None = None,
):
    """Return weights and bias of the smallest weighted logistic loss with an L2 penalty of each weight.

    Steps are measured by how often a feature comes: without that, rare ones had hardly moved after hundreds.
    """
    point = np.zeros(SIZE + 1, dtype=np.float32) if start is None else start.copy()
    weights = weights / weights.sum()

    def loss(at):
        margin = rows.times(at[:-1]) + at[-1]
        probability = 1 / (1 + np.exp(-np.clip(margin, -30, 30)))
        value = float(np.sum(weights * (np.logaddexp(0, margin) - labels * margin)))
        drawn = penalty * at[:-1]
        value += float(drawn @ at[:-1]) / 2
        residual = (weights * (probability - labels)).astype(np.float32)
        slope = np.append(rows.gradient(residual) + drawn, residual.sum()).astype(np.float32)
        return value, slope

    value, slope = loss(point)
    often = CURVE * rows.sums(weights * rows.norms**2)
    scale = np.append(1 / (often + penalty), 4.0).astype(np.float32)
    pairs: list[tuple[np.ndarray, np.ndarray, float]] = []
    for _ in range(steps):
        direction = -_two_loops(slope, pairs, scale)
        step, gain = 1.0, float(slope @ direction)
        for _ in range(12):
            after, after_slope = loss(point + step * direction)
            if after <= value + 1e-4 * step * gain:
                break
            step /= 2
        else:
            break
        change, turn = step * direction, after_slope - slope
        curve = float(change @ turn)
        if curve > 1e-12:
            pairs = [*pairs, (change, turn, 1 / curve)][-_MEMORY:]
        point, value, slope = point + change, after, after_slope
    return point


def _two_loops(slope, pairs, diagonal):
    direction = slope.copy()
    factors = []
    for change, turn, scale in reversed(pairs):
        factor = scale * float(change @ direction)
        factors.append(factor)
        direction -= factor * turn
    if pairs:
        change, turn, scale = pairs[-1]
        direction *= diagonal / np.float32(scale * float(turn @ (diagonal * turn)))
    else:
        direction *= diagonal
    for (change, turn, scale), factor in zip(pairs, reversed(factors), strict=True):
        direction += (factor - scale * float(turn @ direction)) * change
    return direction
