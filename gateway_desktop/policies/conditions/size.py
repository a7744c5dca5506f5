"""size: how large a body is at least."""

from gateway_desktop.policies.condition import Check, ConditionType, OfCase, number

_MOST = 1 << 40


def _parse(value: object) -> Check:
    least = number(value, 0, _MOST)
    return OfCase(lambda case: case.size >= least)


SIZE = ConditionType("size", "at least: a number of bytes", _parse)
