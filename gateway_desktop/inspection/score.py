"""The risk score of an exchange: 0 to 100, the capped sum of contributions that can be read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import prod

from gateway_desktop.core.finding import Context, Contribution, Evidence, Family, Finding, Passage, Scan

# What a finding of confidence 1 weighs at each place.
_WEIGHT = {
    Context.HARNESS: 0.3,
    Context.USER_PROMPT: 0.7,
    Context.TOOL_RESULT: 1.0,
    Context.TOOL_DESCRIPTION: 1.2,
    Context.TOOL_ARGUMENT: 1.0,
    Context.ANSWER: 0.8,
}
_LONE_STATISTICAL = 49  # a statistical signal alone stays below high
_POINTS = 70
_IMPACT = 25
_TAINT = 20
_IMPACTFUL = frozenset({Family.SECRET, Family.DATA_LEAK})


def scored(findings: Sequence[Finding], passages: Iterable[Passage], not_scanned: str = "") -> Scan:
    """Return the Scan of these findings. Without passages nothing was looked at, so there is no score."""
    if not list(passages):
        return Scan(not_scanned=not_scanned or "no text to look at")
    parts: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.family is not Family.CHECK_FAILED:
            parts[finding.place].append(finding)
    contributions = sorted(map(_of_part, parts.values()), key=lambda one: -one.points)[:1]
    if any(finding.family in _IMPACTFUL for finding in findings):
        contributions.append(Contribution(_IMPACT, "a secret, or data on its way out"))
    if any(finding.evidence is Evidence.TAINT for finding in findings):
        contributions.append(Contribution(_TAINT, "came from an untrusted result"))
    total = min(100, sum(one.points for one in contributions))
    return Scan(tuple(findings), total, tuple(contributions), not_scanned)


def _of_part(findings: list[Finding]) -> Contribution:
    best: dict[str, float] = {}
    for finding in findings:
        best[finding.kind] = max(best.get(finding.kind, 0.0), finding.confidence)
    together = 1 - prod(1 - confidence for confidence in best.values())
    points = round(_POINTS * together * _WEIGHT[findings[0].context])
    if all(finding.evidence is Evidence.STATISTICAL for finding in findings):
        points = min(points, _LONE_STATISTICAL)
    return Contribution(min(points, 100), ", ".join(sorted(best)))
