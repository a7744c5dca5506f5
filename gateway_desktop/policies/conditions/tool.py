"""tool: which tool is called, described or answered."""

from gateway_desktop.policies.condition import Check, ConditionType, OfTool, spelt


def _parse(value: object) -> Check:
    return OfTool(spelt(value))


TOOL = ConditionType("tool", "one or more names, with * and ?", _parse)
