"""context: where a text stands."""

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.finding import Context
from gateway_desktop.policies.condition import Check, OfFinding, texts


class TextContext:
    """Findings in texts of these contexts."""

    name = "context"
    summary = f"one or more of {', '.join(Context)}"

    def parse(self, value: object) -> Check:
        """Read contexts."""
        words = texts(value)
        for word in words:
            if word not in list(Context):
                raise ConfigurationError("", f"'{word}' is none of {', '.join(Context)}")
        wanted = frozenset(Context(word) for word in words)
        return OfFinding(lambda finding: finding.context in wanted)
