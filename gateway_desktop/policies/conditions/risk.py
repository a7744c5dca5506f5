"""risk: the score of the request or answer at least."""

from gateway_desktop.policies.condition import Check, ConditionType, OfCase, number


def _parse(value: object) -> Check:
    least = number(value, 0, 100)
    return OfCase(lambda case: case.score is not None and case.score >= least)


RISK = ConditionType("risk", "at least: a number from 0 to 100", _parse)
