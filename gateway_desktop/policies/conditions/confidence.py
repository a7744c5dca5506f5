"""confidence: how sure at least."""

from gateway_desktop.policies.condition import Check, ConditionType, OfFinding, number


def _parse(value: object) -> Check:
    least = number(value, 0, 1)
    return OfFinding(lambda finding: finding.confidence >= least)


CONFIDENCE = ConditionType("confidence", "at least: a number from 0 to 1", _parse)
