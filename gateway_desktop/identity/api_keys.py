"""API keys: make, show once, compare; they are kept as tokens are."""

import hmac

from gateway_desktop.identity.tokens import make

MARK = "gwd_"
SHOWN = 12


def make_key() -> str:
    """Return a new key: `gwd_` and 43 url-safe characters of 256 random bits."""
    return make(MARK)


def prefix(key: str) -> str:
    """Return what people see of a key: its first 12 characters."""
    return key[:SHOWN]


def same(digest_of_key: bytes, stored: bytes) -> bool:
    """Return whether two digests are equal, in constant time."""
    return hmac.compare_digest(digest_of_key, stored)
