"""Earlier: how long bodies began that were read before: a conversation that goes on costs its new messages.

A body that begins with the very bytes of an earlier one, to the end of its last message, is read as if those
messages were not there. That is the same: whatever follows the last element of a list may follow its opening
bracket, and the other way round, if only the comma is looked after. What the messages said is remembered.
"""

from dataclasses import dataclass

from gateway_desktop.core.call import MEMORY_OF_TEXT, Known, TextPart
from gateway_desktop.core.errors import Malformed
from gateway_desktop.protocols.json_body import JsonBody

SHORTEST = 16 << 10  # bytes of a body that is remembered
_LARGEST = 12 << 20  # bytes of all that is remembered, texts included
_MOST = 64
_SPACE = b" \t\n\r"


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """A body up to the end of its last message, and what stood in its messages."""

    kind: str  # who read it: others would read other texts
    start: bytes
    opened: int  # where the list of messages begins, behind its bracket
    member: str  # "messages", "input"
    count: int  # messages
    known: Known  # what they say
    names: dict[str, str]  # of tools, by the ids of their calls
    counts: dict[str, int]  # of what is no text
    size: int  # bytes it takes, roughly


class Body(JsonBody):
    """A request's body; where one that began so was read before, without the messages that are known."""

    __slots__ = ("_kind", "_whole", "earlier")

    def __init__(self, whole: bytes, kind: str) -> None:
        self._whole, self._kind = whole, kind
        self.earlier = _KEPT.beginning_of(whole, kind) if len(whole) >= SHORTEST else None
        rest = _without(self.earlier, whole) if self.earlier is not None else None
        if rest is not None:
            try:
                super().__init__(rest)
                return
            except Malformed:
                pass  # it is told where in the whole body
        self.earlier = None
        super().__init__(whole)

    def span(self, name: str) -> tuple[int, int] | None:
        """Return where the value of the member starts and ends in the whole body, if that is known."""
        span = super().span(name)
        if span is None or self.earlier is None:
            return span
        left_out = len(self._whole) - len(self._body)
        start, end = (at + left_out if at > self.earlier.opened else at for at in span)
        return start, end

    def keep(
        self,
        member: str,
        count: int,
        texts: tuple[TextPart, ...],
        names: dict[str, str],
        counts: dict[str, int],
    ) -> Known | None:
        """Remember the beginning of this body, to the end of the last of so many messages, if it is long."""
        whole = self._whole
        if len(whole) < SHORTEST or not count:
            return None
        if self.earlier is not None and count == self.earlier.count:
            _KEPT.add(self.earlier, self.earlier)
            return self.earlier.known
        span = self.span(member)
        if span is None:
            return None
        end = span[1] - 1
        while whole[end - 1] in _SPACE:
            end -= 1
        size = end + sum(len(part.text) + len(part.place) + MEMORY_OF_TEXT for part in texts)
        known = Known(texts)
        kept = Earlier(self._kind, whole[:end], span[0] + 1, member, count, known, dict(names), counts, size)
        _KEPT.add(kept, self.earlier)
        return known


def _without(earlier: Earlier, whole: bytes) -> bytes | None:
    """Return the body without the messages that are known, or None where it does not go on after them."""
    rest = whole[len(earlier.start) :].lstrip(_SPACE)
    if rest[:1] == b",":
        rest = rest[1:].lstrip(_SPACE)
        if rest[:1] == b"]":
            return None
    elif rest[:1] != b"]":
        return None
    return earlier.start[: earlier.opened] + rest


class _Kept:
    """The beginnings of the latest bodies, the newest first.

    Two threads may ask and tell: what one remembers the other could forget, and it is read again.
    """

    def __init__(self) -> None:
        self._all: tuple[Earlier, ...] = ()

    def beginning_of(self, body: bytes, kind: str) -> Earlier | None:
        """Return the longest that the body begins with."""
        found = [one for one in self._all if one.kind == kind and body.startswith(one.start)]
        return max(found, key=lambda one: one.count, default=None)

    def add(self, new: Earlier, before: Earlier | None) -> None:
        """Remember one, in the place of the one that it goes on with."""
        kept = [one for one in self._all if one is not before]
        if new.size <= _LARGEST:
            kept.insert(0, new)
        while sum(one.size for one in kept) > _LARGEST or len(kept) > _MOST:
            kept.pop()
        self._all = tuple(kept)


_KEPT = _Kept()
