"""What an exchange cost, of which more than one model may have had a part."""

import pytest

from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.model_price import ModelPrice
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.reply import Usage
from gateway_desktop.gateway.recording.costs import cost_of, most_of
from gateway_desktop.protocols.adapters import ADAPTERS
from gateway_desktop.protocols.llm.pricing import Prices, load_prices
from tests.makers import HeaderList, a_call, a_proxy, a_reply, an_exchange

WHEN_TIERS_ARE_LISTED = 1_795_996_800_000_000  # 30 November 2026
ADVICE = Usage(1_000, output=100)


@pytest.fixture(scope="module")
def prices() -> Prices:
    return load_prices()


def cost(prices: Prices, usage: Usage, *own: ModelPrice) -> tuple[int | None, str]:
    exchange = an_exchange(
        proxy=a_proxy(provider="anthropic"),
        call=a_call(target="claude-haiku-4-5"),
        reply=a_reply(response_model="claude-haiku-4-5", usage=usage),
    )
    found = cost_of(exchange, usage, prices, own)
    return found.nano, found.basis


def test_each_model_is_paid_at_its_own_price(prices: Prices) -> None:
    alone = 1_000 * 1_000 + 100 * 5_000
    assert cost(prices, Usage(1_000, output=100)) == (alone, "reported")
    advised = Usage(1_000, output=100, others=[("claude-opus-4-8", ADVICE)])
    assert cost(prices, advised) == (alone + 1_000 * 5_000 + 100 * 25_000, "reported")
    own = ModelPrice("1", "claude-opus-*", "", 0, input_nano=10**6, output_nano=0)
    assert cost(prices, advised, own) == (alone + 1_000, "reported")


def test_a_model_without_a_price_makes_the_whole_unknown(prices: Prices) -> None:
    assert cost(prices, Usage(1_000, output=100, others=[("nobody-9", ADVICE)])) == (None, "unknown")


def test_who_says_what_it_charges_has_counted_all_models(prices: Prices) -> None:
    usage = Usage(1_000, output=100, others=[("nobody-9", ADVICE)], charged_nano=7)
    assert cost(prices, usage) == (7, "reported")


@pytest.mark.parametrize(
    ("path", "model", "asked", "times"),
    [
        ("/v1/responses", "gpt-5.4", '"service_tier":"priority"', 2),
        ("/v1/responses", "gpt-5.4", '"service_tier":"flex"', 1),  # which may not be to be had
        ("/v1/responses", "gpt-5.4", '"service_tier":"scale"', 1),  # of no listed price
        ("/v1/messages", "claude-opus-4-8", '"speed":"fast"', 2),
    ],
)
def test_the_most_that_a_call_may_cost_is_of_the_dearer_tier(
    prices: Prices, path: str, model: str, asked: str, times: int
) -> None:
    provider = "anthropic" if path == "/v1/messages" else "openai"

    def most(more: str) -> int:
        body = f'{{"model":"{model}","max_tokens":1000,{more}}}'.encode()
        head = RequestHead("POST", path, "", HeaderList(), "127.0.0.1")
        call = ADAPTERS[Kind.LLM].decode(head, body, provider)
        exchange = an_exchange(proxy=a_proxy(provider=provider), call=call, started_us=WHEN_TIERS_ARE_LISTED)
        found = most_of(exchange, prices, 1_000)
        assert found is not None
        return found

    plain = most('"store":false' if provider == "openai" else '"top_k":1')
    assert round(most(asked) / plain, 1) == times
