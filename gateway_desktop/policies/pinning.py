"""Pinning: what becomes of a pin when a server lists its tools, and what a pin means for a call."""

from dataclasses import replace

from gateway_desktop.core.tool_pin import AGENT_CARD, Listed, Pinned, PinState, ToolPin

FIRST_USE = "first use"
REFUSED = frozenset({PinState.CHANGED, PinState.DISABLED, PinState.PENDING})
LEAVES = frozenset({PinState.APPROVED, PinState.PENDING})


def listed(pin: ToolPin | None, proxy_id: str, seen: Listed, now_us: int, *, trust: bool) -> ToolPin:
    """Return the pin after the tool was listed; the same object if nothing changed.

    A change stays until a person approves it, even if the server takes it back: whoever shows one text to
    people and another to models shows the old one again.
    """
    if pin is None:
        return _new(proxy_id, seen, now_us, trust=trust)
    same = seen.digest == pin.seen_digest
    state = pin.state
    if state is PinState.REMOVED:
        state = PinState.APPROVED if pin.digest else PinState.PENDING
    if state is PinState.APPROVED and seen.digest != pin.digest:
        state = PinState.CHANGED
    if state is pin.state and same:
        return pin
    return replace(
        pin, state=state, seen_digest=seen.digest, seen_definition=seen.definition, changed_us=now_us
    )


def gone(pin: ToolPin, now_us: int) -> ToolPin:
    """Return the pin after a whole list came without the tool; what is refused stays refused."""
    if pin.state not in LEAVES:
        return pin
    return replace(pin, state=PinState.REMOVED, changed_us=now_us)


def approved(pin: ToolPin, by: str, now_us: int) -> ToolPin:
    """Return the pin after a person approved what the tool says now."""
    return replace(
        pin,
        state=PinState.APPROVED,
        digest=pin.seen_digest,
        definition=pin.seen_definition,
        changed_us=now_us,
        decided_by=by,
    )


def problem(proxy: str, name: str, pinned: Pinned | None, *, trust: bool) -> str:
    """Return why a tool may not be called, in a sentence, or nothing."""
    what = f"The card of the agent '{proxy}'" if name == AGENT_CARD else f"The tool '{name}' of '{proxy}'"
    state = pinned.state if pinned is not None else None
    if state is PinState.CHANGED:
        return f"{what} changed since it was approved; it is refused until a person approves it (Tools)"
    if state is PinState.DISABLED:
        return f"{what} is disabled; ask who runs the gateway"
    unknown = pinned is None and not trust
    if unknown or state is PinState.PENDING or (state is PinState.REMOVED and pinned and not pinned.digest):
        return f"{what} is not approved yet; a person has to look at it first (Tools)"
    return ""


def _new(proxy_id: str, seen: Listed, now_us: int, *, trust: bool) -> ToolPin:
    return ToolPin(
        proxy_id=proxy_id,
        name=seen.name,
        state=PinState.APPROVED if trust else PinState.PENDING,
        digest=seen.digest if trust else "",
        definition=seen.definition if trust else "",
        seen_digest=seen.digest,
        seen_definition=seen.definition,
        first_seen_us=now_us,
        changed_us=now_us,
        decided_by=FIRST_USE if trust else "",
    )
