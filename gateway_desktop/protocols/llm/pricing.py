"""Cost of a Usage, by the data of genai-prices, flattened to a few whole numbers per model.

Why flattened: the library's own `calc_price` takes 0.3 ms, its look-up of a model more, its import 0.6 s.
Here a model is looked up once, its rates once a minute (some change by the hour), and a cost is a sum.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from gateway_desktop.core.clock import MINUTE_US, datetime_of
from gateway_desktop.core.reply import (
    ANNOTATED_PAGES,
    BILLED_UNITS,
    LONG_WRITTEN,
    NO_TOKENS,
    OWN_SEARCHES,
    SEARCH_QUERIES,
    STORED_TOKENS,
    Basis,
    Usage,
)
from gateway_desktop.protocols.llm.known_provider import provider_named

SANDBOX = "sandbox"  # the practice upstream costs nothing
DECISIONS = "openai-decisions"  # in the price data: OpenAI's endpoint of which only the input is paid
_K = TypeVar("_K")
_V = TypeVar("_V")
_REMEMBERED = 4_096
_SCALE = 10**12  # of a price, so that it is a whole number
# What a usage counts.
_FAMILIES = frozenset({"tokens", "durations", "characters", "document_pages", "tool_calls", "requests"})
_UPSTREAMS = "the upstream itself"
_AMAZON = (".amazonaws.com", ".api.aws")  # the second: of Bedrock's endpoint in OpenAI's shape
_DEARER_OR_CHEAPER = frozenset(
    {
        *("batch", "deferred", "fast", "flex", "offpeak", "performance", "priority"),
        *("provisioned_throughput", "scale", "ultrafast"),
    }
)
# Models of OpenAI that take money for searches, and tell no number.
_SEARCH_ALWAYS = ("-search-preview", "-search-api")
# What costs more than the text it is counted among, or beside all tokens: not known where no price is listed.
_CALLS = (
    *("web_searches", "storage_searches", "containers", "map_searches", "drawn_images", STORED_TOKENS),
    *("connector_calls", LONG_WRITTEN, ANNOTATED_PAGES, OWN_SEARCHES, *BILLED_UNITS),
)
_SOUND = ("input_audio_tokens", "output_audio_tokens")
_EXTRA = {
    "web_search_requests": "web_searches",
    SEARCH_QUERIES: "web_searches",
    "file_searches": "storage_searches",
}  # ours to theirs; others have the same name
_SEARCHES_BY_PROMPT = "gemini-2"  # however many queries one led to; later models are paid by the query


@dataclass(frozen=True, slots=True)
class Cost:
    """What an exchange cost in 1e-9 US dollars, None where nobody knows; how sure; by which table."""

    nano: int | None
    basis: str
    version: str


@dataclass(frozen=True, slots=True)
class _Line:
    """One price: of what, from how many input tokens on (the highest first), and what is counted apart."""

    unit: str
    steps: tuple[tuple[int, int], ...]
    within: tuple[str, ...]  # units of more exact lines, whose counts are not paid here again
    factor: int

    def rate(self, total_input: int) -> int:
        """Return the price for a request of so many input tokens."""
        for start, price in self.steps:
            if total_input > start:
                return price
        raise AssertionError("the last step starts below zero")


class Rates:
    """All prices of one model at one time."""

    def __init__(self, lines: tuple[_Line, ...], apart: tuple[str, ...]) -> None:
        self._lines = lines  # the most exact first
        self._for: dict[tuple[str, ...], tuple[_Line, ...]] = {}  # those that some counts are sold by
        units = {line.unit for line in lines}
        self._unsold = tuple(unit for unit in apart if unit not in units)
        self._units = units
        self._sells_input = any(unit.startswith("input_") and unit.endswith("_tokens") for unit in units)
        self._sells_output = any(unit.startswith("output_") and unit.endswith("_tokens") for unit in units)

    def rise_by(self, total_input: int) -> bool:
        """Return whether as much input costs more in one request than in several."""
        return any(line.rate(total_input) != line.rate(0) for line in self._lines)

    def cost(self, counts: Mapping[str, int], *, regional: bool) -> int | None:
        """Return the same with what a region costs: a tenth of the tokens' price, not of searches'."""
        nano = self.nano(counts)
        if nano is None or not regional:
            return nano
        tokens = self.nano({name: count for name, count in counts.items() if name.endswith("_tokens")})
        return nano + round((tokens or 0) / 10)

    def nano(self, counts: Mapping[str, int]) -> int | None:
        """Return the cost in 1e-9 US dollars; None for what this model is not sold by."""
        total_input = counts.get("input_tokens", 0)
        if not self._sells(counts):
            return None
        units = tuple(counts)
        lines = self._for.get(units)
        if lines is None:
            sold = tuple(line for line in self._lines if line.unit in counts or line.unit == "requests")
            lines = self._for[units] = sold
        total = 0
        paid: dict[str, int] = {}
        for line in lines:
            unit = line.unit
            count = counts.get(unit, 1)
            if not count:
                continue
            if paid:
                for other in line.within:
                    count -= paid.get(other, 0)
            if count > 0:
                paid[unit] = count
                total += count * line.rate(total_input) * line.factor
        return (total + _WHOLE // 2) // _WHOLE

    def _sells(self, counts: Mapping[str, int]) -> bool:
        """Return whether this model is sold by what was counted: seconds, characters, pages, or tokens."""
        if any(counts.get(unit) for unit in self._unsold):
            return False
        for unit in NO_TOKENS:
            if counts.get(unit):
                return unit in self._units
        return self._sells_input and (self._sells_output or not counts.get("output_tokens"))


_WHOLE = _SCALE * 1_000  # a line's total, in 1e-9 US dollars


class Prices:
    """The price table; used by one thread."""

    def __init__(self, snapshot: Any, version: str) -> None:
        self._snapshot = snapshot
        self.version = f"genai-prices {version}"
        self._models: OrderedDict[tuple[str, str], Any] = OrderedDict()
        self._rates: OrderedDict[tuple[str, str, str | None], tuple[int, Rates | None]] = OrderedDict()

    def cost(
        self, provider: str, model: str, usage: Usage, at_us: int, service_tier: str | None = None
    ) -> Cost:
        """Return the cost at that time (microseconds since 1970 UTC); an unknown model is not free.

        `provider` is the name of one we know, or an upstream's address.
        """
        if provider == SANDBOX or provider_named(provider).local:
            return Cost(0, str(usage.basis), self.version)
        if usage.charged_nano is not None:
            return Cost(usage.charged_nano, str(usage.basis), _UPSTREAMS)
        nano = None
        if model and not usage.credited and (usage.input is not None or usage.without_tokens):
            rates = self._rates_of(provider, model, at_us, service_tier)
            if rates is not None and not (usage.summed and rates.rise_by(usage.input or 0)):
                nano = rates.cost(_counts(usage, model), regional=usage.regional)
        return Cost(nano, str(Basis.UNKNOWN if nano is None else usage.basis), self.version)

    def window(self, provider: str, model: str) -> int | None:
        """Return how many tokens a model takes and gives at most, as far as the list says."""
        found = self._model(provider, model)
        return None if found is None else found.context_window

    def _rates_of(self, provider: str, model: str, at_us: int, tier: str | None) -> Rates | None:
        found = self._model(provider, model)
        if found is None:
            return None
        key, minute = (provider, model, tier), at_us // MINUTE_US
        known = self._rates.get(key)
        if known is not None and known[0] == minute:
            return known[1]
        at = datetime_of(at_us)
        seller = provider_named(provider).prices or ("aws" if _is_amazon(provider) else "")
        rates = self._at(found, at, tier.lower() if tier else "", seller)
        _remember(self._rates, key, (minute, rates))
        return rates

    def _at(self, found: Any, at: datetime, tier: str, seller: str) -> Rates | None:
        """Return a model's prices in a tier; None where it has others there, not listed.

        Batches have them everywhere, other tiers at providers that we know and at Amazon: others name theirs
        as they like.
        """
        # Google's sound may cost what text does.
        apart = _CALLS if seller == "google" else _CALLS + _SOUND
        standard = found.get_prices(at)
        if not tier:
            return _flattened(standard, apart)
        price = found.get_prices(at, dict.fromkeys(("service_tier", "speed", "processing"), tier))
        known = bool(seller) or tier == "batch"
        unlisted = known and tier in _DEARER_OR_CHEAPER and vars(price) == vars(standard)
        return None if unlisted else _flattened(price, apart)

    def _model(self, provider: str, model: str) -> Any:
        key = (provider, model)
        if key not in self._models:
            _remember(self._models, key, self._look_up(provider, model))
        return self._models[key]

    def _look_up(self, provider: str, model: str) -> Any:
        """Return the library's model: of the provider, or of whoever is known for a model of this name.

        Whoever is known by the address (Groq, OpenRouter, ...) sells others' models at prices of their own:
        one that is not among them is not known.
        """
        prices = provider if provider == DECISIONS else provider_named(provider).prices
        maker = f"{prices}/" if prices == "google" else ""  # so Vertex AI names them in OpenAI's shape
        name = model.removeprefix("models/").removeprefix(maker)
        if any(part in name for part in _SEARCH_ALWAYS):
            return None
        if "://" in provider:
            try:
                known = "aws" if _is_amazon(provider) else None
                seller = self._snapshot.find_provider(None, known, provider)
            except LookupError:
                pass
            else:
                return seller.find_model(name, all_providers=self._snapshot.providers)
        named: list[str | None] = [prices] if prices else []
        if not prices or prices == "azure":  # which sells others' models too
            named += [None, "litellm"] if "/" in name else [None, "openai"]
        for provider_id in named:
            try:
                return self._snapshot.find_provider_model(name, None, provider_id, None)[1]
            except LookupError:
                continue
        return None


def _is_amazon(upstream: str) -> bool:
    return any(end in upstream for end in _AMAZON)


def load_prices() -> Prices:
    """Read the price data; takes most of a second, so not on the way to the first window."""
    # Late on purpose: the import alone takes 0.6 s.
    import genai_prices
    from genai_prices.data_snapshot import get_snapshot

    prices = Prices(get_snapshot(), genai_prices.__version__)
    prices.cost("openai", "gpt-4o-mini", Usage(input=1, output=1), 0)  # what is built late is built now
    return prices


def _counts(usage: Usage, model: str) -> dict[str, int]:
    """Return the counts under the library's names."""
    counts = {"input_tokens": usage.input or 0, "output_tokens": usage.output or 0}
    if cached := usage.cached:
        counts["cache_read_tokens"] = cached
    if written := usage.cache_write:
        counts["cache_write_tokens"] = written
        counts["cache_write_1h_tokens"] = min(usage.cache_write_1h or 0, written)
    if reasoning := usage.reasoning:
        counts["output_reasoning_tokens"] = reasoning
    for name, count in usage.extra.items():
        counts[_EXTRA.get(name, name)] = count
    if SEARCH_QUERIES in usage.extra and _SEARCHES_BY_PROMPT in model:
        counts["web_searches"] = 1
    return counts


