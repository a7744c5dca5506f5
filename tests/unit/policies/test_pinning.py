"""What becomes of a pin when a server lists its tools."""

import pytest

from gateway_desktop.core.tool_pin import AGENT_CARD, Listed, Pinned, PinState, ToolPin
from gateway_desktop.policies.pinning import approved, gone, listed, problem

FIRST, SECOND = Listed("add", "1", '{"name":"add"}'), Listed("add", "2", '{"name":"add","title":"Sum"}')


def seen(pin: ToolPin | None, tool: Listed, *, trust: bool = True) -> ToolPin:
    return listed(pin, "p", tool, 5, trust=trust)


def pinned(pin: ToolPin) -> Pinned:
    return Pinned(pin.state, pin.digest, pin.seen_digest)


def test_the_first_listing_is_trusted_or_waits() -> None:
    assert pinned(seen(None, FIRST)) == Pinned(PinState.APPROVED, "1", "1")
    assert pinned(seen(None, FIRST, trust=False)) == Pinned(PinState.PENDING, "", "1")


def test_a_change_stays_when_the_server_takes_it_back() -> None:
    changed = seen(seen(None, FIRST), SECOND)
    assert changed.state is PinState.CHANGED and changed.digest == "1"
    assert seen(changed, FIRST).state is PinState.CHANGED
    after = approved(changed, "ana", 9)
    assert pinned(after) == Pinned(PinState.APPROVED, "2", "2") and after.definition == SECOND.definition


def test_the_same_again_changes_nothing() -> None:
    pin = seen(None, FIRST)
    assert seen(pin, FIRST) is pin


def test_what_left_comes_back_as_it_was_approved() -> None:
    left = gone(seen(None, FIRST), 7)
    assert left.state is PinState.REMOVED
    assert seen(left, FIRST).state is PinState.APPROVED
    assert seen(left, SECOND).state is PinState.CHANGED
    assert seen(gone(seen(None, FIRST, trust=False), 7), FIRST, trust=False).state is PinState.PENDING


def test_what_is_refused_stays_refused_when_it_leaves() -> None:
    changed = seen(seen(None, FIRST), SECOND)
    assert gone(changed, 7) is changed


@pytest.mark.parametrize(
    ("pinned", "trust", "words"),
    [
        (None, True, ""),
        (None, False, "not approved yet"),
        (Pinned(PinState.APPROVED, "1", "1"), False, ""),
        (Pinned(PinState.PENDING, "", "1"), True, "not approved yet"),
        (Pinned(PinState.CHANGED, "1", "2"), True, "changed since"),
        (Pinned(PinState.DISABLED, "1", "1"), True, "disabled"),
        (Pinned(PinState.REMOVED, "1", "1"), True, ""),
        (Pinned(PinState.REMOVED, "", "1"), True, "not approved yet"),
    ],
)
def test_what_may_be_called(pinned: Pinned | None, trust: bool, words: str) -> None:
    said = problem("files", "add", pinned, trust=trust)
    assert words in said and bool(said) == bool(words)


def test_an_agent_is_named_as_one() -> None:
    assert "agent 'weather'" in problem("weather", AGENT_CARD, Pinned(PinState.CHANGED, "1", "2"), trust=True)
