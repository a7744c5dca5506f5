"""ModelPrice: what the team pays for a model, from a day on, where it knows better than the price list."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from gateway_desktop.core.reply import Usage

MILLION = 1_000_000  # prices are of so many tokens


@dataclass(frozen=True, slots=True)
class ModelPrice:
    """Prices of a million tokens, in 1e-9 US dollars; None where the input's price holds."""

    id: str
    model: str  # may hold * and ?
    provider: str  # "": whoever the upstream is
    from_us: int  # calls that began from then on; microseconds since 1970 UTC
    input_nano: int
    output_nano: int
    cached_nano: int | None = None
    cache_write_nano: int | None = None

    def fits(self, provider: str, models: Iterable[str], at_us: int) -> bool:
        """Return whether a call of one of these models at that time is paid by this."""
        if self.from_us > at_us or self.provider not in ("", provider):
            return False
        return any(fnmatchcase(model.lower(), self.model.lower()) for model in models if model)

    def nano(self, usage: Usage) -> int:
        """Return what a usage costs, in 1e-9 US dollars; half of one is one."""
        total = usage.input or 0
        cached = min(usage.cached or 0, total)
        written = min(usage.cache_write or 0, total - cached)
        paid = (total - cached - written) * self.input_nano
        paid += cached * (self.input_nano if self.cached_nano is None else self.cached_nano)
        paid += written * (self.input_nano if self.cache_write_nano is None else self.cache_write_nano)
        paid += (usage.output or 0) * self.output_nano
        return (paid + MILLION // 2) // MILLION


def price_of(
    prices: Iterable[ModelPrice], provider: str, models: Iterable[str], at_us: int
) -> ModelPrice | None:
    """Return the price that holds: the one that names the model most exactly, of those the latest."""
    names = tuple(models)
    fitting = [price for price in prices if price.fits(provider, names, at_us)]
    return max(fitting, key=_rank, default=None)


def _rank(price: ModelPrice) -> tuple[bool, int, bool, int]:
    exact = not any(sign in price.model for sign in "*?[")
    return exact, len(price.model), bool(price.provider), price.from_us
