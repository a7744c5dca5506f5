"""Ollama on this machine, or another of one's own."""

from gateway_desktop.protocols.llm.provider import Provider

OLLAMA = Provider(
    name="ollama",
    label="Ollama",
    base_url="http://127.0.0.1:11434",
    by_path=True,
    local=True,
    ports=(11434,),
    own_roots=("/api/",),
    formats=("openai", "responses", "anthropic"),
    notes="Models on machines of your own; no credential, no cost.",
)
