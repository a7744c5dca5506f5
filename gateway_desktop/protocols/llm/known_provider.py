"""Which known provider is meant: by its name, or by the address of an upstream."""

from urllib.parse import urlsplit

from gateway_desktop.core.loopback import is_public
from gateway_desktop.protocols.llm.provider import Provider
from gateway_desktop.protocols.llm.providers import PROVIDERS
from gateway_desktop.protocols.llm.providers.openai_like import OPENAI_LIKE

_BY_NAME = {provider.name: provider for provider in PROVIDERS}
_OWN = frozenset({"localhost", "host.docker.internal"})


def provider_named(name: str) -> Provider:
    """Return the provider of this name; one we do not know speaks like OpenAI."""
    return _BY_NAME.get(name, OPENAI_LIKE)


def provider_for(upstream: str) -> Provider:
    """Guess the provider from the address."""
    try:
        parts = urlsplit(upstream if "//" in upstream else f"//{upstream}")
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return OPENAI_LIKE
    for provider in PROVIDERS:
        if any(host == known or host.endswith(f".{known}") for known in provider.hosts):
            return provider
        if port in provider.ports and _is_own(host):
            return provider
    return OPENAI_LIKE


def _is_own(host: str) -> bool:
    """Return whether that is this machine or another of a private network; names may be anybody's."""
    try:
        return not is_public(host)
    except ValueError:
        return host in _OWN
