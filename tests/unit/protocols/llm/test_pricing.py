"""Costs: the flattened rates say what the library says."""

from datetime import UTC, datetime
from typing import Any

import genai_prices
import pytest
from genai_prices.data import providers

from gateway_desktop.core.reply import Basis, Usage
from gateway_desktop.protocols.llm.pricing import Prices, load_prices
from gateway_desktop.protocols.llm.usage import anthropic_usage

NOW_US = 1_795_000_000_000_000
DAYS = [
    datetime(2024, 6, 1, 12, tzinfo=UTC),
    datetime(2025, 9, 1, 3, tzinfo=UTC),  # in DeepSeek's cheap hours
    datetime(2025, 9, 1, 18, tzinfo=UTC),
    datetime(2026, 11, 20, 9, tzinfo=UTC),
]
USAGES = (
    Usage(input=1_000, output=100),
    Usage(input=150_000, cached=100_000, output=3_000),
    Usage(input=250_000, cached=10_000, cache_write=20_000, output=5_000),
    Usage(input=300_000, cached=299_999, output=1),
    Usage(input=90_000, cached=0, cache_write=40_000, cache_write_1h=30_000, output=0),
    Usage(input=1, output=1),
    Usage(input=0, output=0),
)


@pytest.fixture(scope="module")
def prices() -> Prices:
    return load_prices()


def counts(usage: Usage) -> genai_prices.Usage:
    known = {
        "input_tokens": usage.input,
        "cache_read_tokens": usage.cached,
        "cache_write_tokens": usage.cache_write,
        "cache_write_1h_tokens": usage.cache_write_1h,
        "output_tokens": usage.output,
    }
    return genai_prices.Usage(**{name: count for name, count in known.items() if count is not None})


def theirs(provider: str, model: str, usage: Usage, at: datetime, **more: Any) -> float:
    price = genai_prices.calc_price(
        counts(usage), model, provider_id=provider, genai_request_timestamp=at, **more
    )
    return float(price.total_price * 1_000_000_000)


def us(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)


@pytest.mark.parametrize("at", DAYS, ids=str)
@pytest.mark.parametrize("provider", ["openai", "anthropic", "google"])
def test_every_model_costs_what_the_library_says(prices: Prices, provider: str, at: datetime) -> None:
    checked = 0
    for model in next(known.models for known in providers if known.id == provider):
        for usage in USAGES:
            ours = prices.cost(provider, model.id, usage, us(at)).nano
            if ours is not None:
                assert ours == pytest.approx(theirs(provider, model.id, usage, at), abs=0.51), (
                    model.id,
                    usage,
                )
                checked += 1
    assert checked > 100


def test_prices_of_every_other_provider_are_read_alike() -> None:
    """By the library's own names: the providers that a proxy can have are fewer."""
    from gateway_desktop.protocols.llm.pricing import _counts, _flattened

    checked = 0
    for provider in providers:
        for model in provider.models[:40]:
            for at in DAYS[1:3]:
                ours = _flattened(model.get_prices(at)).nano(_counts(USAGES[2], model.id))
                if ours is not None:
                    price = model.calc_price(counts(USAGES[2]), provider, genai_request_timestamp=at)
                    expected = float(price.total_price * 1_000_000_000)
                    assert ours == pytest.approx(expected, abs=0.51), (provider.id, model.id)
                    checked += 1
    assert checked > 800


def test_a_price_that_changed_is_the_one_of_its_day(prices: Prices) -> None:
    days = [datetime(year, month, 2, tzinfo=UTC) for year in (2024, 2025, 2026) for month in range(1, 12, 2)]
    changed = 0
    for model in next(known.models for known in providers if known.id == "openai"):
        costs = []
        for at in days:
            cost = prices.cost("openai", model.id, USAGES[1], us(at)).nano
            if cost is not None:
                assert cost == pytest.approx(theirs("openai", model.id, USAGES[1], at), abs=0.51), (
                    model.id,
                    at,
                )
                costs.append(cost)
        changed += len(set(costs)) > 1
    assert changed


