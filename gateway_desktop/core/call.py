"""What is being asked, whatever the protocol."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from sys import getsizeof
from typing import Any, NamedTuple

from gateway_desktop.core.finding import Scan
from gateway_desktop.core.verdict import ALLOWED, Noted, Verdict

MEMORY_OF_TEXT = 800  # bytes that a text takes beside itself, with what is made of it


class TextPart(NamedTuple):
    """One text of a request or an answer, and where it stands."""

    place: str  # JSON Pointer (RFC 6901) into the body; of streams, into the whole answer they are
    role: str  # system, user, assistant, tool, tool_call, thinking, ...
    text: str
    tool: str = ""  # the tool that is called, described or answered, where the text belongs to one
    seams: tuple[int, ...] = ()  # of a text that was put together for looking at it: where its pieces meet


def memory_of(texts: Iterable[TextPart]) -> int:
    """Return the bytes that texts take: tiny ones a hundred for each letter, those with an emoji four."""
    return sum(getsizeof(part.text) + MEMORY_OF_TEXT for part in texts)


@dataclass(slots=True, eq=False)
class Known:
    """The texts of a conversation's messages, the same objects in every request that goes on with it."""

    texts: tuple[TextPart, ...]
    made: dict[object, Any] = field(default_factory=dict)  # of them, by whoever made it

    def stand_in(self, texts: Sequence[TextPart], at: int) -> bool:
        """Return whether these very texts stand in a request from there on, and not others in their place."""
        own, end = self.texts, at + len(self.texts)
        return bool(own) and end <= len(texts) and texts[at] is own[0] and texts[end - 1] is own[-1]


@dataclass(slots=True)
class Call:
    """One request, decoded. `body` goes upstream: the very bytes received unless something was changed."""

    operation: str  # chat, messages, responses, generate_content, embeddings, models, other
    body: bytes
    target: str = ""  # the model asked for
    dialect: str = ""  # which of the protocol's request shapes; "" passes unread
    stream: bool = False
    request_id: str = ""  # of JSON-RPC: its id, as JSON
    texts: list[TextPart] = field(default_factory=list)
    most_output: int | None = None  # tokens that the caller allows for an answer; None: it does not say
    answers: int = 1  # so many are asked for, and paid
    tier: str = ""  # that is asked for, where prices differ by it: flex, priority, fast, ...
    goes_on: bool = False  # also after the caller left: it may come back for the answer
    claimed_user: str | None = None
    app: str | None = None  # name and version of the client, where it says so in the message or its session
    session: str | None = None
    traceparent: str = ""  # the trace context that the message itself names, if it can be followed (SEP-414)
    compressed: bool = False  # decoding: the body is still in the caller's Content-Encoding
    hides_usage: bool = False  # usage was asked for by us, so that chunk is kept from the client
    tasks: list[str] = field(default_factory=list)  # Agent2Agent: all that may be a task's or context's id
    others: list[str] = field(default_factory=list)  # further models: of its tools, where it falls back to
    detail: dict[str, object] = field(default_factory=dict)  # shown, never filtered on
    scan: Scan | None = None  # guardrails: of request and answer together; None: never looked at
    verdict: Verdict = ALLOWED  # guardrails: on request and answer together
    noted: tuple[Noted, ...] = ()  # guardrails: the findings, with what the record says of each
    # Of a long conversation: where its messages' texts begin, those of an earlier request, those of this one.
    messages_at: int = field(default=0, compare=False)
    known: Known | None = field(default=None, compare=False, repr=False)
    kept: Known | None = field(default=None, compare=False, repr=False)
