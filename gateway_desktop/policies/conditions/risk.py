"""risk: the score of the request or answer at least."""

from gateway_desktop.policies.condition import Check, OfCase, number


class Risk:
    """The risk score, 0 to 100; what was not scanned has none."""

    name = "risk"
    summary = "at least: a number from 0 to 100"

    def parse(self, value: object) -> Check:
        """Read a number."""
        least = number(value, 0, 100)
        return OfCase(lambda case: case.score is not None and case.score >= least)
