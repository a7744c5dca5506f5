"""Passwords and one-time codes of the local directory: argon2id (RFC 9106) and TOTP (RFC 6238)."""

import hmac
import secrets

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway_desktop.core.errors import ConfigurationError

SHORTEST = 10
LONGEST = 1024
_STEP_SECONDS = 30
_HASHER = PasswordHasher()  # argon2id, RFC 9106's second recommendation: 64 MB, 3 passes, 4 lanes


def checked_password(password: str) -> str:
    """Return a password that may be set, or raise ConfigurationError."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise ConfigurationError("password", f"{SHORTEST} to {LONGEST} characters")
    return password


def hash_password(password: str) -> str:
    """Return the argon2id hash with its salt; takes some 50 ms."""
    return _HASHER.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Return whether it is the password; without a stored hash it takes as long to say no."""
    try:
        _HASHER.verify(stored or _nobodys(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def make_seed() -> str:
    """Return a new seed of one-time codes, in base 32."""
    return pyotp.random_base32()


def seed_url(seed: str, name: str) -> str:
    """Return the seed as authenticator applications read it from a picture."""
    return pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name="Gateway Desktop")


def code_step(seed: str, code: str, now: float, last_step: int) -> int | None:
    """Return the time step that a one-time code belongs to: now or one before, and never twice.

    None: it is wrong, too old, or was used before.
    """
    step = int(now) // _STEP_SECONDS
    made = pyotp.TOTP(seed)
    for candidate in (step, step - 1):
        expected = made.generate_otp(candidate)
        if hmac.compare_digest(expected.encode(), code.strip().replace(" ", "").encode()):
            return candidate if candidate > last_step else None
    return None


_nobody: list[str] = []


def _nobodys() -> str:
    """Return the hash of a password that nobody knows."""
    if not _nobody:
        _nobody.append(hash_password(secrets.token_urlsafe(32)))
    return _nobody[0]
