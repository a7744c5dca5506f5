"""API keys: make, show once, hash, compare.

Why a plain SHA-256: a key is 256 random bits, so nobody can try them all, and a slow hash would cost every
request.
"""

import hashlib
import hmac
import secrets

MARK = "gwd_"
SHOWN = 12


def make_key() -> str:
    """Return a new key: `gwd_` and 43 url-safe characters of 256 random bits."""
    return MARK + secrets.token_urlsafe(32)


def digest(key: str) -> bytes:
    """Return what is stored of a key: its SHA-256."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def prefix(key: str) -> str:
    """Return what people see of a key: its first 12 characters."""
    return key[:SHOWN]


def same(digest_of_key: bytes, stored: bytes) -> bool:
    """Return whether two digests are equal, in constant time."""
    return hmac.compare_digest(digest_of_key, stored)
