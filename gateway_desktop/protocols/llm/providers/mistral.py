"""Mistral, whose streams end with their usage; it refuses requests that ask for it."""

from gateway_desktop.protocols.llm.provider import Provider

MISTRAL = Provider(
    name="mistral",
    label="Mistral",
    base_url="https://api.mistral.ai",
    prices="mistral",
    hosts=("mistral.ai",),
    asks_usage=False,
    formats=("openai",),
    notes="Chat, code, embeddings and every other path of /v1, for Mistral's SDKs and OpenAI's.",
)
