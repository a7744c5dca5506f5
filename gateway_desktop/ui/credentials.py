"""What a proxy takes as proof of who is asking, in words."""

from gateway_desktop.core.proxy import Proxy
from gateway_desktop.store.queries.oauth import accepts

ACCEPTS = {
    "API key": "API key",
    "OAuth": "OAuth",
    "both": "OAuth or API key",
    "anonymous": "Anyone",
    "the upstream's tokens": "The upstream's tokens",
}
_EVERYONE = {
    "API key": "Everyone with a key",
    "OAuth": "Everyone who signs in",
    "both": "Everyone with a key or a sign-in",
    "anonymous": "Everyone with a key",
    "the upstream's tokens": "Whoever the upstream lets in",
}


def accepted(proxy: Proxy) -> str:
    """Return what a caller must show."""
    return ACCEPTS[accepts(proxy)]


def everyone(proxy: Proxy) -> str:
    """Return who may use a proxy that is open to all."""
    return _EVERYONE[accepts(proxy)]
