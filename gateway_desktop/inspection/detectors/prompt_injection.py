"""PromptInjection: a person's words that want the model out of its instructions; jailbreaks too."""

from gateway_desktop.core.finding import Context, Family, Finding, Passage
from gateway_desktop.inspection.normalize import Normal
from gateway_desktop.inspection.wording import Wording


class PromptInjection:
    """Phrases, and the linear model of prompts."""

    contexts = frozenset({Context.USER_PROMPT})

    def __init__(self) -> None:
        self._wording = Wording(
            Family.PROMPT_INJECTION, Context.USER_PROMPT, "Reads like an attempt to talk the model round"
        )

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return what the person's words are up to."""
        return self._wording.find(passage, normal)

    def warm(self) -> None:
        """Build the patterns and load the model."""
        self._wording.warm()