def test_a_service_tier_has_its_own_price(prices: Prices) -> None:
    flex = prices.cost("openai", "gpt-5", USAGES[0], us(DAYS[3]), "flex").nano
    expected = theirs("openai", "gpt-5", USAGES[0], DAYS[3], price_context={"service_tier": "flex"})
    assert flex == expected
    standard = prices.cost("openai", "gpt-5", USAGES[0], us(DAYS[3]), "default").nano
    assert standard == theirs("openai", "gpt-5", USAGES[0], DAYS[3]) == 2 * flex


def test_batches_and_fast_answers_have_their_own_prices(prices: Prices) -> None:
    for tier, when in (("batch", "processing"), ("fast", "speed")):
        ours = prices.cost("anthropic", "claude-opus-4-8", USAGES[0], us(DAYS[3]), tier).nano
        expected = theirs("anthropic", "claude-opus-4-8", USAGES[0], DAYS[3], price_context={when: tier})
        assert ours == expected != prices.cost("anthropic", "claude-opus-4-8", USAGES[0], us(DAYS[3])).nano


@pytest.mark.parametrize(
    ("provider", "model", "tier"),
    [
        ("anthropic", "claude-opus-4-8", "priority"),
        ("google", "gemini-2.5-flash", "FLEX"),
        ("google", "gemini-2.5-flash", "PROVISIONED_THROUGHPUT"),
        ("openai", "gpt-4o-mini", "scale"),
        ("openai", "gpt-5.6-sol", "ultrafast"),
        ("https://bedrock-runtime.us-east-1.amazonaws.com", "amazon.nova-lite-v1:0", "priority"),
        ("https://bedrock-runtime.us-east-1.amazonaws.com", "amazon.nova-lite-v1:0", "performance"),
    ],
)
def test_a_tier_that_is_not_in_the_list_has_no_known_price(
    prices: Prices, provider: str, model: str, tier: str
) -> None:
    assert prices.cost(provider, model, USAGES[0], us(DAYS[3]), "standard").nano
    cost = prices.cost(provider, model, USAGES[0], us(DAYS[3]), tier)
    assert (cost.nano, cost.basis) == (None, "unknown")


def test_a_batch_has_no_known_price_where_none_is_listed_whoever_sells(prices: Prices) -> None:
    def nano(model: str, tier: str | None) -> int | None:
        return prices.cost("https://api.groq.com/openai", model, USAGES[0], NOW_US, tier).nano

    listed, unlisted = "openai/gpt-oss-120b", "llama-3.3-70b-versatile"
    assert nano(unlisted, None) and nano(unlisted, "batch") is None
    standard, batch = nano(listed, None), nano(listed, "batch")
    assert standard and batch == standard // 2


def test_a_sum_of_requests_is_unknown_where_long_ones_cost_more(prices: Prices) -> None:
    def nano(model: str, input: int) -> int | None:
        used = Usage(input=input, output=100, summed=True)
        return prices.cost("anthropic", model, used, us(DAYS[3]), "batch").nano

    assert nano("claude-sonnet-4-5", 250_000) is None
    assert nano("claude-sonnet-4-5", 100_000) == 100_000 * 1_500 + 100 * 7_500
    assert nano("claude-opus-4-8", 250_000) == 250_000 * 2_500 + 100 * 12_500


def test_one_region_costs_a_tenth_of_the_tokens_more(prices: Prices) -> None:
    searches = {"web_search_requests": 2}
    at_home = Usage(input=1_000, output=100, extra=searches, regional=True)
    anywhere = Usage(input=1_000, output=100, extra=searches)
    less, more = (
        prices.cost("anthropic", "claude-opus-4-8", used, NOW_US).nano for used in (anywhere, at_home)
    )
    assert (less, more) == (27_500_000, 28_250_000)
    unsold = Usage(input=1_000, output=100, extra={"input_audio_tokens": 10}, regional=True)
    assert prices.cost("anthropic", "claude-opus-4-8", unsold, NOW_US).nano is None


