"""What policies found and want told."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from gateway_desktop.alerting.rule import Quiet, named, subject_of
from gateway_desktop.core.alert import AlertType, Occurrence, Remedy, Subject
from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.finding import Context, Family, Level

_TYPES = {
    Family.SQL_INJECTION: AlertType.INJECTION,
    Family.COMMAND_INJECTION: AlertType.INJECTION,
    Family.PATH_TRAVERSAL: AlertType.INJECTION,
    Family.SSRF: AlertType.INJECTION,
    Family.PROMPT_INJECTION: AlertType.INJECTION,
    Family.INDIRECT_INJECTION: AlertType.INJECTION,
    Family.TOOL_POISONING: AlertType.INJECTION,
    Family.INVISIBLE_TEXT: AlertType.INJECTION,
    Family.PROVENANCE: AlertType.INJECTION,
    Family.SECRET: AlertType.DATA_LEAK,
    Family.PERSONAL_DATA: AlertType.DATA_LEAK,
    Family.DATA_LEAK: AlertType.DATA_LEAK,
}
FAMILIES = {
    Family.SQL_INJECTION: "SQL injection",
    Family.COMMAND_INJECTION: "Command injection",
    Family.PATH_TRAVERSAL: "Path that climbs out",
    Family.SSRF: "Request to an internal address",
    Family.PROMPT_INJECTION: "Prompt injection",
    Family.INDIRECT_INJECTION: "Instructions hidden in data",
    Family.TOOL_POISONING: "Tool description that gives orders",
    Family.INVISIBLE_TEXT: "Text that nobody sees",
    Family.SECRET: "Secret",
    Family.PERSONAL_DATA: "Personal data",
    Family.DATA_LEAK: "Link that carries data out",
    Family.PROVENANCE: "Call steered by untrusted data",
    Family.CHECK_FAILED: "A check could not run",
}
_DONE = {  # by the action: in the title, and in a sentence
    "monitor": ("passed, watched", "passed; it is watched"),
    "redact": ("masked", "was masked"),
    "block": ("blocked", "was blocked"),
    "log": ("noted", "was noted"),
}
_HIDDEN = "hidden", "was hidden from the caller, who may not use it as it is"  # by tool pins or access
_OF_TOOLS = (Context.TOOL_DESCRIPTION, Context.TOOL_RESULT)
_RECOMMENDED = {
    AlertType.INJECTION: "Look at where the text came from; if the tool or page is not yours, disable it.",
    AlertType.DATA_LEAK: "If the secret is real, replace it where it was issued.",
    AlertType.POLICY: "Talk to the user, or make an exception if this is meant to pass.",
}


class PolicyHit(Quiet):
    """One alert for each rule of a policy that wants people told of what no stricter one told already."""

    def of_exchange(self, record: AuditRecord, now_us: int) -> Iterable[Occurrence]:
        """Return an occurrence for each hit."""
        hits = record.detail.get("policies")
        if not isinstance(hits, list):
            return ()
        findings = record.detail.get("findings")
        known = findings if isinstance(findings, list) else []
        return [_occurrence(record, hit, known, now_us) for hit in _told_once(hits, known)]


def _told_once(
    hits: Iterable[Mapping[str, Any]], findings: list[dict[str, object]]
) -> list[Mapping[str, Any]]:
    """Return the hits that people must be told of, the strictest first, without those that add nothing.

    Rules of several policies often hold for the same finding, or do the same about the same text: one alert
    says it. What was refused is told by the rule that refused it, unless another one is more severe.
    """
    told: list[_Told] = []
    kept = []
    for hit in hits:
        if not hit.get("tells"):
            continue
        mine = frozenset(place for place in hit.get("findings", ()) if place < len(findings))
        one = _Told(
            mine,
            frozenset(_where(findings[place]) for place in mine),
            Level(str(hit["severity"])).rank,
            str(hit["action"]),
        )
        if any(known.says(one) for known in told):
            continue
        told.append(one)
        kept.append(hit)
    return kept


class _Told(NamedTuple):
    """What an alert is about, how severe it is, and what was done."""

    findings: frozenset[int]
    texts: frozenset[tuple[object, object]]
    severity: int
    action: str

    def says(self, other: "_Told") -> bool:
        """Return whether the other has nothing to add."""
        if not other.findings:  # about all of it: too large, too risky
            return self.action == other.action == "block" and other.severity <= self.severity
        same = other.findings <= self.findings or (other.action == self.action and other.texts <= self.texts)
        return other.severity <= self.severity and (self.action == "block" or same)


def _where(finding: Mapping[str, object]) -> tuple[object, object]:
    """Return in which text it was found."""
    return finding.get("direction"), finding.get("place")


def _occurrence(
    record: AuditRecord, hit: Mapping[str, Any], findings: list[dict[str, object]], now_us: int
) -> Occurrence:
    mine = [findings[place] for place in hit.get("findings", ()) if place < len(findings)]
    worst = max(mine, key=lambda one: Level(str(one["severity"])).rank, default=None)
    family = Family(str(worst["family"])) if worst else None
    kind = _TYPES.get(family, AlertType.POLICY) if family else AlertType.POLICY
    subject = subject_of(record.principal, record.client_ip, record.session)
    done, _ = _done(hit)
    what = FAMILIES.get(family, "") if family else ""
    where = (
        f" in {worst['tool']}" if worst and worst["tool"] else " in the answer" if _answered(worst) else ""
    )
    title = f"{what or hit['rule']}{where} ({done})"
    values = sorted({f"{one['kind']}:{one['value']}" for one in mine})
    return Occurrence(
        rule=f"policy {hit['policy']}/{hit['rule']}",
        type=kind,
        severity=Level(str(hit["severity"])),
        title=title,
        description=_description(record, hit, worst, subject),
        subject=subject,
        proxy=record.proxy,
        policy=f"{hit['policy']}@{hit['version']}/{hit['rule']}",
        recommended=str(hit.get("recommended") or _RECOMMENDED.get(kind, "")),
        remedy=_remedy(record, subject, worst),
        evidence=tuple(mine),
        merged_by=("hidden" if hit.get("hidden") else str(hit["action"]), *values[:20]),
        risk=record.risk,
        at_us=now_us,
        details={"contributions": record.detail.get("risk", []), "target": record.target},
    )


def _answered(finding: Mapping[str, Any] | None) -> bool:
    return finding is not None and finding["direction"] == "answer"


def _description(
    record: AuditRecord, hit: Mapping[str, Any], worst: Mapping[str, Any] | None, subject: Subject
) -> str:
    target = f" ({record.target})" if record.target else ""
    said = f" {worst['why'].rstrip('.')}." if worst and worst["why"] else ""
    way = "answer" if _answered(worst) else "request"
    _, done = _done(hit)
    return (
        f"{named(subject)} used proxy {record.proxy}{target}. The {way} met rule '{hit['rule']}' "
        f"of policy '{hit['policy']}' and {done}.{said}"
    )


def _done(hit: Mapping[str, Any]) -> tuple[str, str]:
    """Return what was done, in a word or two and in a sentence."""
    return _HIDDEN if hit.get("hidden") else _DONE[str(hit["action"])]


def _remedy(record: AuditRecord, subject: Subject, worst: Mapping[str, Any] | None) -> Remedy | None:
    """Return what stops it: of what a tool says or brought the tool, else the credential."""
    if worst and worst["tool"] and record.kind == "mcp" and worst["context"] in _OF_TOOLS:
        return Remedy.DISABLE_TOOL
    if subject.api_key_id:
        return Remedy.REVOKE_KEY
    return Remedy.REVOKE_SESSION if record.principal.session else None
