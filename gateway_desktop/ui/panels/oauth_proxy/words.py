"""How modes, providers and ways of registering are said to people."""

from collections.abc import Iterable

from gateway_desktop.core.oauth import LOCAL, OAuthMode, Registered, Registration

LOCAL_DIRECTORY = "Local directory"
MODES = {OAuthMode.GATEWAY: "This gateway", OAuthMode.UPSTREAM: "The upstream's own server"}
REGISTRATIONS = {
    Registration.ANYONE: "Any application, by itself",
    Registration.DOCUMENTS: "Applications with a published client document",
    Registration.NOBODY: "Only those added by hand",
}
HOW = {Registered.DYNAMIC: "by itself", Registered.DOCUMENT: "document", Registered.BY_HAND: "by hand"}
METHODS = {"none": "none", "client_secret_basic": "secret", "client_secret_post": "secret"}
GRANTS = {
    "authorization_code": "browser",
    "refresh_token": "refresh",
    "urn:ietf:params:oauth:grant-type:device_code": "device code",
}


def provider_name(provider: str) -> str:
    """Return how a way to sign in is called."""
    return LOCAL_DIRECTORY if provider == LOCAL else provider


def providers(named: Iterable[str]) -> str:
    """Return ways to sign in, the first one first."""
    return ", ".join(provider_name(each) for each in named)


def grants(types: Iterable[str]) -> str:
    """Return the ways in which a client gets its tokens."""
    return ", ".join(GRANTS.get(each, each) for each in types)
