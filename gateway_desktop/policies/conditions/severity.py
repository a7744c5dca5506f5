"""severity: how bad at least."""

from gateway_desktop.core.finding import Level
from gateway_desktop.policies.condition import Check, ConditionType, OfFinding, level


def _parse(value: object) -> Check:
    least = level(value).rank
    return OfFinding(lambda finding: finding.severity.rank >= least)


SEVERITY = ConditionType("severity", f"at least: {', '.join(Level)}", _parse)
