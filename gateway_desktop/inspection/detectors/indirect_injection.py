"""IndirectInjection: data that speaks to the model: results, pages, files, answers of agents."""

from gateway_desktop.core.finding import Context, Family
from gateway_desktop.inspection.wording import Wording


class IndirectInjection(Wording):
    """Phrases, and the linear model of results."""

    def __init__(self) -> None:
        super().__init__(
            Family.INDIRECT_INJECTION, Context.TOOL_RESULT, "Reads like orders to the model, in data"
        )
