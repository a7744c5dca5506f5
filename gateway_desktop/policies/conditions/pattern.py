"""pattern: what a person looks for, anywhere in the texts."""

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.policies.condition import Check, ConditionType, OfText
from gateway_desktop.policies.expression import Expression


def _parse(value: object) -> Check:
    if not isinstance(value, str) or not value:
        raise ConfigurationError("", f"{value!r} is not a text")
    expression = Expression(value)
    return OfText(lambda passage: expression.places(passage.text))


PATTERN = ConditionType("pattern", "a regular expression (RE2: no look-around, no references back)", _parse)
