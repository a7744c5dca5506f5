"""context: where a text stands."""

from gateway_desktop.core.finding import Context
from gateway_desktop.core.one_of import one_of
from gateway_desktop.policies.condition import Check, OfFinding, texts


class TextContext:
    """Findings in texts of these contexts."""

    name = "context"
    summary = f"one or more of {', '.join(Context)}"

    def parse(self, value: object) -> Check:
        """Read contexts."""
        wanted = frozenset(one_of(Context, word, "") for word in texts(value))
        return OfFinding(lambda finding: finding.context in wanted)
