"""Anything that speaks like OpenAI, but refuses `stream_options`."""

from gateway_desktop.protocols.llm.provider import Provider

OPENAI_BASIC = Provider(
    name="openai-basic",
    label="OpenAI-like, without stream_options",
    base_url="",
    by_path=True,
    asks_usage=False,
    formats=("openai",),
    notes="For servers that refuse to report usage in streams: tokens of their streams are then estimated.",
)