def _flattened(price: Any, apart: tuple[str, ...] = ()) -> Rates:
    # Late on purpose, with the library itself.
    from genai_prices.units import _get_registry

    registry = _get_registry()
    priced = []
    for key, value in vars(price).items():
        unit = registry.unit_for_price_key(key)
        if value is not None and unit.dimensions.get("family") in _FAMILIES:
            priced.append((unit, value))
    priced.sort(key=lambda each: (-len(each[0].dimensions), each[0].usage_key))
    lines = []
    for unit, value in priced:
        within = tuple(
            other.usage_key
            for other, _ in priced
            if other is not unit and unit.dimensions.items() <= other.dimensions.items()
        )
        lines.append(_Line(unit.usage_key, _steps(value), within, _SCALE // unit.per))
    return Rates(tuple(lines), apart)


def _steps(value: Any) -> tuple[tuple[int, int], ...]:
    """Return a price by the input from which it holds, the highest first."""
    tiers = [(tier.start, int(tier.price * _SCALE)) for tier in getattr(value, "tiers", ())]
    base = (-1, int(getattr(value, "base", value) * _SCALE))
    return (*sorted(tiers, reverse=True), base)


def _remember(cache: OrderedDict[_K, _V], key: _K, value: _V) -> None:
    cache[key] = value
    if len(cache) > _REMEMBERED:
        cache.popitem(last=False)
