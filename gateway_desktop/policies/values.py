"""How values of findings are named without being kept: by a keyed hash, so that nobody can try them out."""

import hmac

_SHOWN = 32  # hexadecimal digits


def hashed_value(key: bytes, value: str) -> str:
    """Return the HMAC-SHA-256 (RFC 2104) of a value, shortened to 128 bits."""
    return hmac.digest(key, value.encode("utf-8", "replace"), "sha256").hex()[:_SHOWN]
