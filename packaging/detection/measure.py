"""Measure detection on sources held out: python packaging/detection/measure.py --corpus PATH.

Whole groups of sources are held out. Models are trained on the other folds; the thresholds of 1% and 0.1% come from
harmless texts of the other folds, judged by models that had not seen them either. The margins that confidences rest on
are those that ship: five numbers out of all harmless texts, each judged by a model that had not seen it. What needs no training (arguments, secrets, personal data) is measured as it ships.
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

import cases  # noqa: E402
import corpus  # noqa: E402
import sessions  # noqa: E402
import train  # noqa: E402

from gateway_desktop.core.finding import Context, Family, Passage  # noqa: E402
from gateway_desktop.inspection.models import MODELS  # noqa: E402
from gateway_desktop.inspection.provenance import provenance  # noqa: E402
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
HOSTILE = {
    "one letter": "a" * 1_000_000,
    "quotes": "\"'" * 500_000,
    "brackets": "[(" * 500_000,
    "zero-width": "a\u200b" * 500_000,
    "base64": "QWxh" * 250_000,
    "spaces": " " * 1_000_000,
    "lines": "a b\n" * 250_000,
}


class Scored(NamedTuple):
    """A text that was scored by a program that had not learned from its source."""

    one: corpus.Text
    fold: int
    score: int


def score(text: str, context: str) -> int:
    """Return the risk score of a text."""
    return scan([Passage(text, Context(context))]).score or 0


def held_out(lesson: train.Lesson, context: str, kept: Path | None) -> tuple[list[Scored], dict[str, float]]:
    """Return the scores of the texts of a context, and the share that each evasion leaves of what is caught."""
    folds = lesson.folds()
    points = lesson.learn_folds(kept)
    own = np.flatnonzero(lesson.own)
    margins = lesson.held_out(points)
    marks = train.knots(lesson, margins)
    found: list[Scored] = []
    caught = dict.fromkeys(("", *EVASIONS), 0)
    for number, point in enumerate(points):
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


def structural(rows: list[corpus.Text]) -> list[str]:
    """Return what needs no training: recall at the share of harmless texts that may be flagged, by score or finding."""
    code = [text for text in corpus.packages("tool_result") if text.kind == "benign_code"]
    lines = [
        "| what | attacks | harmless | allowed | recall | flagged | medium or above: attacks | harmless |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, found, allowed, family in (
        ("SQL in values", cases.values(rows), 0.001, None),
        ("SQL in full queries", cases.full_queries(rows), 0.005, None),
        ("commands appended", cases.appended(rows), 0.005, None),
        ("secrets in code", cases.secrets(code), 0.005, Family.SECRET),
        ("numbers of people", cases.people(rows), 0.003, Family.PERSONAL_DATA),
    ):
        every = list(found)
        scans = [scan([one.passage]) for one in every]
        attack = np.array([one.attack for one in every])
        scores = np.array([one.score or 0 for one in scans])
        if family is None:
            mark = next(mark for mark in range(1, 102) if np.mean(scores[~attack] >= mark) <= allowed)
            flagged = scores >= mark
        else:
            flagged = np.array([any(finding.family is family for finding in one.findings) for one in scans])
        bad = scores >= MEDIUM
        shares = (flagged[attack], flagged[~attack], bad[attack], bad[~attack])
        figures = " | ".join(f"{np.mean(share):.4f}" for share in shares)
        lines.append(f"| {name} | {attack.sum()} | {(~attack).sum()} | {allowed:.1%} | {figures} |")
    return lines


def others() -> list[str]:
    """Return what passes of reminders and talk about security, and what provenance sees of scripted sessions."""
    lines = []
    for name, texts in (
        ("reminders of coding agents", cases.REMINDERS),
        ("talk about security", cases.SECURITY_TALK),
    ):
        for context in ("user_prompt", "tool_result"):
            calm = np.mean([score(text, context) < MEDIUM for text in texts])
            lines.append(f"- {name} as {context}: {calm:.3f} of {len(texts)} stay below medium")
    every = sessions.sessions()
    for steered, name in ((True, "steered"), (False, "honest")):
        those = [bool(provenance(one.passages)) for one in every if one.steered is steered]
        lines.append(f"- {name} sessions: provenance speaks in {np.mean(those):.3f} of {len(those)}")
    return lines


def _timed(text: str, context: str) -> float:
    began = time.process_time()
    score(text, context)
    return (time.process_time() - began) * 1e3


def speed() -> list[str]:
    """Return milliseconds of CPU time for 1 KB and 1 MB of documentation, each the best of three."""
    documents = [one.text for one in corpus.packages("tool_result") if len(one.text) >= 1024]
    pieces = [text[:1024] for text in documents[:: max(1, len(documents) // 400)]]
    lines = ["| context | 1 KB p50 | p99 | 1 MB |", "|---|---|---|---|"]
    for context in ("user_prompt", "tool_result", "tool_description", "tool_argument", "answer"):
        times = [min(_timed(text, context) for _ in range(3)) for text in pieces]
        large = "\n".join(documents)[:1_000_000]
        whole = min(_timed(large, context) for _ in range(3))
        p50, p99 = np.quantile(times, [0.5, 0.99])
        lines.append(f"| {context} | {p50:.2f} ms | {p99:.2f} ms | {whole:.0f} ms |")
    worst = {
        name: max(_timed(text, one) for one in ("tool_result", "tool_argument"))
        for name, text in HOSTILE.items()
    }
    shown = ", ".join(f"{name} {milliseconds:.0f}" for name, milliseconds in worst.items())
    return [*lines, "", f"1 MB of hostile texts, the slower of tool_result and tool_argument, ms: {shown}."]


def _write(card: Path, lines: list[str]) -> None:
    """Put the figures where the last ones stood."""
    head = card.read_text(encoding="utf-8").split(MEASURED)[0]
    card.write_text(head + MEASURED + "\n\n" + "\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Print the report as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--context", choices=corpus.CONTEXTS, action="append")
    parser.add_argument("--folds", type=Path, help="the folder that train.py kept the folds in")
    parser.add_argument("--shipped", action="store_true", help="only what ships: nothing is trained")
    parser.add_argument("--held-out", action="store_true", help="only what is held out, not what ships")
    parser.add_argument("--write", action="store_true", help="into the models' cards, too")
    options = parser.parse_args()
    rows = corpus.read(options.corpus)
    for context in () if options.shipped else options.context or corpus.CONTEXTS:
        lesson = train.Lesson(corpus.for_context(rows, context), context)
        found, left = held_out(lesson, context, options.folds and options.folds / f"{context}.npy")
        shares = ", ".join(f"{name} {share:.2f}" for name, share in left.items())
        lines = [
            *tables(found),
            "",
            f"Of what reaches *medium*, an evasion leaves: {shares}.",
        ]
        print(f"\n## {context}\n\n" + "\n".join(lines), flush=True)
        if options.write:
            _write(ROOT / "resources" / "models" / f"{context}.md", lines)
    if options.held_out:
        return
    MODELS.lie(lambda name: (ROOT / "resources" / "models" / name).read_bytes())
    shipped: list[str] = []
    for title, table in (
        ("By source", as_it_ships(rows)),
        ("By structure", structural(rows)),
        ("Reminders, talk, sessions", others()),
        ("Speed", speed()),
    ):
        shipped += [f"### {title}", "", *table, ""]
        print("\n" + "\n".join(shipped[-len(table) - 3 :]), flush=True)
    if options.write:
        _write(ROOT / "resources" / "models" / "rules.md", shipped)


if __name__ == "__main__":
    main()
