"""Which text is an e-mail address, and which mailbox it is."""

import pytest

from gateway_desktop.identity.email_address import address_of


@pytest.mark.parametrize(
    ("given", "address"),
    [
        (" Ana@Example.org ", "ana@example.org"),
        ("ana@localhost", "ana@localhost"),
        ("Änna@bücher.example", "änna@bücher.example"),
        ("A\u0308nna@bu\u0308cher.example", "änna@bücher.example"),  # as macOS writes names
    ],
)
def test_an_address_is_compared_in_small_letters(given: str, address: str) -> None:
    assert address_of(given) == address


@pytest.mark.parametrize(
    "given",
    [
        "ana",
        "@example.org",
        "ana@",
        "ana@example.org@evil.example",
        "ana @example.org",
        "a\nb@example.org",
        "a\0b@example.org",
        "a\ud800@example.org",
        "\u202egro.elpmaxe@ana",
        "a" * 250 + "@example.org",
        "\N{KELVIN SIGN}im@example.org",  # in lower case another person's
        "\N{FULLWIDTH LATIN SMALL LETTER K}im@example.org",
        "A\u0308nna@\N{KELVIN SIGN}im.example",
        ["ana@example.org"],
        None,
    ],
)
def test_what_is_no_address_or_looks_like_anothers_is_none(given: object) -> None:
    assert address_of(given) == ""
