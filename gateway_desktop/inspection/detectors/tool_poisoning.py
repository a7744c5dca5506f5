"""ToolPoisoning: descriptions of tools and agents that give orders."""

from gateway_desktop.core.finding import Context, Family
from gateway_desktop.inspection.wording import Wording


class ToolPoisoning(Wording):
    """Phrases, and the linear model of descriptions."""

    def __init__(self) -> None:
        super().__init__(
            Family.TOOL_POISONING,
            Context.TOOL_DESCRIPTION,
            "Reads like orders to the model, in a description",
        )
