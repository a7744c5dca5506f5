"""PromptInjection: a person's words that want the model out of its instructions; jailbreaks too."""

from gateway_desktop.core.finding import Context, Family
from gateway_desktop.inspection.wording import Wording


class PromptInjection(Wording):
    """Phrases, and the linear model of prompts."""

    def __init__(self) -> None:
        super().__init__(
            Family.PROMPT_INJECTION, Context.USER_PROMPT, "Reads like an attempt to talk the model round"
        )
