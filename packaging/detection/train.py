"""Train the models of `resources/models`: python packaging/detection/train.py --corpus PATH.

Every margin that the confidences rest on comes from a model that had not seen the text's source.
"""

import argparse
import os
import random
import sys
import zlib
from collections import Counter
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # sums of several threads round differently on another machine

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import corpus  # noqa: E402
import msgspec  # noqa: E402
from learning import SIZE, Rows, fit  # noqa: E402

from gateway_desktop.inspection.features import Features, features  # noqa: E402
from gateway_desktop.inspection.judgement import Saved  # noqa: E402
from gateway_desktop.inspection.linear_model import buckets, windows  # noqa: E402
from gateway_desktop.inspection.normalize import normalize  # noqa: E402

PENALTY = 3e-6
# The share of harmless texts held out that is not told. Results are most of what an agent reads, reminders of coding
# tools among them, and descriptions stand in every request.
TOLD = {"user_prompt": 0.995, "tool_result": 0.998, "tool_description": 0.998}
LONELY = 5.0  # times the penalty, of a feature that one group of sources alone has; of one that five have, 1
STEPS = (8, 70)  # of each round: the first only has to find the windows
FOLDS = 5
LARGEST_SOURCE = 900  # texts of one source
MADE = 1.5  # weight of attacks that were made here
# Weight of harmless texts that were made here: of harmless descriptions the corpus holds few.
MADE_HARMLESS = {"user_prompt": 1.5, "tool_result": 1.5, "tool_description": 2.5}
ELSEWHERE = 1.0  # weight of texts from other contexts
HARD = 3.0  # times the weight, of harmless texts that were written to look like attacks


class Lesson:
    """The texts of a context, as features, with their weights."""

    def __init__(self, rows: list[corpus.Text], context: str) -> None:
        self.context = context
        chance = random.Random(20261123)
        sizes = Counter(one.source for one in rows)
        kept = [one for one in rows if chance.random() < LARGEST_SOURCE / sizes[one.source] or one.made]
        found = [(one, features(normalize(one.text).views[0].data)) for one in kept]
        self.texts = [one for one, features_ in found if features_ is not None]
        self.features: list[Features] = [features_ for _, features_ in found if features_ is not None]
        self.labels = np.array([one.attack for one in self.texts], dtype=np.float32)
        self.own = np.array([one.context == context and not one.made for one in self.texts])
        sizes = Counter((one.source, one.attack) for one in self.texts)
        self.weights = np.array(
            [_weight(one, context) / sizes[one.source, one.attack] ** 0.5 for one in self.texts]
        )

    def train(self, chosen: np.ndarray) -> np.ndarray:
        """Return weights and bias learned from some of the texts: first some windows of each, then the highest."""
        point: np.ndarray | None = None
        penalty = (PENALTY * np.maximum(LONELY / np.maximum(self._spread(chosen), 1), 1)).astype(np.float32)
        for steps in STEPS:
            rows, labels, weights = [], [], []
            for index in chosen:
                picked = self._picked(int(index), point)
                rows += [buckets(self.features[index], *window) for window in picked]
                labels += [self.labels[index]] * len(picked)
                weights += [self.weights[index] / len(picked) ** 0.5] * len(picked)
            label, weight = np.array(labels, dtype=np.float32), np.array(weights)
            for side in (0, 1):
                weight[label == side] /= weight[label == side].sum()
            point = fit(Rows.of(rows), label, weight, penalty, steps, point)
        assert point is not None
        return point

    def _spread(self, chosen: np.ndarray) -> np.ndarray:
        """Return of each feature how many groups have it: what one alone has is its habit, and no sign."""
        spread = np.zeros(SIZE, dtype=np.int32)
        groups = np.array([self.texts[index].group for index in chosen])
        for group in np.unique(groups):
            found = np.zeros(SIZE, dtype=np.bool_)
            for index in chosen[groups == group]:
                one = self.features[index]
                found[np.concatenate((one.words, one.pairs, one.letters))] = True
            spread += found
        return spread

    def _picked(self, index: int, point: np.ndarray | None) -> list[tuple[int, int]]:
        every = windows(self.features[index].count)
        if len(every) == 1:
            return every
        if point is None:
            return sorted(random.Random(index).sample(every, min(3, len(every))))
        order = np.argsort(
            -Rows.of([buckets(self.features[index], *one) for one in every]).times(point[:-1]), kind="stable"
        )
        return [every[order[0]]] if self.labels[index] else [every[one] for one in order[:3]]

    def margin(self, index: int, point: np.ndarray) -> float:
        """Return the margin of a text: that of its highest window."""
        found = self.features[index]
        rows = Rows.of([buckets(found, *window) for window in windows(found.count)])
        return float(rows.times(point[:-1]).max() + point[-1])

    def folds(self) -> np.ndarray:
        """Return of each text the fold it is held out in, -1 for what is made here. Groups stay together."""
        sizes = Counter(one.group for one in self.texts if one.attack and not one.made)
        fold = {
            group: place % FOLDS
            for place, (group, _) in enumerate(sorted(sizes.items(), key=lambda item: (-item[1], item[0])))
        }
        for group in sorted({one.group for one in self.texts} - set(fold)):
            fold[group] = zlib.crc32(group.encode()) % FOLDS
        return np.array([-1 if one.made else fold[one.group] for one in self.texts])

    def learn_folds(self, kept: Path | None = None) -> list[np.ndarray]:
        """Return of each fold what is learned from the others; they are kept in a file, or taken from it."""
        if kept is not None and kept.exists():
            return list(np.load(kept))
        folds = self.folds()
        points = [self.train(np.flatnonzero(folds != number)) for number in range(FOLDS)]
        if kept is not None:
            np.save(kept, np.array(points))
        return points

    def held_out(self, points: list[np.ndarray]) -> dict[int, float]:
        """Return of each text of this context the margin by a model that had not seen its group."""
        folds = self.folds()
        return {
            int(index): self.margin(int(index), points[folds[index]]) for index in np.flatnonzero(self.own)
        }


