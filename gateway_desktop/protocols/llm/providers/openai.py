"""OpenAI."""

from gateway_desktop.protocols.llm.provider import Provider

OPENAI = Provider(
    name="openai",
    label="OpenAI",
    base_url="https://api.openai.com",
    prices="openai",
    hosts=("api.openai.com",),
    formats=("openai", "responses"),
    notes="Chat completions, Responses, embeddings and every other path of /v1.",
)
