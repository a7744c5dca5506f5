"""pattern: what a person looks for, anywhere in the texts."""

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.policies.condition import Check, OfText
from gateway_desktop.policies.expression import Expression


class Pattern:
    """A regular expression (RE2), such as (?i)project\\s+bluebird."""

    name = "pattern"
    summary = "a regular expression (RE2: no look-around, no references back)"

    def parse(self, value: object) -> Check:
        """Compile it, or say why not."""
        if not isinstance(value, str) or not value:
            raise ConfigurationError("", f"{value!r} is not a text")
        expression = Expression(value)
        return OfText(lambda passage: expression.places(passage.text))
