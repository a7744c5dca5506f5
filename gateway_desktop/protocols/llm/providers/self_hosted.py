"""A server of one's own that speaks like OpenAI: vLLM, llama.cpp, SGLang, ..."""

from gateway_desktop.protocols.llm.provider import Provider

SELF_HOSTED = Provider(
    name="self-hosted",
    label="Your own server",
    base_url="",
    by_path=True,
    local=True,
    formats=("openai", "responses", "anthropic"),
    notes="vLLM, llama.cpp, ...: models on machines of your own; they cost nothing.",
)
