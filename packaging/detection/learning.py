"""Logistic regression on hashed features, in NumPy alone: the same in, the same out."""

from dataclasses import dataclass

import numpy as np

from gateway_desktop.inspection.feature_tables import BITS

SIZE = 1 << BITS
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

    def norms(self) -> np.ndarray:
        """Return the value of each row's features."""
        lengths = np.diff(np.append(self.begins, self.buckets.size))
        return (1 / np.sqrt(lengths)).astype(np.float32)

    def times(self, weights: np.ndarray) -> np.ndarray:
        """Return the product of each row with the weights."""
        return np.add.reduceat(weights[self.buckets], self.begins) * self.norms()

    def gradient(self, residuals: np.ndarray) -> np.ndarray:
        """Return the sum of the rows, each times its residual."""
        lengths = np.diff(np.append(self.begins, self.buckets.size))
        spread = np.repeat(residuals * self.norms(), lengths)
        return np.bincount(self.buckets, weights=spread, minlength=SIZE).astype(np.float32)


def fit(
    rows: Rows,
    labels: np.ndarray,
    weights: np.ndarray,
    penalty: np.ndarray,
    steps: int,
    start: np.ndarray | None = None,
):
    """Return weights and bias of the smallest weighted logistic loss with an L2 penalty of each weight."""
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
    pairs: list[tuple[np.ndarray, np.ndarray, float]] = []
    for _ in range(steps):
        direction = -_two_loops(slope, pairs)
        step, gain = 1.0, float(slope @ direction)
        if not pairs:
            step = 1.0 / max(float(np.linalg.norm(slope)), 1e-12) * 1.0
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


def _two_loops(slope, pairs):
    direction = slope.copy()
    factors = []
    for change, turn, scale in reversed(pairs):
        factor = scale * float(change @ direction)
        factors.append(factor)
        direction -= factor * turn
    if pairs:
        change, turn, scale = pairs[-1]
        direction *= 1 / (scale * float(turn @ turn))
    for (change, turn, scale), factor in zip(pairs, reversed(factors), strict=True):
        direction += (factor - scale * float(turn @ direction)) * change
    return direction
