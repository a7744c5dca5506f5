"""A text with placeholders where secrets stood."""

import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.inspection.redaction import redact, warm

KEY = "gw" + "d_" + "a1B2c3D4" * 5 + "xyz"


def test_a_secret_is_masked_by_its_kind_and_counted() -> None:
    assert redact(f"my key is {KEY}, keep it") == ("my key is <GATEWAY_KEY>, keep it", 1)
    assert redact(f"{KEY} {KEY}") == ("<GATEWAY_KEY> <GATEWAY_KEY>", 2)


def test_letters_of_all_scripts_around_it_stay() -> None:
    assert redact(f"Schlüssel 🔑 {KEY} – größer\ud800") == ("Schlüssel 🔑 <GATEWAY_KEY> – größer?", 1)


@pytest.mark.parametrize("text", ["", "Hello", "größer 🟢", "password policy", "x" * 10_000, "half \ud800"])
def test_a_text_without_secrets_is_the_very_text(text: str) -> None:
    assert redact(text) == (text, 0)
    assert redact(text)[0] is text


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    masked, count = redact(text)
    assert (masked == text) or count


def test_a_masked_text_holds_nothing_more_to_mask() -> None:
    masked, _ = redact(f'{{"password":"{KEY}","url":"postgres://u:{KEY}@h"}}')
    assert KEY not in masked
    assert redact(masked) == (masked, 0)


def test_a_kilobyte_without_secrets_costs_little() -> None:
    """Far above the 3 us it takes here, for slow machines; single patterns would take milliseconds."""
    warm()
    text = ("please explain how this function works, " * 30)[:1024]
    redact(text)
    assert min(timeit.repeat(lambda: redact(text), number=100, repeat=3)) / 100 < 400e-6
