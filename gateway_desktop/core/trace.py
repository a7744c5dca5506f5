"""Trace: where an exchange stands in a trace that others began, or we (W3C Trace Context, level 1)."""

import random
from dataclasses import dataclass
from typing import NamedTuple

HEADER = "traceparent"
_HEX = frozenset("0123456789abcdef")
_SAMPLED = 1
_VERSION = "00"


class Parent(NamedTuple):
    """What a `traceparent` says."""

    trace_id: str
    span_id: str
    sampled: bool


@dataclass(slots=True)
class Trace:
    """The spans of one exchange: ours, and that of the call upstream, which is the upstream's parent."""

    trace_id: str
    parent: str  # the caller's span; empty: the trace begins here
    span: str
    upstream: str
    sampled: bool
    told: bool = False  # the spans with these ids have been exported

    @classmethod
    def after(cls, traceparent: str) -> "Trace":
        """Return the trace that goes on from a header; one that begins here if that holds nothing."""
        parent = parent_of(traceparent) or Parent(_new_id(32), "", sampled=True)
        return cls(parent.trace_id, parent.span_id, _new_id(16), _new_id(16), parent.sampled)

    @property
    def header(self) -> bytes:
        """Return the `traceparent` that goes upstream."""
        return f"{_VERSION}-{self.trace_id}-{self.upstream}-{'01' if self.sampled else '00'}".encode()

    def again(self) -> "Trace":
        """Return a sibling: another message in the same request."""
        return Trace(self.trace_id, self.parent, _new_id(16), _new_id(16), self.sampled)


def parent_of(traceparent: str) -> Parent | None:
    """Return what a header says, or None if it must be ignored (section 4.3)."""
    fields = traceparent.strip().split("-")
    if len(fields) < 4 or (fields[0] == _VERSION and len(fields) != 4):
        return None
    version, trace_id, span_id, flags = fields[:4]
    if not (_is_hex(version, 2) and _is_hex(flags, 2)) or version == "ff":
        return None
    if not (_is_id(trace_id, 32) and _is_id(span_id, 16)):
        return None
    return Parent(trace_id, span_id, bool(int(flags, 16) & _SAMPLED))


def _is_id(text: str, length: int) -> bool:
    return _is_hex(text, length) and text.strip("0") != ""


def _is_hex(text: str, length: int) -> bool:
    return len(text) == length and _HEX.issuperset(text)


def _new_id(length: int) -> str:
    return f"{random.getrandbits(length * 4) or 1:0{length}x}"
