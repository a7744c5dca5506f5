"""The risk score of an exchange: 0 to 100, the capped sum of contributions that can be read."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import prod

from gateway_desktop.core.finding import (
    Context,
    Contribution,
    Evidence,
    Family,
    Finding,
    Level,
    Passage,
    Scan,
)
from gateway_desktop.core.slices import AT_ONCE, Slices, at_once

# The constants were tuned on the corpora: 25 (medium) is what one harmless text in two hundred reaches.
SOFT = 49  # points of words alone, however many: a lone signal stays below high
AGREEMENT = 40  # more where phrases and statistics agree
HARD = 72  # points of a structural finding
IMPACT = 25
TAINT = 20
ALONE = 0.6  # of phrases in a text that the statistics find harmless
_SUSPICIOUS = "its words are those of attacks"
_FAINT = 0.3  # signals that agree below it add nothing
_FAR = 0.9  # words beyond it, that hardly any harmless text has, need only
_CLEAR = 0.5  # phrases of this strength to agree
_MIXED = 0.3  # of the smaller of soft and hard
_HIGHEST_WITHOUT_IMPACT = 74
# What a structural finding weighs at each place.
_WEIGHT = {
    Context.HARNESS: 0.3,
    Context.USER_PROMPT: 0.7,
    Context.TOOL_RESULT: 1.0,
    Context.TOOL_DESCRIPTION: 1.2,
    Context.TOOL_ARGUMENT: 1.0,
    Context.ANSWER: 0.8,
}
# What is hard counts by how bad it is; an e-mail address or a phone number in a text is daily life.
_BY_SEVERITY = {Level.LOW: 0.2, Level.MEDIUM: 0.6, Level.HIGH: 1.0, Level.CRITICAL: 1.0}
_DAILY_LIFE = 0.35  # of personal data that only looks like it
_WORDS = frozenset({Family.PROMPT_INJECTION, Family.INDIRECT_INJECTION, Family.TOOL_POISONING})
_IMPACTFUL = frozenset({Family.SECRET, Family.DATA_LEAK})
WORTH_TELLING = 0.4  # fainter statistical signals count, and are not shown as findings


@dataclass(frozen=True, slots=True)
class _Part:
    """The contributions of one part of the exchange."""

    total: int
    lines: tuple[Contribution, ...]


def scored(findings: Sequence[Finding], passages: Iterable[Passage], not_scanned: str = "") -> Scan:
    """Return the Scan of these findings. Without passages nothing was looked at, so there is no score."""
    return at_once(scoring(findings, passages, not_scanned))


def scoring(findings: Sequence[Finding], passages: Iterable[Passage], not_scanned: str = "") -> Slices[Scan]:
    """Do the same in slices."""
    if not any(True for _ in passages):
        return Scan(not_scanned=not_scanned or "no text to look at")
    if not findings:
        return Scan(score=0, not_scanned=not_scanned)
    if len(findings) == 1 and not _worth_telling(findings[0]):  # as of most texts in which anything is found
        points = round(SOFT * findings[0].confidence)
        return Scan((), points, (Contribution(points, _SUSPICIOUS),) if points else (), not_scanned)
    worst = yield from _worst(findings)
    lines = list(worst.lines)
    total = min(worst.total, _HIGHEST_WITHOUT_IMPACT)
    if any(_has_impact(finding) for finding in findings):
        lines.append(Contribution(IMPACT, "a secret, or data on its way out"))
        total += IMPACT
    if any(finding.evidence is Evidence.TAINT for finding in findings):
        lines.append(Contribution(TAINT, "came from an untrusted result"))
        total += TAINT
    told = tuple(finding for finding in findings if _worth_telling(finding))
    return Scan(told, min(total, 100), tuple(line for line in lines if line.points), not_scanned)


def _worst(findings: Sequence[Finding]) -> Slices[_Part]:
    """Return what the worst part of the exchange contributes."""
    parts: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.family is not Family.CHECK_FAILED:
            parts[finding.place].append(finding)
    worst = _Part(0, ())
    for count, part in enumerate(parts.values(), 1):
        worst = max(worst, _of_part(part), key=lambda one: one.total)
        if count % AT_ONCE == 0:
            yield
    return worst


def _has_impact(finding: Finding) -> bool:
    certain = finding.evidence is not Evidence.STATISTICAL
    return certain and finding.family in _IMPACTFUL and finding.severity.rank >= Level.HIGH.rank


def _worth_telling(finding: Finding) -> bool:
    return finding.evidence is not Evidence.STATISTICAL or finding.confidence >= WORTH_TELLING


def _of_part(findings: list[Finding]) -> _Part:
    """Return the contributions of the findings of one part.

    Words and phrases are soft: together at most SOFT, more where they agree. The rest is hard.
    """
    statistics = _together(one for one in findings if one.evidence is Evidence.STATISTICAL)
    phrases = _together(one for one in findings if _is_phrase(one))
    hard = [one for one in findings if one.evidence is not Evidence.STATISTICAL and not _is_phrase(one)]
    weighed = min(HARD * _together(hard, _share) * _WEIGHT[findings[0].context], 100)
    agreed = AGREEMENT * max(
        _beyond(min(statistics, phrases), _FAINT), _beyond(statistics, _FAR) * min(1.0, phrases / _CLEAR)
    )
    alone, together = SOFT * ALONE * phrases, SOFT * statistics + agreed
    soft = max(alone, together)
    lines = [Contribution(round(alone), _names(filter(_is_phrase, findings)))]
    if together > alone:
        lines = [
            Contribution(round(SOFT * statistics), _SUSPICIOUS),
            Contribution(round(agreed), "phrases and words agree"),
        ]
    if weighed >= soft:
        lines = [Contribution(round(_MIXED * soft), _SUSPICIOUS)]
        lines.insert(0, Contribution(round(weighed), _names(hard)))
    elif hard:
        lines.append(Contribution(round(_MIXED * weighed), _names(hard)))
    return _Part(sum(line.points for line in lines), tuple(lines))


def _beyond(share: float, least: float) -> float:
    return max(0.0, share - least) / (1 - least)


def _is_phrase(finding: Finding) -> bool:
    return finding.family in _WORDS and finding.evidence is Evidence.RULE


def _share(finding: Finding) -> float:
    """Return how much of a hard finding counts."""
    daily = finding.family is Family.PERSONAL_DATA and finding.evidence is Evidence.RULE
    return _BY_SEVERITY[finding.severity] * (_DAILY_LIFE if daily else 1.0)


def _whole(_finding: Finding) -> float:
    return 1.0


def _together(findings: Iterable[Finding], share: Callable[[Finding], float] = _whole) -> float:
    """Return how sure several findings make us: of each kind the surest, as if independent."""
    best: dict[str, float] = {}
    for finding in findings:
        best[finding.kind] = max(best.get(finding.kind, 0.0), finding.confidence * share(finding))
    return 1 - prod(1 - confidence for confidence in best.values())


def _names(findings: Iterable[Finding]) -> str:
    return ", ".join(sorted({finding.kind for finding in findings}))
