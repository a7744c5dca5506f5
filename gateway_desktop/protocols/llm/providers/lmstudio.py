"""LM Studio on this machine, or another of one's own."""

from gateway_desktop.protocols.llm.provider import Provider

LMSTUDIO = Provider(
    name="lmstudio",
    label="LM Studio",
    base_url="http://127.0.0.1:1234",
    by_path=True,
    local=True,
    ports=(1234,),
    own_roots=("/api/",),
    formats=("openai", "responses", "anthropic"),
    notes="Models on machines of your own; no credential, no cost.",
)
