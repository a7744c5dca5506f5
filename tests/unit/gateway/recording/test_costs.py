"""What an exchange cost, of which more than one model may have had a part."""

import json

import pytest

from gateway_desktop.core.errors import Failure, UpstreamFailed
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.model_price import ModelPrice
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.reply import Usage
from gateway_desktop.gateway.recording.costs import cost_of, most_of, was_free
from gateway_desktop.protocols.adapters import FORWARDED
from gateway_desktop.protocols.llm.pricing import Prices, load_prices
from tests.makers import HeaderList, a_call, a_head, a_proxy, a_reply, an_exchange

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


@pytest.mark.parametrize(
    ("asked", "answered", "basis"),
    [
        ("gpt-5-mini", "gpt-5-mini-2025-08-07", "reported"),  # in the list
        ("gpt-5-mini", "gpt-5-mini-2099-08-07", "estimated"),
        ("gpt-5-mini", "gpt-5-mini-20990807", "estimated"),
        ("gpt-5-mini", "gpt-5-mini-max-2099-08-07", "unknown"),
        ("gpt-5-mini", "nobody-2099-08-07", "unknown"),
        ("", "gpt-5-mini-2099-08-07", "unknown"),
        ("nobody", "nobody-2099-08-07", "unknown"),
    ],
)
def test_a_version_that_is_newer_than_the_list_costs_what_its_model_does(
    prices: Prices, asked: str, answered: str, basis: str
) -> None:
    exchange = an_exchange(
        proxy=a_proxy(provider="openai"),
        call=a_call(target=asked),
        reply=a_reply(response_model=answered, usage=ADVICE),
    )
    found = cost_of(exchange, ADVICE, prices, ())
    assert (found.nano, found.basis) == (None if basis == "unknown" else 1_000 * 250 + 100 * 2_000, basis)


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
        call = FORWARDED[Kind.LLM].decode(head, body, provider)
        exchange = an_exchange(proxy=a_proxy(provider=provider), call=call, started_us=WHEN_TIERS_ARE_LISTED)
        found = most_of(exchange, prices, 1_000)
        assert found is not None
        return found

    plain = most('"store":false' if provider == "openai" else '"top_k":1')
    assert round(most(asked) / plain, 1) == times


@pytest.mark.parametrize("limit", ["", '"max_tokens":1000,'])
@pytest.mark.parametrize(
    "asked", ['"n":100', '"n":1,"best_of":100', '"generationConfig":{"candidateCount":100}']
)
def test_the_most_that_a_call_may_cost_is_of_all_its_answers(prices: Prices, asked: str, limit: str) -> None:
    body = f'{{"model":"gpt-5-mini",{limit}{asked}}}'.encode()
    head = RequestHead("POST", "/v1/completions", "", HeaderList(), "127.0.0.1")
    call = FORWARDED[Kind.LLM].decode(head, body, "openai")
    found = most_of(an_exchange(proxy=a_proxy(provider="openai"), call=call), prices, 1_000)
    assert found is not None and 100 * 1_000 * 2_000 <= found < 101 * 1_000 * 2_000


@pytest.mark.parametrize("asked", ['"max_tokens":1000000000', '"max_tokens":400000,"n":1000000000'])
def test_no_call_keeps_more_than_its_model_can_give(prices: Prices, asked: str) -> None:
    """Or who asks for more than there is keeps what others may spend."""
    call = FORWARDED[Kind.LLM].decode(a_head(), f'{{"model":"gpt-5-mini",{asked}}}'.encode(), "openai")
    found = most_of(an_exchange(proxy=a_proxy(provider="openai"), call=call), prices, 1_000)
    window, price = 400_000, 2_000
    assert found is not None and window * price <= found < 129 * window * price


@pytest.mark.parametrize(
    ("path", "body", "known"),
    [
        ("/v1/batches", {"input_file_id": "file-1", "endpoint": "/v1/responses"}, True),
        ("/v1/messages/batches", {"requests": [{"params": {"model": "claude-haiku-4-5"}}]}, True),
        (
            "/v1/messages/batches",
            {"requests": [{"params": {"model": model}} for model in ("claude-haiku-4-5", "nobody-9")]},
            False,
        ),
        ("/v1beta/models/gemini-2.5-flash:batchGenerateContent", {"batch": {}}, True),
        ("/v1beta/models/nobody-9:batchGenerateContent", {"batch": {}}, False),
    ],
)
def test_a_batch_may_be_made_unless_the_price_of_a_model_in_it_is_unknown(
    prices: Prices, path: str, body: dict[str, object], *, known: bool
) -> None:
    provider = "anthropic" if "messages" in path else "google" if "v1beta" in path else "openai"
    call = FORWARDED[Kind.LLM].decode(a_head(path=path), json.dumps(body).encode(), provider)
    most = most_of(an_exchange(proxy=a_proxy(provider=provider), call=call), prices, 1_000)
    assert bool(most) is known and most != 0
    at_home = an_exchange(proxy=a_proxy(provider="ollama"), call=call)
    assert most_of(at_home, prices, 1_000) == 0


