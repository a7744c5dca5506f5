"""IndirectInjection: data that speaks to the model: results, pages, files, answers of agents."""

from gateway_desktop.core.finding import Context, Family, Finding, Passage
from gateway_desktop.inspection.normalize import Normal
from gateway_desktop.inspection.wording import Wording


class IndirectInjection:
    """Phrases, and the linear model of results."""

    contexts = frozenset({Context.TOOL_RESULT})

    def __init__(self) -> None:
        self._wording = Wording(
            Family.INDIRECT_INJECTION, Context.TOOL_RESULT, "Reads like orders to the model, in data"
        )

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return what the data says to the model."""
        return self._wording.find(passage, normal)

    def warm(self) -> None:
        """Build the patterns and load the model."""
        self._wording.warm()
