"""confidence: how sure at least."""

from gateway_desktop.policies.condition import Check, OfFinding, number


class Confidence:
    """Findings that are at least so sure."""

    name = "confidence"
    summary = "at least: a number from 0 to 1"

    def parse(self, value: object) -> Check:
        """Read a number."""
        least = number(value, 0, 1)
        return OfFinding(lambda finding: finding.confidence >= least)
