"""Provenance: a call that does something, steered by a recipient, address or account out of an untrusted result.

Plain instructions hidden in data have no marks that a text model sees. What they need is a place to send
things to, and that place was in none of the person's own words.
"""

import string
from bisect import bisect_right
from collections.abc import Generator, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from itertools import accumulate

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection.expression import compiled
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.normalize import View

_MOST = 200  # values of one passage
_MOST_TOLD = 200  # results that one argument is looked for in, of those that hold it
_AROUND = 300  # characters around a value that may ask for something
_BEFORE = 160  # characters before a name that may ask for something
_SHORTEST, _LONGEST = 3, 120  # characters of an argument that names something
_DOES = (
    "send", "mail", "post", "message", "sms", "transfer", "pay", "wire", "purchase", "order", "invite", "share", "grant",
    "permission", "upload", "publish", "delete", "remove", "write", "create", "update", "schedule", "submit", "add_",
    "execute", "exec", "run", "shell", "bash", "webhook", "reply", "forward", "notify", "call", "book", "unlock", "set_",
    "refund", "withdraw", "deposit", "approve", "follow", "reset", "change", "http_request", "curl",
)  # fmt: skip
_READS = ("search", "read", "list", "get_", "find", "lookup", "query", "view", "show", "describe")
_BETWEEN = "\x00"  # results
_NO_LETTERS = bytes(set(range(128)) - set((string.ascii_letters + string.digits).encode()))
_TRUSTED = frozenset({Context.USER_PROMPT, Context.HARNESS})


_compiled = partial(compiled, ignore_case=True)

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
# Requests, and not documentation: their verbs do what cannot be undone by reading on.
_ORDERS = _compiled(
    r"(?:^|[.!?:;,'\"{(>\n]\s*|\b(?:please|kindly|could you|can you|you should|you must|you need to|i need you to|also|then|now|first|to)\s+)"
    r"(?:send|forward|e-?mail|transfer|wire|pay|refund|post|upload|share|text|invite|add|delete|remove|grant|give|order|buy|sell"
    r"|purchase|schedule|cancel|book|reserve|approve|reset|change|set|make|disable|enable|turn|unlock|open|install|run|execute|update"
    r"|create|reply|message|call|follow|unfollow|publish|withdraw|deposit|remind|move|rename|download|subscribe|enroll|assign|revoke)\b"
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
_WORDED = Kind(
    Family.PROVENANCE,
    "worded_call",
    Level.MEDIUM,
    0.6,
    Evidence.TAINT,
    "A request in a result names something that nobody else named, and a call does something with it",
)


def provenance(passages: Sequence[Passage]) -> list[Finding]:
    """Return the calls of a conversation, in its order, whose values came from untrusted results alone."""
    return [finding for found in provenance_steps(passages) for finding in found]


def provenance_steps(passages: Sequence[Passage]) -> Generator[list[Finding]]:
    """Yield the same passage by passage: a conversation may be long, and its calls many."""
    if not any(passage.context is Context.TOOL_ARGUMENT for passage in passages):
        return
    told: dict[str, bool] = {}  # values in results, and whether the text around asks for something
    results = _Results(passage.text for passage in passages if passage.context is Context.TOOL_RESULT)
    trusted = _Trusted(passage.text for passage in passages if passage.context in _TRUSTED)
    for passage in passages:
        found: list[Finding] = []
        if passage.context is Context.TOOL_RESULT:
            results.known += 1
            for value, asks in _told(passage.text):
                told[value] = told.get(value, False) or asks
        elif passage.context is Context.TOOL_ARGUMENT and results.known and acts(passage.tool):
            found = list(_steered(passage, told, trusted)) or list(_worded(passage, results, trusted))
        yield found


class _Results:
    """What results said, as one text; of them only the first `known` came before the call that is asked about."""

    def __init__(self, texts: Iterable[str]) -> None:
        small = [text.lower() for text in texts]
        self._text = _BETWEEN.join(small)
        self._ends = list(accumulate(len(text) + 1 for text in small))
        self.known = 0

    def around(self, value: str) -> Iterator[str]:
        """Yield how each result that holds a value goes on up to it, from a little before."""
        begin, end = 0, self._ends[self.known - 1]
        for _ in range(_MOST_TOLD):
            at = self._text.find(value, begin, end)
            if at < 0:
                return
            index = bisect_right(self._ends, at)
            first = self._ends[index - 1] if index else 0
            yield self._text[max(first, at - _BEFORE) : at + len(value)]
            begin = self._ends[index]


class _Trusted:
    """What the person and the harness said."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._text = "\n".join(texts).lower()

    @cached_property
    def _plain(self) -> str:
        return _letters(self._text)

    def said(self, value: str) -> bool:
        """Return whether a value stands there, in one spelling or another."""
        return value in self._text or _letters(value) in self._plain


def _letters(text: str) -> str:
    """Return the letters and digits of a text."""
    if text.isascii():
        return text.encode().translate(None, _NO_LETTERS).decode()
    return "".join(filter(str.isalnum, text))


def acts(tool: str) -> bool:
    """Return whether a tool does something, by its name; one without a name might."""
    name = tool.lower().replace("-", "_")
    if not name:
        return True
    return any(word in name for word in _DOES) and not name.startswith(_READS)


def _worded(passage: Passage, results: _Results, trusted: _Trusted) -> Iterator[Finding]:
    """Yield that an argument is, as a whole, words of a request that stands in a result: a name, a date, a sentence."""
    text = passage.text.strip()
    value = text.lower()
    if not _SHORTEST <= len(text) <= _LONGEST or not _names(text) or trusted.said(value):
        return
    if any(_ORDERS.search(said) for said in results.around(value)):
        yield _WORDED.found(passage, View(passage.text), 0, len(passage.text))


def _names(text: str) -> bool:
    """Return whether a text names something: one small word, as options of tools are, does not."""
    return not text.isalpha() or not text.islower()


def _steered(passage: Passage, told: dict[str, bool], trusted: _Trusted) -> Iterator[Finding]:
    for value, start, end in _values(passage.text):
        if value in told and not trusted.said(value):
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
