"""How much of everything there is, without saying what."""

from dataclasses import dataclass

from peewee import fn

from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import first
from gateway_desktop.store.models.event import RollHour
from gateway_desktop.store.models.people import ApiKeyRow, GroupRow, UserRow
from gateway_desktop.store.models.proxy import ProxyRow
from gateway_desktop.store.queries.overview import storage_size


@dataclass(frozen=True, slots=True)
class Counts:
    """What `counts` returns."""

    engine: str
    bytes: int
    rows: tuple[tuple[str, int], ...]


def counts(database: Database) -> Counts:
    """Return how many there are; exchanges as the rollups have them."""
    requests = first(RollHour.select(fn.SUM(RollHour.n)))
    rows = [("Exchanges", int(requests[0] or 0) if requests else 0)]
    for name, model in (("Proxies", ProxyRow), ("Users", UserRow), ("Groups", GroupRow)):
        rows.append((name, model.select().where(model.deleted_us.is_null()).count()))
    rows.append(("API keys", ApiKeyRow.select().count()))
    return Counts(database.version(), storage_size(database).total, tuple(rows))
