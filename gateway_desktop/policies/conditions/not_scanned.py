"""not_scanned: whether something was too large to be looked at, or could not be read."""

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.policies.condition import Check, ConditionType, OfCase


def _parse(value: object) -> Check:
    if not isinstance(value, bool):
        raise ConfigurationError("", f"{value!r} is neither true nor false")
    return OfCase(lambda case: case.unscanned is value)


NOT_SCANNED = ConditionType(
    "not_scanned",
    "true: not all of it was looked at (it is too large, or cannot be read); false: all of it was",
    _parse,
)
