"""The credential in a request: where SDKs put it, and the query string without it."""

from urllib.parse import unquote

from gateway_desktop.core.exchange import Headers
from gateway_desktop.core.secret import Secret
from gateway_desktop.identity.api_keys import MARK
from gateway_desktop.identity.tokens import ACCESS

# What the client presents to us, in any of these, never goes upstream. Lower case, as sent.
CREDENTIAL_HEADERS = frozenset({b"authorization", b"x-api-key", b"api-key", b"x-goog-api-key"})

_KEY_HEADERS = ("x-api-key", "api-key", "x-goog-api-key")  # Anthropic, Azure OpenAI, Google
_BEARER = "Bearer "
_OURS = (MARK, ACCESS)
_BEARER_OURS = (_BEARER + MARK, _BEARER + ACCESS)


def read_credential(headers: Headers, query: str) -> tuple[Secret | None, str]:
    """Return the credential, ours first where several were sent, and the query without `key`."""
    authorization = headers.get("Authorization", "")
    if "key" not in query and "%" not in query:
        if authorization.startswith(_BEARER_OURS):
            return Secret(authorization[len(_BEARER) :].rstrip()), query
        keys: list[str] = []
    else:
        keys, query = _split(query)
    candidates = [_bearer(authorization), *(headers.get(name, "").strip() for name in _KEY_HEADERS), *keys]
    presented = [candidate for candidate in candidates if candidate]
    if not presented:
        return None, query
    ours = next((candidate for candidate in presented if candidate.startswith(_OURS)), presented[0])
    return Secret(ours), query


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""  # RFC 9110 11.1: schemes ignore case


def _split(query: str) -> tuple[list[str], str]:
    """Return the values of `key`, decoded, and the rest of the query byte for byte."""
    keys: list[str] = []
    rest: list[str] = []
    for field in query.split("&"):
        name, _, value = field.partition("=")
        if unquote(name) == "key":
            key = unquote(value)
            if not key.startswith(ACCESS):  # tokens are never taken from an address (RFC 9700 section 4.3.2)
                keys.append(key)
        else:
            rest.append(field)
    return keys, "&".join(rest)
