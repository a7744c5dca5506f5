"""OAuth tokens, codes and client secrets: opaque, 256 random bits, kept as SHA-256 only, as API keys are.

Why a plain SHA-256: nobody can try 256 random bits, and a slow hash would cost every request.
"""

import base64
import hashlib
import hmac
import secrets

ACCESS = "gwt_"
REFRESH = "gwr_"
CODE = "gwc_"
DEVICE = "gwv_"
SECRET = "gws_"
UPLOAD = "gwu_"  # a file that is sent in pieces, at an address of ours
WINDOW = "gww_"  # a person's sign-in to the window or the command line
_USER_CODE = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628 section 6.1: no vowels, so no words


MARKS = (ACCESS, REFRESH, CODE, DEVICE, SECRET, UPLOAD, WINDOW)


def is_ours(credential: str) -> bool:
    """Return whether a credential is of a kind that this gateway hands out, API keys aside."""
    return credential.startswith(MARKS)


def make(mark: str) -> str:
    """Return a new one of that kind."""
    return mark + secrets.token_urlsafe(32)


def renewed(mark: str, secret: bytes, token: str) -> str:
    """Return the one of that kind which follows a refresh token: the same each time, and known to nobody
    without the secret. So who lost the answer can have it again, although no token is kept.
    """
    follows = hmac.digest(secret, f"{mark}{token}".encode("utf-8", "surrogatepass"), "sha256")
    return mark + base64.urlsafe_b64encode(follows).rstrip(b"=").decode()


def digest(token: str) -> bytes:
    """Return what is stored of it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def make_user_code() -> str:
    """Return a code that a person types: eight letters, 34 bits, shown as `BCDF-GHJK`."""
    letters = "".join(secrets.choice(_USER_CODE) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def typed_user_code(text: str) -> str:
    """Return the code as it was made from how a person typed it."""
    letters = "".join(letter for letter in text.upper() if letter in _USER_CODE)
    return f"{letters[:4]}-{letters[4:]}"
