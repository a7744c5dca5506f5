"""ID tokens: nobody is signed in before all of the token holds."""

import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from gateway_desktop.identity.id_token import id_token_claims, profile_of
from gateway_desktop.identity.upstream_tokens import NotVerified

ISSUER, CLIENT, NONCE = "https://idp.example", "gateway", "n-1"
NOW = int(time.time())
RSA = RSAKey.generate_key(2048, parameters={"kid": "rsa"})
EC = ECKey.generate_key("P-256", parameters={"kid": "ec"})
KEYS = {"keys": [RSA.as_dict(private=False), EC.as_dict(private=False)]}
CLAIMS = {"iss": ISSUER, "sub": "1", "aud": CLIENT, "nonce": NONCE, "iat": NOW, "exp": NOW + 60}


def a_token(key: RSAKey | ECKey = RSA, **changes: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    return jwt.encode({"alg": "RS256" if key is RSA else "ES256", "kid": str(key.kid)}, claims, key)


def read(token: str, keys: dict[str, Any] = KEYS) -> dict[str, Any]:
    return id_token_claims(token, keys, issuer=ISSUER, client_id=CLIENT, nonce=NONCE, now=NOW)


@pytest.mark.parametrize("key", [RSA, EC])
@pytest.mark.parametrize("changes", [{}, {"aud": [CLIENT, "x"], "azp": CLIENT}, {"iat": NOW + 240}])
def test_a_token_that_holds_tells_who_it_is(key: RSAKey | ECKey, changes: dict[str, Any]) -> None:
    assert read(a_token(key, **changes))["sub"] == "1"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": f"{ISSUER}/"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": [CLIENT, "x"]},
        {"azp": "another"},
        {"nonce": "n-2"},
        {"nonce": None},
        {"nonce": "ñ"},
        {"exp": NOW - 360},
        {"exp": None},
        {"iat": NOW + 360},
        {"iat": None},
        {"iat": True},
        {"iat": str(NOW)},
        {"nbf": NOW + 360},
        {"sub": ""},
        {"sub": None},
        {"sub": "x" * 256},
        {"sub": "1\0"},
    ],
)
def test_each_part_has_to_hold(changes: dict[str, Any]) -> None:
    with pytest.raises(NotVerified):
        read(a_token(**changes))


def test_a_clock_that_is_wrong_is_told_of() -> None:
    with pytest.raises(NotVerified, match=r"this machine's clock.+issued in the future"):
        read(a_token(iat=NOW + 360, exp=NOW + 960))


def test_a_sign_in_without_a_nonce_believes_no_token() -> None:
    with pytest.raises(NotVerified):
        id_token_claims(a_token(nonce=""), KEYS, issuer=ISSUER, client_id=CLIENT, nonce="", now=NOW)


def test_the_algorithm_is_ours_to_choose() -> None:
    shared = OctKey.import_key("a client secret that is long enough for it", {"kid": "rsa"})
    with pytest.raises(NotVerified):
        read(jwt.encode({"alg": "HS256", "kid": "rsa"}, CLAIMS, shared))


def test_rubbish_and_unknown_keys_are_told_apart() -> None:
    with pytest.raises(NotVerified):
        read("opaque")
    with pytest.raises(KeyError):
        read(a_token(), {"keys": []})


@pytest.mark.parametrize(
    ("proof", "value", "verified"),
    [
        ("email_verified", True, True),
        ("email_verified", "false", False),
        ("email_verified", None, False),
        ("xms_edov", "1", True),
        ("xms_edov", 1, True),
        ("xms_edov", 0, False),
    ],
)
def test_an_address_is_believed_by_its_proof_only(proof: str, value: object, verified: bool) -> None:
    found = profile_of({**CLAIMS, "email": "Ana@Example.org", proof: value}, proof)
    assert (found.email, found.email_verified) == ("ana@example.org", verified)


@pytest.mark.parametrize("email", ["\N{KELVIN SIGN}im@example.org", "kim", "kim@example.org\n<b>", 7])
def test_an_address_that_is_none_or_another_mailbox_is_not_believed(email: object) -> None:
    """In small letters the Kelvin sign is a k: who has that mailbox would come in as Kim."""
    found = profile_of({**CLAIMS, "email": email, "email_verified": True})
    assert (found.email, found.email_verified) == ("", False)


def test_a_name_that_people_can_change_is_no_address() -> None:
    found = profile_of({**CLAIMS, "preferred_username": "ceo@example.org", "xms_edov": True}, "xms_edov")
    assert (found.email, found.email_verified, found.username) == ("", False, "ceo@example.org")
