"""What an application asks for at the authorization endpoint, checked in the order that safety wants.

First client and redirect address: until they are known to belong together, nobody is redirected anywhere
(RFC 9700 section 4.11). Everything after that is told to the client by redirect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway_desktop.core.oauth import OAuthClient
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.identity.client_registration import AUTHORIZATION_CODE
from gateway_desktop.identity.issuers import names_proxy
from gateway_desktop.identity.oauth_error import OAuthError
from gateway_desktop.identity.pkce import is_challenge
from gateway_desktop.identity.redirects import is_registered

_LONGEST_STATE = 4096
Parameters = Mapping[str, str]
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """An application's request that may be put before a person."""

    redirect_uri: str
    state: str
    challenge: str
    scopes: tuple[str, ...]


def single(pairs: Pairs) -> dict[str, str]:
    """Return parameters by name; a repeated one is an error (RFC 6749 section 3.1), but for `resource`."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found and name != "resource":
            raise OAuthError("invalid_request", f"The parameter '{name[:50]}' is there twice")
        found[name] = value
    return found


def redirect_of(client: OAuthClient, parameters: Parameters) -> str:
    """Return where the answer may go; raise OAuthError that must be shown and never redirected."""
    given = parameters.get("redirect_uri")
    if given is None and len(client.redirect_uris) == 1:
        return client.redirect_uris[0]
    if given is None or not is_registered(given, client.redirect_uris):
        raise OAuthError("invalid_request", "The redirect address is not one that the application registered")
    return given


def checked_request(
    client: OAuthClient,
    proxy: Proxy,
    redirect_uri: str,
    pairs: Pairs,
    bases: Sequence[str],
) -> AuthorizationRequest:
    """Return the request, or raise OAuthError that is told to the client by redirect."""
    parameters = single(pairs)
    _check_form(parameters)
    if AUTHORIZATION_CODE not in client.grant_types:
        raise OAuthError("unauthorized_client", "The client registered without the authorization_code grant")
    if parameters.get("code_challenge_method") != "S256":
        raise OAuthError("invalid_request", "code_challenge_method must be S256")
    challenge = parameters.get("code_challenge", "")
    if not is_challenge(challenge):
        raise OAuthError("invalid_request", "code_challenge must be the S256 challenge of a verifier")
    if len(parameters.get("state", "")) > _LONGEST_STATE:
        raise OAuthError("invalid_request", f"state is longer than {_LONGEST_STATE} characters")
    check_resources(pairs, proxy, bases)
    scopes = granted_scopes(parameters.get("scope", ""), proxy)
    return AuthorizationRequest(redirect_uri, parameters.get("state", ""), challenge, scopes)


def _check_form(parameters: Parameters) -> None:
    """Raise OAuthError where the answer is wanted in another form, or what is asked stands elsewhere."""
    if parameters.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", "response_type must be 'code'")
    if parameters.get("response_mode", "query") != "query":
        raise OAuthError("invalid_request", "response_mode must be 'query'")
    for name in ("request", "request_uri"):  # what they hold would otherwise be overlooked (RFC 9101)
        if name in parameters:
            raise OAuthError(f"{name}_not_supported", f"The parameter '{name}' is not supported here")


def check_resources(pairs: Pairs, proxy: Proxy, bases: Sequence[str]) -> None:
    """Raise OAuthError (invalid_target, RFC 8707 section 2) if a `resource` is not this proxy."""
    if not all(names_proxy(value, bases, proxy) for name, value in pairs if name == "resource"):
        raise OAuthError("invalid_target", f"The resource is not the proxy '{proxy.name}'")


def granted_scopes(asked: str, proxy: Proxy) -> tuple[str, ...]:
    """Return the known ones of the scopes asked for, or all if none was asked for."""
    assert proxy.oauth is not None
    wanted = asked.split()
    granted = tuple(scope for scope in proxy.oauth.scopes if not wanted or scope in wanted)
    if wanted and not granted:
        raise OAuthError("invalid_scope", f"Scopes here are: {' '.join(proxy.oauth.scopes)}")
    return granted
