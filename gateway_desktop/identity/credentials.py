"""The credential in a request: where SDKs put it, the query string without it, and ours anywhere else."""

import string
from urllib.parse import unquote

from gateway_desktop.core.exchange import Headers
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.spelling import without_halves
from gateway_desktop.identity.api_keys import MARK
from gateway_desktop.identity.tokens import ACCESS, MARKS

# What the client presents to us, in any of these, never goes upstream. Lower case, as sent.
CREDENTIAL_HEADERS = frozenset({b"authorization", b"x-api-key", b"api-key", b"x-goog-api-key"})

_KEY_HEADERS = ("x-api-key", "api-key", "x-goog-api-key")  # Anthropic, Azure OpenAI, Google
_BEARER = "Bearer "
_OURS = (MARK, ACCESS)
_MADE_BY_US = frozenset({MARK, *MARKS})
_LETTERS = string.ascii_letters + string.digits + "-_"
_MARK, _RANDOM = 4, 43  # characters: a mark, and 256 bits behind it
_BEARER_OURS = (_BEARER + MARK, _BEARER + ACCESS)


def read_credential(headers: Headers, query: str) -> tuple[Secret | None, str]:
    """Return the credential, ours first where several were sent, and the query without `key`."""
    authorization = headers.get("Authorization", "")
    if "key" not in query and "%" not in query and "gw" not in query:
        if authorization.startswith(_BEARER_OURS):
            return Secret(without_halves(authorization[len(_BEARER) :].rstrip())), query
        keys: list[str] = []
    else:
        keys, query = _split(query)
    candidates = [_bearer(authorization), *(headers.get(name, "").strip() for name in _KEY_HEADERS), *keys]
    presented = [candidate for candidate in candidates if candidate]
    if not presented:
        return None, query
    ours = next((candidate for candidate in presented if candidate.startswith(_OURS)), presented[0])
    return Secret(without_halves(ours)), query


def holds_ours(text: str) -> bool:
    """Return whether a key or token that this gateway gave out stands anywhere in a text."""
    at = text.find("gw")
    while at >= 0:
        random = text[at + _MARK : at + _MARK + _RANDOM]
        written = len(random) == _RANDOM and random.isascii()
        if written and text[at : at + _MARK] in _MADE_BY_US and not random.strip(_LETTERS):
            return True
        at = text.find("gw", at + 1)
    return False


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""  # RFC 9110 11.1: schemes ignore case


def _split(query: str) -> tuple[list[str], str]:
    """Return the values of `key`, decoded, and the rest of the query byte for byte.

    Fields of other names that hold one of ours go nowhere, either.
    """
    keys: list[str] = []
    rest: list[str] = []
    for field in query.split("&"):
        name, _, value = field.partition("=")
        if unquote(name) == "key":
            key = unquote(value)
            if not key.startswith(ACCESS):  # tokens are never taken from an address (RFC 9700 section 4.3.2)
                keys.append(key)
        elif not holds_ours(unquote(field)):
            rest.append(field)
    return keys, "&".join(rest)
