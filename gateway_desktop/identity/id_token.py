"""ID tokens: who signed in at an identity provider, once all of it holds (OpenID Connect Core 3.1.3.7)."""

from collections.abc import Mapping
from typing import Any

from gateway_desktop.core.oauth import Profile
from gateway_desktop.identity.api_keys import same
from gateway_desktop.identity.email_address import address_of
from gateway_desktop.identity.upstream_tokens import NotVerified, verified_claims

_LONGEST = 16 << 10
_LONGEST_SUBJECT = 255  # OpenID Connect Core section 2
_MOST_GROUPS = 1000


def id_token_claims(
    token: str, keys: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: int
) -> dict[str, Any]:
    """Return the claims of an ID token, signed by RS256 or ES256 whatever the provider lists.

    Args:
        token: the JWT that came with the code's exchange.
        keys: the issuer's JWK set.
        issuer: who must have issued it, to the character.
        client_id: as whom we are registered there.
        nonce: of this sign-in.
        now: seconds since 1970 UTC.

    Raises:
        KeyError: its key is not in the set; a newer set may have it.
        NotVerified: something of it does not hold; the text says what.
    """
    if len(token) > _LONGEST or token.count(".") != 2:
        raise NotVerified("The ID token is not a signed JWT")
    try:
        claims = verified_claims(token, keys, issuer, now)
    except NotVerified as error:
        told = "signature, issuer or times (is this machine's clock right?) do not hold"
        raise NotVerified(f"The ID token's {told}: {error}") from error
    _check_audience(claims, client_id)
    if claims.get("iat") is None:
        raise NotVerified("The ID token does not say when it was issued")
    given = claims.get("nonce")
    if (
        not nonce
        or not isinstance(given, str)
        or not same(given.encode("utf-8", "surrogatepass"), nonce.encode())
    ):
        raise NotVerified("The ID token's nonce is not that of this sign-in")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
        raise NotVerified("The ID token names no subject")
    return claims


def profile_of(claims: Mapping[str, Any], proof: str = "email_verified", groups: str = "groups") -> Profile:
    """Return whom the claims describe.

    `proof` names the claim that says that the e-mail address is verified: at Microsoft Entra `xms_edov`.
    `groups` names the claim that lists groups. An address without proof is kept, and not believed.
    """
    email, listed = address_of(claims.get("email")), claims.get(groups)
    many = listed if isinstance(listed, list) else []
    return Profile(
        issuer=_text(claims, "iss"),
        subject=str(claims.get("sub", "")),
        email=email,
        email_verified=bool(email) and _is_yes(claims.get(proof)),
        name=_text(claims, "name"),
        username=_text(claims, "preferred_username"),
        groups=tuple(one for one in many if isinstance(one, str))[:_MOST_GROUPS],
        claims=dict(claims),
    )


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    audience, party = claims.get("aud"), claims.get("azp")
    many = audience if isinstance(audience, list) else [audience]
    if client_id not in many:
        raise NotVerified("The ID token is for another client")
    if (len(many) > 1 or party is not None) and party != client_id:
        raise NotVerified("The ID token was issued to another party")


def _is_yes(value: object) -> bool:
    """Return whether a proof is given; Entra writes it as a number or a text, too."""
    return value is True or (value == 1 and isinstance(value, int)) or value in ("1", "true")


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) else ""
