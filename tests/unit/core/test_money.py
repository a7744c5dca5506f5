"""Amounts are whole numbers of 1e-9 dollars; as text they lose nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.money import MOST, dollars, nano_of


@given(st.integers(0, MOST))
def test_an_amount_is_the_same_after_it_was_written_and_read(nano: int) -> None:
    assert nano_of(dollars(nano), "limit") == nano


def test_amounts_have_two_places_at_least() -> None:
    assert [dollars(12_500_000_000), dollars(123_000), dollars(0)] == ["$12.50", "$0.000123", "$0.00"]
    assert dollars(-1_000_000_000) == "-$1.00"


@pytest.mark.parametrize("text", ["", "ten", "nan", "inf", "0.0000000001", "-1", "1e30"])
def test_what_is_no_amount_is_named(text: str) -> None:
    with pytest.raises(ConfigurationError, match="limit: an amount"):
        nano_of(text, "limit")


def test_of_an_empty_field_nothing_is_quoted() -> None:
    with pytest.raises(ConfigurationError, match=r"such as 12\.50$"):
        nano_of(" ", "limit")
