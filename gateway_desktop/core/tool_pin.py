"""Tool pins: what a tool, or an agent's card, said of itself when it was approved, and what it says now."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

AGENT_CARD = "(agent card)"  # the name under which an agent's card is pinned; no tool has parentheses


class PinState(StrEnum):
    """What people think of a tool."""

    PENDING = "pending"  # nobody has looked at it yet
    APPROVED = "approved"
    CHANGED = "changed"  # it is not what was approved; only a person's approval ends that
    REMOVED = "removed"  # the server lists it no longer
    DISABLED = "disabled"


class Pinned(NamedTuple):
    """What the gateway has to know of a pin."""

    state: PinState
    digest: str  # of what was approved; empty: nothing was
    seen: str  # digest of what was listed last


class Listed(NamedTuple):
    """A tool as a server lists it."""

    name: str
    digest: str  # SHA-256 of the definition, in hexadecimal
    definition: str  # canonical JSON


@dataclass(frozen=True, slots=True)
class Listing:
    """What a server listed: new or other than known, and all names where the list was whole."""

    proxy_id: str
    tools: tuple[Listed, ...]
    names: frozenset[str] | None = None  # of all tools that anybody is shown; None: not known


@dataclass(frozen=True, slots=True)
class ToolPin:
    """One tool of one proxy. Times are microseconds since 1970 UTC."""

    proxy_id: str
    name: str
    state: PinState
    digest: str  # of what was approved; empty: nothing was
    definition: str  # that was approved
    seen_digest: str
    seen_definition: str  # as it was listed last
    first_seen_us: int
    changed_us: int  # when state or definition changed last
    decided_by: str = ""  # who approved or disabled it; "first use" where trust is the setting
