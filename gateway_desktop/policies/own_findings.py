"""Findings that no detector made: of a rule's own pattern, and of a condition that could not run."""

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level, Passage
from gateway_desktop.core.policy import Policy, Rule


def own_finding(policy: Policy, rule: Rule, passage: Passage, start: int, end: int) -> Finding:
    """Return what a rule's own pattern found; it is not quoted, for it may be what nobody should see."""
    return Finding(
        Family.CUSTOM,
        f"{Family.CUSTOM}.{rule.name}",
        rule.severity,
        1.0,
        Evidence.RULE,
        passage.context,
        passage.place,
        start,
        end,
        excerpt=f"{end - start} characters at {start}",
        why=f"The rule '{rule.name}' of policy '{policy.name}' looks for this",
        tool=passage.tool,
    )


def broken_finding(rule: Rule, error: Exception) -> Finding:
    """Return that a condition of a rule could not run."""
    return Finding(
        Family.CHECK_FAILED,
        f"{Family.CHECK_FAILED}.condition",
        Level.HIGH,
        1.0,
        Evidence.RULE,
        Context.HARNESS,
        "",
        0,
        0,
        excerpt="",
        why=f"A condition of the rule '{rule.name}' could not run: {type(error).__name__}",
    )
