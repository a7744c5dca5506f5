"""Where it costs a tenth more to have a model run in one region, by the address alone.

OpenAI takes it at its regional addresses (eu.api.openai.com, ...) for what was released since March 2026,
which GPT-5.4 was the first of; Anthropic's models on Vertex AI cost it outside "global", since Sonnet 4.5.
Amazon's prices are listed by region; Anthropic itself says in its usage where a model ran.
"""

_OPENAI = ".api.openai.com/"
_GPT_SINCE = (5, 4)
_VERTEX = "/publishers/anthropic/models/"
_CLAUDE_BEFORE = (
    *("claude-3", "claude-sonnet-4@", "claude-sonnet-4-2", "claude-4-sonnet"),
    *("claude-opus-4@", "claude-opus-4-2", "claude-opus-4-1", "claude-4-opus"),
)


def costs_more_there(url: str, model: str) -> bool:
    """Return whether this model costs a tenth more at this address upstream."""
    if _OPENAI in url:
        return _version_of_gpt(model) >= _GPT_SINCE
    if _VERTEX in url:
        return "/locations/global/" not in url and not model.startswith(_CLAUDE_BEFORE)
    return False


def _version_of_gpt(model: str) -> tuple[int, ...]:
    """Return (5, 4) for gpt-5.4-mini; () for what is no GPT."""
    family, _, rest = model.partition("-")
    numbers = rest.partition("-")[0].split(".")
    return tuple(map(int, numbers)) if family == "gpt" and all(map(str.isdecimal, numbers)) else ()
