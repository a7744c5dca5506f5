"""Tokens of an upstream's own authorization server: what a signed one says of its owner, once it is verified.

The upstream decides what a token is good for; here it is only read for whose it is. Nothing of it is believed
before the signature, the issuer and the times hold (RFC 9068 section 4); which audience it is for is kept for
the record.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import KeySet

from gateway_desktop.identity.email_address import address_of

ALGORITHMS = ("RS256", "ES256")  # pinned: what a token or a metadata document names does not widen it
_PUBLIC = frozenset(("EC", "RSA"))
_LEEWAY = 300  # seconds that clocks may differ: nobody sets that of a laptop
_LONGEST = 16 << 10


class NotVerified(Exception):
    """The token tells nothing that can be believed; the text says why, in a sentence."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """What an authorization server vouches for."""

    issuer: str
    subject: str = ""
    email: str = ""  # verified, lower case
    client_id: str = ""
    audience: tuple[str, ...] = ()
    expires: float | None = None  # seconds since 1970 UTC


def is_signed(token: str) -> bool:
    """Return whether a token has the form of a signed JWT."""
    return len(token) <= _LONGEST and token.count(".") == 2 and token.startswith("ey")


def claimed_issuer(token: str) -> str:
    """Return whom a token names as its issuer, unverified: good for choosing keys and for nothing else."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError, IndexError, RecursionError):
        return ""
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) else ""


def verified(token: str, keys: Mapping[str, Any], issuer: str, now: int) -> Vouched:
    """Return what a signed token says; see `verified_claims`."""
    return vouched(verified_claims(token, keys, issuer, now), issuer)


def verified_claims(token: str, keys: Mapping[str, Any], issuer: str, now: int) -> dict[str, Any]:
    """Return the claims of a signed token.

    Args:
        token: the JWT.
        keys: the issuer's JWK set.
        issuer: who must have issued it, exactly.
        now: seconds since 1970 UTC.

    Raises:
        KeyError: its key is not in the set; a newer set may have it.
        NotVerified: signature, issuer or times do not hold.
    """
    try:
        known = [key for key in keys["keys"] if key.get("kty") in _PUBLIC and key.get("use") != "enc"]
        kid = _header(token).get("kid")
        known = [key for key in known if kid is None or key.get("kid") == kid]
        if not known:
            raise KeyError(kid)
        rules = jwt.JWTClaimsRegistry(
            now=now, leeway=_LEEWAY, iss={"essential": True, "value": issuer}, exp={"essential": True}
        )
        claims = _claims(token, known)
        rules.validate(claims)
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        why = error.description if isinstance(error, ClaimError) else type(error).__name__
        raise NotVerified(f"The upstream's token does not verify ({why})") from error
    return claims


def vouched(claims: Mapping[str, Any], issuer: str) -> Vouched:
    """Return what verified claims say, or the answer of an introspection (RFC 7662 section 2.2)."""
    proven = claims.get("email_verified") is True
    audience = claims.get("aud")
    many = audience if isinstance(audience, list) else [audience]
    client = claims.get("client_id") or claims.get("azp")
    expires = claims.get("exp")
    return Vouched(
        issuer=issuer,
        subject=str(claims.get("sub") or ""),
        email=address_of(claims.get("email")) if proven else "",
        client_id=client if isinstance(client, str) else "",
        audience=tuple(one for one in many if isinstance(one, str)),
        expires=_seconds(expires),
    )


def _seconds(given: object) -> float | None:
    try:
        return float(given) if isinstance(given, (int, float)) else None
    except OverflowError:
        return None


def _claims(token: str, known: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the claims by the first key whose signature it is: a token may not name its key."""
    error: Exception = NotVerified()
    for key in known:
        try:
            one = KeySet.import_key_set({"keys": [dict(key)]}).keys[0]
            return dict(jwt.decode(token, one, algorithms=list(ALGORITHMS)).claims)
        except (JoseError, ValueError) as failed:
            error = failed
    raise error


def _header(token: str) -> dict[str, Any]:
    header = token.split(".")[0]
    found = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    if not isinstance(found, dict):
        raise TypeError(header)
    return found
