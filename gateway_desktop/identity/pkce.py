"""Proof Key for Code Exchange (RFC 7636), S256 only."""

import secrets
import string

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oauth2.rfc7636.challenge import CODE_VERIFIER_PATTERN, compare_s256_code_challenge

_BASE64URL = frozenset(string.ascii_letters + string.digits + "-_")


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (section 4.2)."""
    return str(create_s256_code_challenge(verifier))


def make_verifier() -> str:
    """Return a new verifier."""
    return secrets.token_urlsafe(48)


def is_challenge(text: str) -> bool:
    """Return whether the text can be an S256 challenge: 43 characters of base64url."""
    return len(text) == 43 and set(text) <= _BASE64URL


def proves(verifier: str, challenge: str) -> bool:
    """Return whether the verifier is the one behind the challenge (section 4.6)."""
    well_formed = CODE_VERIFIER_PATTERN.fullmatch(verifier) is not None
    return well_formed and bool(compare_s256_code_challenge(verifier, challenge))
