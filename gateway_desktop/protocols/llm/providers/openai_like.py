"""Anything that speaks like OpenAI (and perhaps like Anthropic and Google too)."""

from gateway_desktop.protocols.llm.provider import Provider

OPENAI_LIKE = Provider(
    name="openai-like",
    label="Anything OpenAI-like",
    base_url="",
    by_path=True,
    formats=("openai", "responses", "anthropic", "gemini"),
    notes="OpenRouter, Groq, Together, DeepSeek, LiteLLM, ...",
)
