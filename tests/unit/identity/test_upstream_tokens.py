"""Tokens of others: nothing of them is believed before all of it holds."""

import base64
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from gateway_desktop.identity.upstream_tokens import NotVerified, claimed_issuer, is_signed, verified, vouched

ISSUER = "https://as.example"
NOW = int(time.time())
RSA = RSAKey.generate_key(2048, parameters={"kid": "rsa"})
EC = ECKey.generate_key("P-256", parameters={"kid": "ec"})
KEYS = {
    "keys": [RSA.as_dict(private=False), EC.as_dict(private=False), {"kty": "oct", "k": "YQ", "kid": "oct"}]
}


def a_token(key: RSAKey | ECKey = RSA, **changes: Any) -> str:
    header = {"alg": "RS256" if key is RSA else "ES256", "kid": str(key.kid)}
    claims = {"iss": ISSUER, "sub": "1", "exp": NOW + 60, "email": "Ana@Example.org", "email_verified": True}
    return jwt.encode(header, {**claims, **changes}, key)


@pytest.mark.parametrize("key", [RSA, EC])
def test_what_a_verified_token_says_is_kept(key: RSAKey | ECKey) -> None:
    said = verified(a_token(key, aud="https://x", azp="client"), KEYS, ISSUER, NOW)
    assert (said.email, said.subject, said.audience, said.client_id) == (
        "ana@example.org",
        "1",
        ("https://x",),
        "client",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": f"{ISSUER}/"},
        {"iss": None},
        {"exp": NOW - 360},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": NOW + 600},
    ],
)
def test_issuer_and_times_have_to_hold(changes: dict[str, Any]) -> None:
    with pytest.raises(NotVerified):
        verified(a_token(**changes), KEYS, ISSUER, NOW)


def test_a_token_that_was_changed_does_not_verify() -> None:
    head, _, tail = a_token().split(".")
    _, body, _ = a_token(sub="2").split(".")
    with pytest.raises(NotVerified):
        verified(f"{head}.{body}.{tail}", KEYS, ISSUER, NOW)


def test_a_key_that_is_not_published_asks_for_newer_ones() -> None:
    with pytest.raises(KeyError):
        verified(a_token(), {"keys": []}, ISSUER, NOW)


def test_a_token_without_a_key_id_is_tried_with_every_key() -> None:
    token = jwt.encode({"alg": "ES256"}, {"iss": ISSUER, "exp": NOW + 60}, EC)
    assert verified(token, KEYS, ISSUER, NOW).issuer == ISSUER


def test_an_address_counts_only_if_it_is_verified() -> None:
    for proof in (False, "true", 1, None):
        assert vouched({"email": "ana@example.org", "email_verified": proof}, ISSUER).email == ""
    another = "\N{KELVIN SIGN}im@example.org"  # whose small letters are Kim's
    assert vouched({"email": another, "email_verified": True}, ISSUER).email == ""


def test_a_header_that_is_nested_deeply_and_a_time_without_end_are_no_accidents() -> None:
    deep = base64.urlsafe_b64encode(b'{"a":' + b"[" * 9000 + b"]" * 9000 + b"}").decode().rstrip("=")
    with pytest.raises(NotVerified):
        verified(f"{deep}.{a_token().partition('.')[2]}", KEYS, ISSUER, NOW)
    assert verified(a_token(exp=10**400), KEYS, ISSUER, NOW).expires is None


def test_rubbish_is_no_token() -> None:
    assert not is_signed("opaque") and not is_signed("a.b.c") and is_signed(a_token())
    for text in ("ey.ey.ey", "ey", "ey.bnVsbA.x"):
        assert claimed_issuer(text) == ""
        with pytest.raises((NotVerified, KeyError)):
            verified(text, KEYS, ISSUER, NOW)