def _weight(one: corpus.Text, context: str) -> float:
    if one.made:
        return (MADE if one.attack else MADE_HARMLESS[context]) if one.context == context else 1.0
    hard = HARD if one.kind == "benign_hard" else 1.0
    return hard * (1.0 if one.context == context else ELSEWHERE)


def knots(lesson: Lesson, margins: dict[int, float]) -> tuple[float, ...]:
    """Return the margins of the confidences: what one in 10, 200 (500), 1,000 harmless texts held out reaches, and beyond."""
    harmless = np.array([margin for index, margin in margins.items() if not lesson.labels[index]])
    half, tenth, hundredth, thousandth = np.quantile(harmless, [0.5, 0.9, TOLD[lesson.context], 0.999])
    step = max(thousandth - hundredth, 0.2)
    beyond = [thousandth + times * step for times in (1, 2.5, 5)]
    return tuple(float(one) for one in (half, tenth, hundredth, thousandth, *beyond))


def report(lesson: Lesson, margins: dict[int, float]) -> list[str]:
    """Return the recall of each held-out source at 1% and 0.1% false positives, as a table."""
    harmless = [margin for index, margin in margins.items() if not lesson.labels[index]]
    marks = np.quantile(harmless, [0.99, 0.999])
    lines = ["| source held out | texts | at 1% | at 0.1% |", "|---|---|---|---|"]
    by_source: dict[str, list[float]] = {}
    for index, margin in margins.items():
        if lesson.labels[index]:
            by_source.setdefault(lesson.texts[index].source, []).append(margin)
    by_source = dict(sorted(by_source.items()))
    for source, found in (
        *by_source.items(),
        ("**all**", [one for margins_ in by_source.values() for one in margins_]),
    ):
        shares = [float(np.mean(np.array(found) > mark)) for mark in marks]
        lines.append(f"| {source} | {len(found)} | {shares[0]:.2f} | {shares[1]:.2f} |")
    return lines


def stored(point: np.ndarray, marks: tuple[float, ...]) -> bytes:
    """Return a model as it is shipped: weights of two bytes."""
    scale = float(np.abs(point[:-1]).max()) / 32_767
    weights = np.round(point[:-1] / scale).astype(np.int16)
    saved = Saved(float(point[-1]), scale, marks, weights.tobytes())
    return zlib.compress(msgspec.msgpack.encode(saved), 9)


def main() -> None:
    """Train, write the models, print the tables of their cards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "models")
    parser.add_argument(
        "--folds", type=Path, help="a folder: keeps what is learned of the folds, for measure.py"
    )
    parser.add_argument("--context", choices=corpus.CONTEXTS, action="append")
    parser.add_argument("--alone", action="store_true", help="only the corpus: no packages, no grammars")
    options = parser.parse_args()
    rows = corpus.read(options.corpus)
    options.out.mkdir(parents=True, exist_ok=True)
    for context in options.context or corpus.CONTEXTS:
        lesson = Lesson(corpus.for_context(rows, context, alone=options.alone), context)
        margins = lesson.held_out(lesson.learn_folds(options.folds and options.folds / f"{context}.npy"))
        point = lesson.train(np.arange(len(lesson.texts)))
        model = stored(point, knots(lesson, margins))
        (options.out / f"{context}.model").write_bytes(model)
        harmless = sum(1 for one in lesson.texts if not one.attack)
        print(
            f"\n### {context}: {len(lesson.texts) - harmless} attacks, {harmless} harmless, {len(model):,} bytes\n"
        )
        print("\n".join(report(lesson, margins)), flush=True)


if __name__ == "__main__":
    main()
