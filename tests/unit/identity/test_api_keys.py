"""API keys."""

import base64

from gateway_desktop.identity.api_keys import make_key, prefix, same
from gateway_desktop.identity.tokens import digest


def test_a_key_is_gwd_and_43_url_safe_characters_of_256_bits() -> None:
    key = make_key()
    assert key.startswith("gwd_") and len(key) == 47
    assert len(base64.urlsafe_b64decode(key.removeprefix("gwd_") + "=")) == 32


def test_no_two_keys_are_alike() -> None:
    assert len({make_key() for _ in range(1000)}) == 1000


def test_people_see_the_first_12_characters() -> None:
    key = make_key()
    assert prefix(key) == key[:12]


def test_what_is_stored_is_the_sha256_and_matches_only_its_own_key() -> None:
    key = make_key()
    assert digest("gwd_abc").hex() == "a036c0b37d9ac2de6fd0f140771ae581ec22a3db3a77623083f810486a317d72"
    assert same(digest(key), digest(key))
    assert not same(digest(key), digest(make_key()))