def test_what_the_upstream_charges_is_the_cost(prices: Prices) -> None:
    cost = prices.cost("openai-like", "gpt-4o-mini", Usage(1_000, output=10, charged_nano=1_234), NOW_US)
    assert (cost.nano, cost.basis, cost.version) == (1_234, "reported", "the upstream itself")
    assert prices.cost("ollama", "qwen3", Usage(1_000, output=10, charged_nano=1_234), NOW_US).nano == 0


def test_audio_in_the_cache_is_paid_once(prices: Prices) -> None:
    extra = {"input_audio_tokens": 10_000, "cache_audio_read_tokens": 9_000}
    cost = prices.cost("google", "gemini-2.5-flash", Usage(10_000, 9_000, output=0, extra=extra), NOW_US)
    assert cost.nano == 1_000 * 1_000 + 9_000 * 100


@pytest.mark.parametrize(
    ("provider", "model", "same_as"),
    [
        ("openai", "gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("anthropic", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("google", "models/gemini-2.5-flash", "gemini-2.5-flash"),
        ("azure", "gpt-4o-mini", "gpt-4o-mini"),
        ("openai-like", "gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("openai-like", "claude-sonnet-4-5", "claude-sonnet-4-5"),
        ("openai-like", "text-embedding-3-small", "text-embedding-3-small"),
        ("openai-like", "anthropic/claude-sonnet-4-5", "claude-sonnet-4-5"),
    ],
)
def test_a_model_is_found_as_the_library_finds_it(
    prices: Prices, provider: str, model: str, same_as: str
) -> None:
    owner = {"gpt": "openai", "cla": "anthropic", "gem": "google", "tex": "openai"}[same_as[:3]]
    usage = Usage(input=1_000, output=0)
    cost = prices.cost(provider, model, usage, NOW_US)
    assert cost.nano == prices.cost(owner, same_as, usage, NOW_US).nano is not None


@pytest.mark.parametrize(
    ("address", "model", "seller"),
    [
        ("https://api.groq.com/openai", "llama-3.3-70b-versatile", "groq"),
        ("https://api.groq.com/openai/v1", "openai/gpt-oss-120b", "groq"),
        ("https://openrouter.ai/api/v1", "openai/gpt-oss-120b", "openrouter"),
        ("https://api.deepseek.com", "deepseek-chat", "deepseek"),
        ("https://api.mistral.ai", "mistral-small-latest", "mistral"),
        ("https://api.x.ai/v1", "grok-4-0709", "x-ai"),
        ("https://api.together.xyz", "openai/gpt-oss-120b", "together"),
    ],
)
def test_who_is_known_by_the_address_sells_at_prices_of_their_own(
    prices: Prices, address: str, model: str, seller: str
) -> None:
    usage = Usage(input=1_000_000, cached=400_000, output=100_000)
    cost = prices.cost(address, model, usage, us(DAYS[3])).nano
    assert cost == pytest.approx(theirs(seller, model, usage, DAYS[3]), abs=1)


def test_what_a_known_seller_does_not_sell_has_no_price(prices: Prices) -> None:
    assert prices.cost("https://api.groq.com/openai", "gpt-4o-mini", USAGES[0], NOW_US).nano is None
    elsewhere = prices.cost("https://llm.example.com", "gpt-4o-mini", USAGES[0], NOW_US)
    assert elsewhere.nano == prices.cost("openai", "gpt-4o-mini", USAGES[0], NOW_US).nano is not None


def test_searches_are_paid_by_the_call(prices: Prices) -> None:
    plain, searched = Usage(input=10, output=1), Usage(input=10, output=1, extra={"web_search_requests": 2})
    searched.extra["file_searches"] = 1
    known = prices.cost("openai", "gpt-5-mini", plain, NOW_US).nano
    cost = prices.cost("openai", "gpt-5-mini", searched, NOW_US).nano
    assert known is not None and cost == known + 22_500_000


@pytest.mark.parametrize("provider", ["openai", "anthropic", "azure", "openai-like", "no-such-provider"])
def test_a_model_nobody_knows_is_unknown_and_not_free(prices: Prices, provider: str) -> None:
    cost = prices.cost(provider, "no-such-model-at-all", USAGES[0], NOW_US)
    assert (cost.nano, cost.basis) == (None, "unknown")


@pytest.mark.parametrize("usage", USAGES)
def test_what_is_sold_by_the_hour_is_unknown_by_the_token(prices: Prices, usage: Usage) -> None:
    assert prices.cost("openai", "whisper-1", usage, NOW_US).nano is None


@pytest.mark.parametrize(
    ("provider", "model", "nano"),
    [
        ("openai", "whisper-1", 6_000_000),
        ("openai", "gpt-transcribe", 4_500_000),
        ("https://api.mistral.ai", "voxtral-mini-latest", 3_000_000),
        ("openai", "gpt-4o-transcribe", None),  # sold by tokens, of which nothing is known
    ],
)
def test_sound_is_paid_by_its_length(prices: Prices, provider: str, model: str, nano: int | None) -> None:
    minute = Usage(extra={"input_audio_seconds": 60})
    assert prices.cost(provider, model, minute, NOW_US).nano == nano


def test_sound_in_a_chat_is_paid_beside_its_tokens(prices: Prices) -> None:
    chat = Usage(input=1_000, output=100, extra={"input_audio_seconds": 60})
    cost = prices.cost("https://api.mistral.ai", "voxtral-small-latest", chat, NOW_US)
    assert cost.nano == 1_000 * 100 + 100 * 400 + 4_000_000


def test_no_usage_is_no_cost_that_anybody_knows(prices: Prices) -> None:
    assert prices.cost("openai", "gpt-4o-mini", Usage(), NOW_US).nano is None
    assert prices.cost("openai", "", USAGES[0], NOW_US).nano is None


def test_upstreams_on_this_machine_cost_an_explicit_zero(prices: Prices) -> None:
    for name in ("ollama", "lmstudio", "self-hosted", "sandbox"):
        cost = prices.cost(name, "gpt-oss-120b", USAGES[0], NOW_US)
        assert (cost.nano, cost.basis) == (0, "reported")


def test_cached_tokens_are_not_paid_twice(prices: Prices) -> None:
    whole = prices.cost("anthropic", "claude-sonnet-4-5", Usage(input=10_000, output=0), NOW_US).nano
    cached = prices.cost(
        "anthropic", "claude-sonnet-4-5", Usage(input=10_000, cached=10_000, output=0), NOW_US
    ).nano
    assert (whole, cached) == (30_000_000, 3_000_000)


def test_an_hour_in_the_cache_costs_more_than_five_minutes(prices: Prices) -> None:
    short = Usage(input=1_000, cache_write=1_000, output=0)
    long = Usage(input=1_000, cache_write=1_000, cache_write_1h=1_000, output=0)
    assert prices.cost("anthropic", "claude-sonnet-4-5", short, NOW_US).nano == 3_750_000
    assert prices.cost("anthropic", "claude-sonnet-4-5", long, NOW_US).nano == 6_000_000


def test_more_cached_than_there_was_is_not_paid_back(prices: Prices) -> None:
    cost = prices.cost("openai", "gpt-4o-mini", Usage(input=10, cached=1_000, output=0), NOW_US).nano
    assert cost is not None and cost >= 0


def test_searches_are_paid_beside_the_tokens(prices: Prices) -> None:
    usage = Usage(input=0, output=0, extra={"web_search_requests": 3})
    assert prices.cost("anthropic", "claude-sonnet-4-5", usage, NOW_US).nano == 30_000_000


@pytest.mark.parametrize(
    ("model", "most"), [("gemini-2.5-flash", 35_000_000), ("gemini-3.1-flash-lite", 28_000_000)]
)
def test_googles_searches_are_paid_by_the_prompt_later_by_the_query(
    prices: Prices, model: str, most: int
) -> None:
    usage = Usage(input=0, output=0, basis=Basis.ESTIMATED, extra={"search_queries": 2})
    cost = prices.cost("google", model, usage, NOW_US)
    assert (cost.nano, cost.basis) == (most, "estimated")


def test_audio_tokens_have_their_own_price(prices: Prices) -> None:
    usage = Usage(input=1_000, output=500, extra={"input_audio_tokens": 800})
    plain = prices.cost("google", "gemini-2.5-flash", Usage(input=1_000, output=500), NOW_US).nano
    audio = prices.cost("google", "gemini-2.5-flash", usage, NOW_US).nano
    assert plain is not None and audio is not None
    assert audio > plain


@pytest.mark.parametrize(
    ("provider", "model", "extra"),
    [
        ("openai", "gpt-4o-audio-preview", {"output_audio_tokens": 80}),
        ("openai", "gpt-4o-audio-preview", {"input_audio_tokens": 80}),
        ("google", "claude-sonnet-4-5", {"web_search_requests": 1}),  # of Vertex AI
        ("google", "gemini-2.5-flash", {"map_searches": 1}),
        ("google", "gemini-2.5-flash", {"stored_tokens": 1_000}),
        ("openai", "gpt-5.4", {"drawn_images": 1}),
        ("openai", "gpt-5.4", {"containers": 1}),
        ("openai", "gpt-4o-search-preview", {}),  # a search for every answer, whose number is not told
        ("openai", "gpt-5-search-api", {}),
    ],
)
def test_what_is_paid_apart_and_has_no_price_leaves_the_whole_unknown(
    prices: Prices, provider: str, model: str, extra: dict[str, int]
) -> None:
    cost = prices.cost(provider, model, Usage(input=1_000, output=100, extra=extra), NOW_US)
    assert (cost.nano, cost.basis) == (None, "unknown")
    assert prices.cost(provider, model, Usage(input=1_000, output=100), NOW_US).nano or not extra


@pytest.mark.parametrize(
    "told",
    [
        {"fallback_credit": {"status": {"type": "redeemed"}}},
        {"iterations": [{"type": "message"}, {"type": "fallback_message", "model": "claude-opus-4-8"}]},
    ],
)
def test_what_was_written_to_the_cache_on_credit_is_unknown(prices: Prices, told: dict[str, object]) -> None:
    """It is paid at the price of reading, as far as the model that declined had it in its cache."""

    def cost(**more: object) -> int | None:
        usage = anthropic_usage({"input_tokens": 10, "output_tokens": 5, **more})
        return prices.cost("anthropic", "claude-opus-4-8", usage, NOW_US).nano

    assert cost(**told) == cost()
    assert cost(cache_creation_input_tokens=900)
    assert cost(cache_creation_input_tokens=900, **told) is None


def test_output_without_input_is_no_whole_cost(prices: Prices) -> None:
    assert prices.cost("openai", "gpt-4o-mini", Usage(output=100), NOW_US).nano is None


@pytest.mark.parametrize("basis", [Basis.REPORTED, Basis.PARTIAL, Basis.ESTIMATED])
def test_the_basis_is_that_of_the_usage_and_the_table_is_named(prices: Prices, basis: Basis) -> None:
    cost = prices.cost("openai", "gpt-4o-mini", Usage(input=10, output=10, basis=basis), NOW_US)
    assert (cost.basis, cost.version) == (basis, f"genai-prices {genai_prices.__version__}")


def test_vertex_ai_names_its_makers_in_the_shape_of_openai(prices: Prices) -> None:
    used = Usage(1_000, output=100)
    here, there = (
        prices.cost("google", name, used, NOW_US).nano
        for name in ("gemini-2.5-flash", "google/gemini-2.5-flash")
    )
    assert here and here == there


def test_both_endpoints_of_amazon_have_its_prices(prices: Prices) -> None:
    used, model = Usage(1_000, output=100), "anthropic.claude-opus-4-7"
    ends = ("runtime.us-east-1.amazonaws.com", "mantle.us-east-1.api.aws/anthropic")
    first, second = (prices.cost(f"https://bedrock-{end}", model, used, NOW_US).nano for end in ends)
    assert first and first == second
    assert prices.cost("https://bedrock-mantle.us-east-1.api.aws", "nobody-9", used, NOW_US).nano is None


def test_connectors_leave_the_cost_unknown(prices: Prices) -> None:
    used = Usage(1_000, output=100, extra={"connector_calls": 1})
    assert prices.cost("mistral", "mistral-medium-latest", used, NOW_US).nano is None
