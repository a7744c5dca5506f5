"""Anthropic."""

from gateway_desktop.protocols.llm.provider import Provider

ANTHROPIC = Provider(
    name="anthropic",
    label="Anthropic",
    base_url="https://api.anthropic.com",
    credential_header=("x-api-key", ""),
    prices="anthropic",
    hosts=("api.anthropic.com",),
    formats=("anthropic",),
    notes="Messages and token counting, for Claude Code and the Anthropic SDKs.",
)
