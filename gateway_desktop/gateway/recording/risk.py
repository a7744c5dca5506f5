"""What the record of an exchange says of its findings, its risk and the policies' decision.

`risk` is the score (None: not scanned, and `detail["not_scanned"]` says why), `policy_action` and `policy`
(`name@version/rule`) are of the strictest rule that held. In `detail`:
- `findings`: at most 50, the worst first: family, kind, severity, confidence, evidence, context, place,
  start, end, excerpt (at most 200 characters, secrets masked), why, tool, direction, value (keyed hash), seen
  (in an earlier turn). No excerpt, and no words of the text in `why`, where the proxy stores no texts or a
  rule's own pattern stands in it: that may be what nobody should see.
- `risk`: the contributions to the score, each with points and why.
- `policies`: every rule that held, the strictest first: policy, version, rule, action, severity, message,
  recommended, `tells` (people must be told), and `findings`: indices into the list above.
"""

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.call import Call
from gateway_desktop.core.finding import Evidence, Family, Finding
from gateway_desktop.core.verdict import Hit, Noted
from gateway_desktop.inspection.kind import LONGEST_EXCERPT, begin_of_excerpt

MOST_FINDINGS = 50
_LONGEST = 300


def add_risk(record: AuditRecord, call: Call, *, texts: bool) -> None:
    """Write what guardrails left on the call into the record; with pieces of the texts, or without."""
    scan, verdict = call.scan, call.verdict
    if scan is None:
        record.detail["not_scanned"] = "it was refused before its texts were looked at"
    else:
        record.risk = scan.score
        if scan.not_scanned:
            record.detail["not_scanned"] = scan.not_scanned
        if scan.contributions:
            record.detail["risk"] = [
                {"points": part.points, "why": part.why[:_LONGEST]} for part in scan.contributions
            ]
    noted = sorted(call.noted, key=lambda one: (one.seen, -one.finding.severity.rank))[:MOST_FINDINGS]
    if noted:
        own = [one.finding for one in call.noted if one.finding.family is Family.CUSTOM]
        record.detail["findings"] = [
            _finding(one, texts and not any(_in_excerpt(found, one.finding) for found in own))
            for one in noted
        ]
        if len(call.noted) > MOST_FINDINGS:
            record.detail["findings_left_out"] = len(call.noted) - MOST_FINDINGS
    if verdict.first is not None:
        record.policy_action, record.policy = verdict.first.action.done, verdict.first.named
        places = {one.finding: index for index, one in enumerate(noted)}
        record.detail["policies"] = [_hit(hit, places) for hit in verdict.hits]


def _in_excerpt(own: Finding, finding: Finding) -> bool:
    """Return whether what a rule's own pattern found stands in the excerpt of another finding."""
    if own.family is finding.family or own.place != finding.place:
        return False
    begin = begin_of_excerpt(finding.start, finding.end)
    return own.start < max(finding.end, begin + LONGEST_EXCERPT) and own.end > begin


def _finding(noted: Noted, quoted: bool) -> dict[str, object]:
    finding: Finding = noted.finding
    worded = finding.evidence is Evidence.STATISTICAL and not quoted
    why = finding.why.partition(": ")[0] if worded else finding.why
    return {
        "family": str(finding.family),
        "kind": finding.kind[:_LONGEST],
        "severity": str(finding.severity),
        "confidence": finding.confidence,
        "evidence": str(finding.evidence),
        "context": str(finding.context),
        "place": finding.place[:_LONGEST],
        "start": finding.start,
        "end": finding.end,
        "excerpt": finding.excerpt[:200] if quoted else "",
        "why": why[:_LONGEST],
        "tool": finding.tool[:_LONGEST],
        "direction": str(noted.direction),
        "value": noted.value,
        "seen": noted.seen,
    }


def _hit(hit: Hit, places: dict[Finding, int]) -> dict[str, object]:
    starts = {one.start for one in places}  # asked first: of a long mail there are a hundred thousand
    return {
        "policy": hit.policy,
        "version": hit.version,
        "rule": hit.rule,
        "action": str(hit.action),
        "severity": str(hit.severity),
        "message": hit.message,
        "recommended": hit.recommended,
        "tells": hit.tells,
        "hidden": hit.hidden,
        "findings": [places[one] for one in hit.findings if one.start in starts and one in places],
    }