@pytest.mark.parametrize(
    ("provider", "upstream", "path", "model", "times"),
    [
        ("openai", "https://api.openai.com", "/v1/responses", "gpt-5.4", 1),
        ("openai", "https://eu.api.openai.com", "/v1/responses", "gpt-5.4-mini", 1.1),
        ("openai", "https://eu.api.openai.com/v1", "/responses", "gpt-5.5", 1.1),
        ("openai", "https://eu.api.openai.com", "/v1/responses", "gpt-5", 1),
        ("openai", "https://eu.api.openai.com", "/v1/chat/completions", "gpt-4o", 1),
        (
            "google",
            "https://us-east5-aiplatform.googleapis.com",
            "us-east5",
            "claude-sonnet-4-5-20250929",
            1.1,
        ),
        ("google", "https://aiplatform.eu.rep.googleapis.com", "eu", "claude-opus-4-8", 1.1),
        ("google", "https://aiplatform.googleapis.com", "global", "claude-opus-4-8", 1),
        ("google", "https://us-east5-aiplatform.googleapis.com", "us-east5", "claude-3-5-haiku-20241022", 1),
    ],
)
def test_some_regions_cost_a_tenth_more(
    prices: Prices, provider: str, upstream: str, path: str, model: str, times: float
) -> None:
    if provider == "google":
        path = f"/v1/projects/p/locations/{path}/publishers/anthropic/models/{model}:rawPredict"
    usage = Usage(100_000, output=10_000)
    exchange = an_exchange(
        proxy=a_proxy(provider=provider, upstream=upstream),
        request=RequestHead("POST", path, "", HeaderList(), "127.0.0.1"),
        call=a_call(target=model),
        reply=a_reply(response_model=model, usage=usage),
    )
    listed = prices.cost(provider, model, usage, exchange.started_us).nano
    assert listed
    assert cost_of(exchange, usage, prices, ()).nano == round(listed * times)
    assert not usage.regional


@pytest.mark.parametrize(
    ("provider", "status", "free"),
    [
        ("openai", 307, True),
        ("openai", 429, True),
        ("openai", 503, True),
        ("anthropic", 529, True),
        ("openai", 500, False),
        ("openai", 504, False),
        ("openai", 200, False),
        ("lmstudio", 200, True),
        ("self-hosted", 500, True),
    ],
)
def test_what_is_refused_or_runs_at_home_is_free(provider: str, status: int, *, free: bool) -> None:
    exchange = an_exchange(proxy=a_proxy(provider=provider), call=a_call(), reply=a_reply(status=status))
    assert was_free(exchange) is free


@pytest.mark.parametrize(("provider", "free"), [("openai", True), ("openai-like", True), ("mistral", False)])
def test_moderation_is_free_but_mistrals(provider: str, *, free: bool) -> None:
    head, call = a_head(path="/v1/moderations"), a_call(operation="other")
    exchange = an_exchange(proxy=a_proxy(provider=provider), request=head, call=call, reply=a_reply())
    assert was_free(exchange) is free


def test_what_may_have_been_lost_on_the_way_back_is_free_at_home_only() -> None:
    for provider, free in (("openai", False), ("ollama", True)):
        exchange = an_exchange(proxy=a_proxy(provider=provider), call=a_call())
        exchange.sent = True
        exchange.error = UpstreamFailed(Failure.BROKEN, "The upstream broke the connection")
        assert was_free(exchange) is free


@pytest.mark.parametrize("kind", [Failure.REFUSED, Failure.UNREACHED, Failure.TLS, Failure.CREDENTIAL])
def test_what_never_came_upstream_costs_nothing(kind: Failure) -> None:
    exchange = an_exchange(proxy=a_proxy(provider="openai"), call=a_call())
    exchange.sent = True
    exchange.error = UpstreamFailed(kind, "The upstream cannot be reached")
    assert was_free(exchange)


def test_a_caller_who_left_before_anything_was_sent_pays_nothing() -> None:
    exchange = an_exchange(proxy=a_proxy(provider="openai"), call=a_call())
    exchange.abandoned = True
    assert was_free(exchange)


def test_a_list_of_models_that_did_not_come_costs_nothing() -> None:
    request = RequestHead("GET", "/v1/models", "", HeaderList(), "127.0.0.1")
    exchange = an_exchange(
        proxy=a_proxy(provider="openai"), request=request, call=a_call(operation="models", body=b"")
    )
    exchange.sent = True
    exchange.error = UpstreamFailed(Failure.TIMEOUT, "The upstream did not answer in time")
    assert was_free(exchange)
