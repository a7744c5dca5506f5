"""Provenance: a call that does something, steered by a recipient, address or account out of an untrusted result.

Plain instructions hidden in data have no marks that a text model sees. What they need is a place to send
things to, and that place was in none of the person's own words.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import re2

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.normalize import View

_MOST = 200  # values of one passage
_AROUND = 300  # characters around a value that may ask for something
_DOES = (
    "send", "mail", "post", "message", "sms", "transfer", "pay", "wire", "purchase", "order", "invite", "share", "grant",
    "permission", "upload", "publish", "delete", "remove", "write", "create", "update", "schedule", "submit", "add_",
    "execute", "exec", "run", "shell", "bash", "webhook", "reply", "forward", "notify", "call", "book", "unlock", "set_",
    "refund", "withdraw", "deposit", "approve", "follow", "reset", "change", "http_request", "curl",
)  # fmt: skip
_READS = ("search", "read", "list", "get_", "find", "lookup", "query", "view", "show", "describe")
_TRUSTED = frozenset({Context.USER_PROMPT, Context.HARNESS})


def _compiled(expression: str) -> re2._Regexp:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(expression, options)


_VALUES = _compiled(
    r"[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}"
    r"|https?://[^\s\"'<>)\]]{4,300}|\bwww\.[^\s\"'<>)\]]{4,200}"
    r"|\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){3,7}(?: ?[a-z0-9]{1,4})?\b|\b0x[0-9a-f]{40}\b|\bbc1[a-z0-9]{20,60}\b|\b[13][a-km-z1-9]{25,34}\b"
    r"|\+?\d[\d -]{7,20}\d|@\w{3,30}\b|(?:/[\w.-]{2,60}){2,12}"
)
_ASKS = _compiled(
    r"\b(?:send|forward|e-?mail|transfer|wire|pay|post|upload|share|visit|open|click|call|text|invite|add|delete|remove"
    r"|please|must|should|need(?:s)? to|make sure|don't forget|remember to|also|instead|required|urgent|immediately|before you)\b"
)
_STEERED = Kind(
    Family.PROVENANCE,
    "steered_call",
    Level.MEDIUM,
    0.6,
    Evidence.TAINT,
    "A value that nobody asked for came from a result and goes into a call that does something",
)
_ASKED_FOR = Kind(
    Family.PROVENANCE,
    "instructed_call",
    Level.HIGH,
    0.85,
    Evidence.TAINT,
    "A result asked for something to be done with a value, and the call does it",
)


def provenance(passages: Sequence[Passage]) -> list[Finding]:
    """Return the calls of a conversation, in its order, whose values came from untrusted results alone."""
    if not any(passage.context is Context.TOOL_ARGUMENT for passage in passages):
        return []
    told: dict[str, bool] = {}  # values in results, and whether the text around asks for something
    trusted = "\n".join(passage.text for passage in passages if passage.context in _TRUSTED).lower()
    found: list[Finding] = []
    for passage in passages:
        if passage.context is Context.TOOL_RESULT:
            for value, asks in _told(passage.text):
                told[value] = told.get(value, False) or asks
        elif passage.context is Context.TOOL_ARGUMENT and told and acts(passage.tool):
            found += _steered(passage, told, trusted)
    return found


def acts(tool: str) -> bool:
    """Return whether a tool does something, by its name; one without a name might."""
    name = tool.lower().replace("-", "_")
    if not name:
        return True
    return any(word in name for word in _DOES) and not name.startswith(_READS)


def _steered(passage: Passage, told: dict[str, bool], trusted: str) -> Iterator[Finding]:
    for value, start, end in _values(passage.text):
        if value in told and value not in trusted:
            kind = _ASKED_FOR if told[value] else _STEERED
            yield kind.found(passage, View(passage.text), start, end)
            return


@lru_cache(maxsize=512)
def _told(text: str) -> tuple[tuple[str, bool], ...]:
    """Return the values of a result, and whether the text around each asks for something."""
    return tuple(
        (value, bool(_ASKS.search(text[max(0, start - _AROUND) : end + _AROUND])))
        for value, start, end in _values(text)
    )


def _values(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the values of a text that something can be sent to, in one spelling, with their places."""
    for count, match in enumerate(_VALUES.finditer(text)):
        if count >= _MOST:
            return
        value = match.group().lower().rstrip(".,;:/")
        if "/" not in value and "@" not in value:
            value = "".join(letter for letter in value if letter.isalnum())
        yield value, match.start(), match.end()
