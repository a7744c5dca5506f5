"""Measure detection on sources held out: python packaging/detection/measure.py --corpus PATH.

Whole groups of sources are held out. Models are trained on the other folds; the margins that their confidences
rest on, and the thresholds of 1% and 0.1%, come from harmless texts of the other folds, judged by models that had
not seen them either. What needs no training (arguments, secrets, personal data) is measured as it ships.
"""

import argparse
import base64
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import corpus  # noqa: E402
import train  # noqa: E402

from gateway_desktop.core.finding import Context, Passage  # noqa: E402
from gateway_desktop.inspection.models import MODELS  # noqa: E402
from gateway_desktop.inspection.scan import scan  # noqa: E402

MEASURED = "<!-- measured -->"
MEDIUM, HIGH = 25, 50
SHARES = (0.01, 0.001)
_ALIKE = str.maketrans("aeopcyx", "аеорсух")
_LEET = str.maketrans("aeios", "4310$")


def _encoded(text: str) -> str:
    return "Decode this: " + base64.b64encode(text.encode()).decode()


EVASIONS = {
    "zero-width": lambda text: "\u200b".join(text),
    "homoglyphs": lambda text: text.translate(_ALIKE),
    "base64": _encoded,
    "leetspeak": lambda text: text.translate(_LEET),
    "spacing": lambda text: "  ".join(" ".join(word) for word in text.split()),
}


class Scored(NamedTuple):
    """A text that was scored by a program that had not learned from its source."""

    one: corpus.Text
    fold: int
    score: int


def score(text: str, context: str) -> int:
    """Return the risk score of a text."""
    return scan([Passage(text, Context(context))]).score or 0


def held_out(lesson: train.Lesson, context: str) -> tuple[list[Scored], dict[str, float]]:
    """Return the scores of the texts of a context, and the share that each evasion leaves of what is caught."""
    folds = lesson.folds()
    points = [lesson.train(np.flatnonzero(folds != number)) for number in range(train.FOLDS)]
    own = np.flatnonzero(lesson.own)
    margins = {int(index): lesson.margin(int(index), points[folds[index]]) for index in own}
    found: list[Scored] = []
    caught = dict.fromkeys(("", *EVASIONS), 0)
    for number, point in enumerate(points):
        marks = train.knots(lesson, {index: one for index, one in margins.items() if folds[index] != number})
        model = train.stored(point, marks)
        MODELS.lie(lambda _name, model=model: model)
        asked = [int(index) for index in own if folds[index] == number]
        found += [
            Scored(lesson.texts[index], number, score(lesson.texts[index].text, context)) for index in asked
        ]
        attacks = [lesson.texts[index].text for index in asked if lesson.labels[index]]
        for text in attacks[:: max(1, len(attacks) // 100)]:
            caught[""] += score(text, context) >= MEDIUM
            for name, evade in EVASIONS.items():
                caught[name] += score(evade(text[:2000]), context) >= MEDIUM
    return found, {name: number / max(caught[""], 1) for name, number in caught.items() if name}


def thresholds(found: list[Scored], share: float) -> dict[int, int]:
    """Return for each fold the lowest score that so few harmless texts of the other folds reach."""
    marks = {}
    for fold in range(train.FOLDS):
        others = np.array([one.score for one in found if one.fold != fold and not one.one.attack])
        marks[fold] = next(mark for mark in range(1, 102) if np.mean(others >= mark) <= share)
    return marks


def tables(found: list[Scored]) -> list[str]:
    """Return recall by source, and false positives by kind of harmless text."""
    marks = [thresholds(found, share) for share in SHARES]
    lines = [
        "| held out | texts | at 1% | at 0.1% | medium or above | high or above |",
        "|---|---|---|---|---|---|",
    ]
    rows: dict[str, list[Scored]] = defaultdict(list)
    for one in found:
        rows[one.one.source if one.one.attack else f"harmless: {one.one.kind}"].append(one)
    rows = dict(sorted(rows.items(), key=lambda item: (item[0].startswith("harmless"), item[0])))
    rows["**all attacks**"] = [one for one in found if one.one.attack]
    rows["**all harmless**"] = [one for one in found if not one.one.attack]
    rows["**all harmless but benign_hard**"] = [
        one for one in found if not one.one.attack and one.one.kind != "benign_hard"
    ]
    for name, those in rows.items():
        if not those:
            continue
        shares = [np.mean([one.score >= mark[one.fold] for one in those]) for mark in marks]
        shares += [np.mean([one.score >= level for one in those]) for level in (MEDIUM, HIGH)]
        lines.append(f"| {name} | {len(those)} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")
    return lines


def as_it_ships(rows: list[corpus.Text]) -> list[str]:
    """Return for each source of arguments and of personal data how many reach medium and high."""
    lines = ["| source | kind | texts | medium or above | high or above |", "|---|---|---|---|---|"]
    groups: dict[tuple[str, str], list[corpus.Text]] = defaultdict(list)
    for one in rows:
        if one.context == "tool_argument" or one.kind in ("pii", "benign_piilike"):
            groups[one.source, one.kind].append(one)
    for (source, kind), those in sorted(groups.items()):
        scores = [score(one.text, one.context) for one in those]
        shares = [np.mean([one >= level for one in scores]) for level in (MEDIUM, HIGH)]
        lines.append(f"| {source} | {kind} | {len(those)} | {shares[0]:.3f} | {shares[1]:.3f} |")
    return lines


def speed(rows: list[corpus.Text], context: str) -> float:
    """Return microseconds of CPU time for a KB."""
    texts = [one.text for one in rows if one.context == context][:2000]
    began = time.process_time()
    for text in texts:
        score(text, context)
    return (time.process_time() - began) * 1e6 / (sum(map(len, texts)) / 1024)


def _write(card: Path, lines: list[str]) -> None:
    """Put the figures where the last ones stood."""
    head = card.read_text(encoding="utf-8").split(MEASURED)[0]
    card.write_text(head + MEASURED + "\n\n" + "\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Print the report as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--context", choices=corpus.CONTEXTS, action="append")
    parser.add_argument("--write", action="store_true", help="into the models' cards, too")
    options = parser.parse_args()
    rows = corpus.read(options.corpus)
    for context in options.context or corpus.CONTEXTS:
        lesson = train.Lesson(corpus.for_context(rows, context), context)
        found, left = held_out(lesson, context)
        shares = ", ".join(f"{name} {share:.2f}" for name, share in left.items())
        lines = [
            *tables(found),
            "",
            f"Of what reaches *medium*, an evasion leaves: {shares}.",
            "",
            f"{speed(rows, context):.0f} us of CPU a KB, for texts as short as these, on a busy machine.",
        ]
        print(f"\n## {context}\n\n" + "\n".join(lines), flush=True)
        if options.write:
            _write(ROOT / "resources" / "models" / f"{context}.md", lines)
    MODELS.lie(lambda name: (ROOT / "resources" / "models" / name).read_bytes())
    print("\n## As it ships\n\n" + "\n".join(as_it_ships(rows)))


if __name__ == "__main__":
    main()
