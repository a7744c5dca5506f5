"""Scan: all detectors over the passages of one exchange, in slices that leave room for others."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from time import perf_counter

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level, Passage, Scan
from gateway_desktop.core.heap import give_back
from gateway_desktop.core.slices import Slices, at_once
from gateway_desktop.inspection.detector import Detector
from gateway_desktop.inspection.detectors import DETECTORS
from gateway_desktop.inspection.normalize import Normal, normalize
from gateway_desktop.inspection.redaction import warm
from gateway_desktop.inspection.score import scoring

SLICE = 0.004  # seconds of work between two pauses
LARGEST = 2_000_000  # characters of one exchange that are looked at
_PIECE = 6_144  # characters that are looked at without a pause
_OVERLAP = 512
_MANY = 100  # findings
_LONG = 2_000  # characters beyond which there may be a pause between two detectors
_Key = tuple[str, str, str, int, int]  # what makes two findings one


def scan(passages: Iterable[Passage], detectors: Sequence[Detector] = DETECTORS) -> Scan:
    """Return what stands in the passages, and the score, without a pause."""
    kept, left_out = within_budget(list(passages))
    found = at_once(scan_slices(kept, detectors))
    return replace(found, not_scanned=left_out) if left_out else found


def scan_slices(
    passages: Iterable[Passage],
    detectors: Sequence[Detector] = DETECTORS,
    clock: Callable[[], float] = perf_counter,
) -> Slices[Scan]:
    """Do the same and yield whenever 4 ms of work are done; the generator's value is the Scan.

    All of it is looked at, whatever the budget.
    """
    kept = list(passages)
    findings: dict[_Key, Finding] = {}
    began = clock()
    for passage in _pieces(kept):
        asked = _asked(detectors, passage.context)
        if not asked:
            continue
        normal = normalize(passage.text)
        for detector in asked:
            found = _found(passage, normal, detector)
            if passage.seams and found:
                found = _across(passage, found, detector)
            _add(findings, passage, found)
            if len(passage.text) > _LONG and clock() - began >= SLICE:
                yield
                began = clock()
        if clock() - began >= SLICE:
            yield
            began = clock()
    if len(findings) > _MANY:  # what they say together takes as long as another slice
        yield
    return (yield from scoring(list(findings.values()), kept))


def within_budget(passages: list[Passage], largest: int = LARGEST) -> tuple[list[Passage], str]:
    """Return the passages that are looked at, and what is not, in words.

    Of too long a text its head, middle and tail are kept as passages of their own. Later passages, which are
    newer, go first.
    """
    total = sum(len(passage.text) for passage in passages)
    if total <= largest:
        return passages, ""
    kept: list[Passage] = []
    room = largest
    for passage in reversed(passages):
        length = len(passage.text)
        if length <= room:
            kept.append(passage)
            room -= length
        elif room >= 3 * _OVERLAP:
            kept += _thirds(passage, room)
            room = 0
    return kept[::-1], f"{total - largest} of {total} characters were not looked at"


def _thirds(passage: Passage, room: int) -> list[Passage]:
    """Return tail, middle and head of a passage, in this order."""
    third = room // 3
    tail = len(passage.text) - third
    return [
        replace(passage, text=passage.text[at : at + third], offset=passage.offset + at)
        for at in (tail, tail // 2, 0)
    ]


def _pieces(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Yield the passages, long ones as overlapping pieces."""
    for passage in passages:
        if len(passage.text) <= _PIECE:
            yield passage
            continue
        for start in range(0, len(passage.text), _PIECE - _OVERLAP):
            part = passage.text[start : start + _PIECE]
            yield replace(passage, text=part, offset=passage.offset + start)


def _asked(detectors: Sequence[Detector], context: Context) -> tuple[Detector, ...]:
    """Return the detectors that look into texts of a context."""
    if detectors is DETECTORS:
        return _OF_CONTEXT[context]
    return tuple(detector for detector in detectors if context in detector.contexts)


_OF_CONTEXT = {
    context: tuple(detector for detector in DETECTORS if context in detector.contexts) for context in Context
}


def _found(passage: Passage, normal: Normal, detector: Detector) -> list[Finding]:
    """Return what a detector finds in a piece."""
    try:
        return detector.find(passage, normal)
    except Exception as error:  # noqa: BLE001 - a detector that fails is a finding; policies decide
        return [_failed(passage, detector, error)]


def _across(piece: Passage, found: list[Finding], detector: Detector) -> list[Finding]:
    """Return the findings that say more than those of what was put together; statistics judge that twice."""
    seams, end = piece.seams, piece.offset + len(piece.text)
    within = seams[bisect_left(seams, piece.offset) : bisect_right(seams, end)]
    passage = replace(piece, seams=tuple(seam - piece.offset for seam in within))
    kept: list[Finding] = []
    by_kind: dict[str, list[Finding]] = {}
    for one in found:
        if one.evidence is not Evidence.STATISTICAL:
            by_kind.setdefault(one.kind, []).append(one)
    for kind, alike in by_kind.items():

        def look(text: str, kind: str = kind) -> list[tuple[int, int]]:
            part = replace(passage, text=text, seams=())
            return [
                (one.start, one.end)
                for one in _found(part, normalize(text), detector)
                if one.kind == kind and one.family is not Family.CHECK_FAILED
            ]

        spans = set(passage.across([(one.start, one.end) for one in alike], look))
        kept += [one for one in alike if (one.start, one.end) in spans]
    return kept


def _moved(finding: Finding, offset: int) -> Finding:
    return replace(finding, start=finding.start + offset, end=finding.end + offset)


def _failed(passage: Passage, detector: Detector, error: Exception) -> Finding:
    name = type(detector).__name__
    return Finding(
        family=Family.CHECK_FAILED,
        kind=f"{Family.CHECK_FAILED}.{name}",
        severity=Level.HIGH,
        confidence=1.0,
        evidence=Evidence.RULE,
        context=passage.context,
        place=passage.place,
        start=0,
        end=len(passage.text),
        excerpt="",
        why=f"The check {name} could not run: {type(error).__name__}",
        tool=passage.tool,
    )


def _add(seen: dict[_Key, Finding], piece: Passage, found: Iterable[Finding]) -> None:
    """Add each finding once: overlapping pieces see some twice, and statistics judge every piece."""
    for one in found:
        finding = _moved(one, piece.offset) if piece.offset else one
        statistical = finding.evidence is Evidence.STATISTICAL
        span = (0, 0) if statistical else (finding.start, finding.end)
        key = (finding.kind if not statistical else finding.family, finding.tool, finding.place, *span)
        if key not in seen or seen[key].confidence < finding.confidence:
            seen[key] = finding


def warm_detectors() -> None:
    """Build what would otherwise be built with the first texts, of the masking of stored texts too."""
    warm()
    normalize("warm")
    for detector in DETECTORS:
        detector.warm()
    give_back()
