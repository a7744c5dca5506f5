"""ToolPoisoning: descriptions of tools and agents that give orders."""

from gateway_desktop.core.finding import Context, Family, Finding, Passage
from gateway_desktop.inspection.normalize import Normal
from gateway_desktop.inspection.wording import Wording


class ToolPoisoning:
    """Phrases, and the linear model of descriptions."""

    contexts = frozenset({Context.TOOL_DESCRIPTION})

    def __init__(self) -> None:
        self._wording = Wording(
            Family.TOOL_POISONING,
            Context.TOOL_DESCRIPTION,
            "Reads like orders to the model, in a description",
        )

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return what the description wants of the model."""
        return self._wording.find(passage, normal)

    def warm(self) -> None:
        """Build the patterns and load the model."""
        self._wording.warm()
