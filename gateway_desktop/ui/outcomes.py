"""How outcomes are said to people: of a request and why it was refused, and whether a sink takes records."""

from gateway_desktop.core.sink import SinkState
from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.ui.tables.column import Badge
from gateway_desktop.ui.theme import Tone

OUTCOMES: dict[str, Tone] = {
    "success": "success",
    "failed": "high",
    "failure": "high",  # of System events, as the next
    "partial": "medium",
    "blocked": "critical",
    "abandoned": "low",
}
_REFUSED = {
    "credential": "no valid key",
    "access": "no access to this proxy or model",
    "rate_limit": "over a rate limit",
    "budget": "over a budget",
    "policy": "against a policy",
    "audit": "the audit could not be written",
}


def outcome_badge(row: AuditRow) -> Badge:
    """Return the status of a row in its colour."""
    return Badge(row.outcome.capitalize(), OUTCOMES.get(row.outcome, "low"))


def sink_state(row: SinkState) -> Badge:
    """Return whether a sink takes what it is sent."""
    return Badge("Failing", "high") if row.problem else Badge("Working", "success")


def refused(reason: str | None) -> str:
    """Return the reason of a refusal in words; nothing without one."""
    return _REFUSED.get(reason, reason) if reason else ""
