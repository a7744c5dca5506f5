"""The columns of tools, and what their states are called."""

import json
from typing import Any

from gateway_desktop.core.tool_pin import AGENT_CARD, PinState, ToolPin
from gateway_desktop.store.queries.tool_pins import PinItem
from gateway_desktop.ui.tables.column import Badge, Column
from gateway_desktop.ui.tables.typed_columns import ago_column
from gateway_desktop.ui.theme import Tone

TONES: dict[PinState, Tone] = {
    PinState.CHANGED: "critical",
    PinState.PENDING: "medium",
    PinState.APPROVED: "success",
    PinState.DISABLED: "low",
    PinState.REMOVED: "low",
}
ORDER = tuple(TONES)
WHY = {
    PinState.CHANGED: "It is not what was approved: hidden and refused until a person approves it",
    PinState.PENDING: "Nobody has looked at it yet: hidden and refused",
    PinState.APPROVED: "It is what was approved, and may be called",
    PinState.DISABLED: "Hidden and refused until it is approved",
    PinState.REMOVED: "The server lists it no longer",
}


def title(pin: ToolPin) -> str:
    """Return how a tool is called."""
    return "Agent card" if pin.name == AGENT_CARD else pin.name


def definition(pin: ToolPin) -> dict[str, Any]:
    """Return what it says of itself now."""
    found = json.loads(pin.seen_definition)
    return found if isinstance(found, dict) else {}


def _says(row: PinItem) -> str:
    said = definition(row.pin).get("description")
    return " ".join(said.split())[:300] if isinstance(said, str) else ""


TOOL_COLUMNS: tuple[Column[PinItem], ...] = (
    Column("tool", "Tool", lambda row: title(row.pin), width=176, strong=True),
    Column("proxy", "Proxy", width=112),
    Column(
        "state",
        "State",
        lambda row: ORDER.index(row.pin.state),
        display=lambda row: row.pin.state.capitalize(),
        width=104,
        badge=lambda row: Badge(row.pin.state.capitalize(), TONES[row.pin.state]),
        tooltip=lambda row: WHY[row.pin.state],
    ),
    Column("says", "Says of itself", _says, stretch=True, muted=True),
    Column("by", "Decided by", lambda row: row.pin.decided_by or "–", width=128, muted=True, spare=1),
    ago_column("changed", "Changed", lambda row: row.pin.changed_us, width=104),
)
