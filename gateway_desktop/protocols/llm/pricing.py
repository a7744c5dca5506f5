"""Cost of a Usage, from the genai-prices data, flattened to a few rates per model.

Why flattened: the library's own `calc_price` takes 0.3 ms, a multiplication takes none. It is asked once per model and
hour (prices change by date, some by the time of day), and for what the rates here do not cover (audio tokens).
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway_desktop.core.reply import Basis, Usage

SANDBOX = "sandbox"  # the practice upstream costs nothing
_FREE = frozenset({"ollama", "lmstudio", SANDBOX})
_KNOWN = frozenset({"openai", "anthropic", "google", "azure"})  # the same names there
_HOUR_US = 3_600_000_000
_REMEMBERED = 2_000
_NANO = 1_000  # dollars a million tokens to billionths of a dollar a token
_AUDIO = ("input_audio_tokens", "output_audio_tokens")


@dataclass(frozen=True, slots=True)
class Cost:
    """What an exchange cost in 1e-9 US dollars, None where nobody knows; how sure; by which table."""

    nano: int | None
    basis: str
    version: str


@dataclass(frozen=True, slots=True)
class Rates:
    """1e-9 US dollars a token, from so many input tokens on."""

    start: int
    input: float
    cached: float
    cache_write: float
    cache_write_1h: float
    output: float

    def cost(self, usage: Usage) -> int:
        """Return what the usage costs; `input` is the total that includes what was cached."""
        cached, written = usage.cached or 0, usage.cache_write or 0
        hour = min(usage.cache_write_1h or 0, written)
        plain = max(0, (usage.input or 0) - cached - written)
        total = plain * self.input + cached * self.cached + (usage.output or 0) * self.output
        return round(total + (written - hour) * self.cache_write + hour * self.cache_write_1h)


class Prices:
    """The price table; used by one thread."""

    def __init__(self, version: str) -> None:
        self.version = f"genai-prices {version}"
        self._rates: OrderedDict[tuple[str, str, int], tuple[Rates, ...]] = OrderedDict()

    def cost(self, provider: str, model: str, usage: Usage, at_us: int) -> Cost:
        """Return the cost at that time (microseconds since 1970 UTC); an unknown model is unknown, not free."""
        if provider in _FREE:
            return Cost(0, str(usage.basis), self.version)
        if usage.input is None and usage.output is None:
            return self._unknown()
        rates = self._rates_of(provider, model, at_us)
        if not rates:
            return self._unknown()
        if any(usage.extra.get(name) for name in _AUDIO):
            return self._asked(provider, model, usage, at_us)
        fitting = next(rate for rate in rates if (usage.input or 0) > rate.start)
        return Cost(fitting.cost(usage), str(usage.basis), self.version)

    def _unknown(self) -> Cost:
        return Cost(None, str(Basis.UNKNOWN), self.version)

    def _rates_of(self, provider: str, model: str, at_us: int) -> tuple[Rates, ...]:
        key = (provider, model, at_us // _HOUR_US)
        rates = self._rates.get(key)
        if rates is None:
            found = _look_up(provider, model, at_us, {"input_tokens": 1, "output_tokens": 1})
            rates = self._rates[key] = _flattened(found.model_price) if found else ()
            if len(self._rates) > _REMEMBERED:
                self._rates.popitem(last=False)
        return rates

    def _asked(self, provider: str, model: str, usage: Usage, at_us: int) -> Cost:
        counts = {
            "input_tokens": usage.input,
            "cache_read_tokens": usage.cached,
            "cache_write_tokens": usage.cache_write,
            "output_tokens": usage.output,
            **{name: usage.extra[name] for name in _AUDIO if name in usage.extra},
        }
        found = _look_up(provider, model, at_us, {name: count for name, count in counts.items() if count})
        if found is None:
            return self._unknown()
        return Cost(round(found.total_price * 1_000_000_000), str(usage.basis), self.version)


def load_prices() -> Prices:
    """Read the price data; takes most of a second, so not on the way to the first window."""
    import genai_prices  # noqa: PLC0415 - late on purpose

    prices = Prices(genai_prices.__version__)
    _look_up("openai", "gpt-4o-mini", 0, {"input_tokens": 1})  # what the library builds late, it builds now
    return prices


def _look_up(provider: str, model: str, at_us: int, counts: dict[str, int]) -> Any:
    """Return the library's calculation, None where it knows no such model."""
    import genai_prices  # noqa: PLC0415 - late on purpose

    at = datetime.fromtimestamp(at_us / 1_000_000, UTC)
    named = [provider, None] if provider in _KNOWN else [None]  # Azure sells others' models too
    for provider_id in named:
        try:
            return genai_prices.calc_price(
                genai_prices.Usage(**counts), model, provider_id=provider_id, genai_request_timestamp=at
            )
        except (LookupError, ValueError):
            continue
    return None


def _flattened(price: Any) -> tuple[Rates, ...]:
    """Return the rates by rising input, the highest first; none for what is not sold by the token."""
    kinds = {name: getattr(price, f"{name}_mtok", None) for name in _PRICED}
    if kinds["input"] is None:
        return ()
    starts = {-1}
    for kind in kinds.values():
        starts.update(tier.start for tier in getattr(kind, "tiers", ()))
    return tuple(_rates(kinds, start) for start in sorted(starts, reverse=True))


_PRICED = ("input", "cache_read", "cache_write", "cache_write_1h", "output")


def _rates(kinds: dict[str, Any], start: int) -> Rates:
    def rate(name: str, default: float = 0.0) -> float:
        kind = kinds[name]
        if kind is None:
            return default
        fitting = getattr(kind, "base", kind)
        for tier in getattr(kind, "tiers", ()):
            if tier.start <= start:
                fitting = tier.price
        return float(fitting) * _NANO

    plain = rate("input")
    write = rate("cache_write", plain)
    return Rates(
        start, plain, rate("cache_read", plain), write, rate("cache_write_1h", write), rate("output")
    )
