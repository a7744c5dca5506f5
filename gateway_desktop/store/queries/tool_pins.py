"""Tool pins: as the gateway obeys them, and as lists show them."""

from collections import defaultdict
from dataclasses import dataclass

from gateway_desktop.core.tool_pin import Pinned, PinState, ToolPin
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import of_row, tuples
from gateway_desktop.store.models.proxy import ProxyRow
from gateway_desktop.store.models.tool_pin import ToolPinRow


@dataclass(frozen=True, slots=True)
class PinItem:
    """A pin as lists show it."""

    pin: ToolPin
    proxy: str  # name


def pin_of(row: ToolPinRow) -> ToolPin:
    """Return the pin that the row says."""
    return of_row(ToolPin, row)


def pinned_tools(_database: Database) -> dict[str, dict[str, Pinned]]:
    """Return what the gateway has to know of all pins, by proxy id and name."""
    found: dict[str, dict[str, Pinned]] = defaultdict(dict)
    row = ToolPinRow
    known = row.select(row.proxy_id, row.name, row.state, row.digest, row.seen_digest)
    for proxy_id, name, state, digest, seen in tuples(known):
        found[proxy_id][name] = Pinned(PinState(state), digest, seen)
    return dict(found)


def pin_rows(_database: Database, proxy: str = "") -> tuple[PinItem, ...]:
    """Return the pins of all living proxies, or of one (name), by proxy and name."""
    living = ProxyRow.select().where(ProxyRow.deleted_us.is_null())
    names = {row.id: str(row.name) for row in living if proxy in ("", row.name)}
    rows = ToolPinRow.select().where(ToolPinRow.proxy_id.in_(list(names)))
    items = (PinItem(pin_of(row), names[row.proxy_id]) for row in rows)
    return tuple(sorted(items, key=lambda item: (item.proxy, item.pin.name)))
