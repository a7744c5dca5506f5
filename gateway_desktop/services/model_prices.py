"""The team's own prices of models. What was recorded before keeps the cost that it was recorded with."""

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, tzinfo

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.clock import datetime_of, midnight_us
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.model_price import ModelPrice
from gateway_desktop.core.money import dollars
from gateway_desktop.protocols.llm.providers import PROVIDERS
from gateway_desktop.services.administration import Change, Service, transaction
from gateway_desktop.store.models.model_price import ModelPriceRow
from gateway_desktop.store.queries.model_prices import price_of_row


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A price as a person enters it; amounts are 1e-9 US dollars for a million tokens."""

    model: str
    input_nano: int
    output_nano: int
    cached_nano: int | None = None
    cache_write_nano: int | None = None
    provider: str = ""
    from_us: int = 0  # 0: from now on


class ModelPrices(Service):
    """Set and remove them; a model, or pattern, has one from each start on."""

    def set(self, new: NewPrice) -> Future[ModelPrice]:
        """Make a price, or change the one with the same start; raise ConfigurationError for a bad one."""
        model = new.model.strip()
        if not model:
            raise ConfigurationError("model", "the name of a model; * and ? may stand in it")
        known = [provider.name for provider in PROVIDERS]
        if new.provider and new.provider not in known:
            raise ConfigurationError("provider", f"one of {', '.join(known)}, not '{new.provider}'")

        def work(change: Change) -> ModelPrice:
            start = new.from_us or change.now_us
            row = _row(model, new.provider, start)
            before = _values(price_of_row(row)) if row is not None else None
            if row is None:
                row = ModelPriceRow(id=new_id(), model=model, provider=new.provider, from_us=start)
                row.created_us = change.now_us
            row.input_nano, row.output_nano = new.input_nano, new.output_nano
            row.cached_nano, row.cache_write_nano = new.cached_nano, new.cache_write_nano
            row.save(force_insert=before is None)
            price = price_of_row(row)
            event = "model price set" if before is None else "model price changed"
            change.record(SystemEvent(Category.SYSTEM, event, model, before=before, after=_values(price)))
            return price

        return self._administration.change(work)

    @transaction()
    def remove(self, change: Change, id: str) -> ModelPrice:
        """Let the price before it hold again from now on, or that of the price list."""
        row = ModelPriceRow.get_or_none(ModelPriceRow.id == id)
        if row is None:
            raise ConfigurationError("price", "there is no such price any more")
        price = price_of_row(row)
        row.delete_instance()
        event = SystemEvent(Category.SYSTEM, "model price removed", price.model, before=_values(price))
        change.record(event)
        return price


def start_of(text: str, zone: tzinfo | None) -> int:
    """Return when a day begins in the zone (None: this machine's); 0 for no text."""
    if not text.strip():
        return 0
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise ConfigurationError("from", f"a day such as 2026-01-31, not '{text}'") from None
    return midnight_us(day, zone)


def _row(model: str, provider: str, start: int) -> ModelPriceRow | None:
    table = ModelPriceRow
    same = (table.model == model) & (table.provider == provider) & (table.from_us == start)
    row: ModelPriceRow | None = table.get_or_none(same)
    return row


def _values(price: ModelPrice) -> dict[str, object]:
    """Return the price of a million tokens each, and since when."""
    parts = {
        "input": price.input_nano,
        "output": price.output_nano,
        "cached": price.cached_nano,
        "cache write": price.cache_write_nano,
    }
    since = datetime_of(price.from_us).isoformat(timespec="seconds")
    shown: dict[str, object] = {name: dollars(nano) for name, nano in parts.items() if nano is not None}
    return {**shown, "provider": price.provider or "any", "from": since}
