"""PROVIDERS: known upstreams, offered when a proxy is made."""

from gateway_desktop.protocols.llm.provider import Provider
from gateway_desktop.protocols.llm.providers.anthropic import ANTHROPIC
from gateway_desktop.protocols.llm.providers.azure import AZURE
from gateway_desktop.protocols.llm.providers.google import GOOGLE
from gateway_desktop.protocols.llm.providers.lmstudio import LMSTUDIO
from gateway_desktop.protocols.llm.providers.mistral import MISTRAL
from gateway_desktop.protocols.llm.providers.ollama import OLLAMA
from gateway_desktop.protocols.llm.providers.openai import OPENAI
from gateway_desktop.protocols.llm.providers.openai_basic import OPENAI_BASIC
from gateway_desktop.protocols.llm.providers.openai_like import OPENAI_LIKE
from gateway_desktop.protocols.llm.providers.self_hosted import SELF_HOSTED

PROVIDERS: tuple[Provider, ...] = (
    OPENAI,
    ANTHROPIC,
    GOOGLE,
    AZURE,
    MISTRAL,
    OLLAMA,
    LMSTUDIO,
    SELF_HOSTED,
    OPENAI_LIKE,
    OPENAI_BASIC,
)
