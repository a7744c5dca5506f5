"""Own prices hold from their day on, the most exact name first, and add up to the billionth."""

from gateway_desktop.core.model_price import ModelPrice, price_of
from gateway_desktop.core.money import DOLLAR
from tests.makers import NOON_US, a_usage

DAY_US = 86_400_000_000


def a_price(model: str = "gpt-5-mini", since: int = 0, provider: str = "", **amounts: int) -> ModelPrice:
    values = {"input_nano": 2 * DOLLAR, "output_nano": 8 * DOLLAR, **amounts}
    return ModelPrice(f"{model} {since}", model, provider, NOON_US + since * DAY_US, **values)


def test_a_price_holds_from_its_day_until_a_later_one() -> None:
    prices = [a_price(since=-9), a_price(since=-1), a_price(since=3)]
    found = [price_of(prices, "openai", ("gpt-5-mini",), NOON_US + days * DAY_US) for days in (-10, -5, 0, 4)]
    assert found == [None, *prices]


def test_the_most_exact_name_wins_and_a_provider_is_more_exact_than_any() -> None:
    pattern, exact, of_one = a_price("gpt-5*", 5), a_price(since=-5), a_price(since=-9, provider="azure")
    at = NOON_US + 9 * DAY_US
    assert price_of([pattern, exact], "openai", ("gpt-5-mini",), at) is exact
    assert price_of([pattern, exact], "openai", ("gpt-5.1",), at) is pattern
    assert price_of([exact, of_one], "azure", ("gpt-5-mini",), at) is of_one
    assert price_of([exact, of_one], "openai", ("gpt-5-mini",), at) is exact


def test_what_was_asked_for_and_what_answered_both_name_the_model() -> None:
    price = a_price("GPT-5-mini")
    assert price_of([price], "openai", ("gpt-5-mini-2025-08-07", "gpt-5-mini"), NOON_US) is price
    assert price_of([price], "openai", ("", "other"), NOON_US) is None


def test_costs_are_whole_numbers_and_cached_input_has_its_own_price() -> None:
    assert a_price().nano(a_usage(input=1_000_000, output=500_000)) == 6 * DOLLAR
    price = a_price(cached_nano=DOLLAR // 5, cache_write_nano=4 * DOLLAR)
    assert (
        price.nano(a_usage(input=10, cached=4, cache_write=3, output=1))
        == 3 * 2000 + 4 * 200 + 3 * 4000 + 8000
    )
    assert ModelPrice("x", "m", "", 0, 1, 1).nano(a_usage(input=499_999, output=0)) == 0
    assert ModelPrice("x", "m", "", 0, 1, 1).nano(a_usage(input=500_000, output=0)) == 1
