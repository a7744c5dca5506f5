"""PromptInjection: a person's words that want the model out of its instructions; jailbreaks too."""

from gateway_desktop.core.finding import Context, Family, Finding, Passage
from gateway_desktop.inspection.arguments import is_said
from gateway_desktop.inspection.normalize import Normal
from gateway_desktop.inspection.wording import Wording


class PromptInjection(Wording):
    """Phrases, and the linear model of prompts; of arguments where they are words for somebody else."""

    def __init__(self) -> None:
        super().__init__(
            Family.PROMPT_INJECTION, Context.USER_PROMPT, "Reads like an attempt to talk the model round"
        )
        self.contexts |= {Context.TOOL_ARGUMENT}

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return what a text says to a model; a file's contents or a value say nothing to anybody."""
        if passage.context is Context.TOOL_ARGUMENT and not is_said(passage):
            return []
        return super().find(passage, normal)
