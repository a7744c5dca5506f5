"""How the outcome of a request is said to people: its colour, and why it was refused."""

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


def refused(reason: str | None) -> str:
    """Return the reason of a refusal in words; nothing without one."""
    return _REFUSED.get(reason, reason) if reason else ""
