"""severity: how bad at least."""

from gateway_desktop.core.finding import Level
from gateway_desktop.policies.condition import Check, OfFinding, level


class Severity:
    """Findings of this severity, or worse."""

    name = "severity"
    summary = f"at least: {', '.join(Level)}"

    def parse(self, value: object) -> Check:
        """Read a level."""
        least = level(value).rank
        return OfFinding(lambda finding: finding.severity.rank >= least)
