"""model: which model, tool or agent is asked."""

from gateway_desktop.policies.condition import Check, ConditionType, OfCase, spelt


def _parse(value: object) -> Check:
    fits = spelt(value)
    return OfCase(lambda case: fits(case.target))


MODEL = ConditionType("model", "one or more names, with * and ?", _parse)
