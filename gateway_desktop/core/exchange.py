"""Exchange: one request on its way through the gateway, and its answer on the way back."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from gateway_desktop.core.budget import Term
from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import GatewayError
from gateway_desktop.core.principal import ANONYMOUS, Principal
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.reply import Reply
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.trace import Trace


class Headers(Protocol):
    """Request headers: names without regard to case, values decoded."""

    def get(self, name: str, /, default: str) -> str:
        """Return the first value of the header."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Return all headers in their order, names spelt as received."""

    def __contains__(self, name: object, /) -> bool: ...


class RequestHead(NamedTuple):
    """The request line and headers, without the gateway's own credential being anywhere else."""

    method: str
    path: str  # below the proxy, starting with a slash, still percent-encoded
    query: str  # raw, without the question mark and without the gateway's credential
    headers: Headers
    peer: str | None
    raw_headers: tuple[tuple[bytes, bytes], ...] = ()  # as received: spelling, order, repetition


class ClientStream(Protocol):
    """Where the answer is written; the very end is sent only by `finish`, after the record is durable."""

    started: bool  # something of the answer has been sent
    first_byte_at: float | None  # time.perf_counter() of the first byte of the answer itself
    sent: int  # bytes of the body

    async def whole(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        """Give the whole answer; it is sent by `finish`."""

    async def begin(
        self, status: int, headers: Iterable[tuple[str, str]], length: int | None, *, soon: bool = False
    ) -> None:
        """Send the head of an answer whose body follows piece by piece; `length` of it where it is known.

        `soon`: the first piece is there already, and may go out together with the head.
        """

    async def write(self, data: bytes, *, silent: bool = False) -> None:
        """Send a piece of the body at once, but for the last piece of a body whose length is known.

        `silent`: up to here nothing came of the answer itself.
        """

    async def finish(self) -> None:
        """Send what was held back and the proper end."""

    async def break_off(self, event: bytes = b"") -> None:
        """Send the protocol's error event, if there is one, and end the connection without a proper end."""


class MessageRewriter(Protocol):
    """What changes the one message that answers a call (a list of tools without those that are forbidden)."""

    async def __call__(self, message: bytes, /) -> bytes:
        """Return what the caller gets: the same object if it is as it was; raise Refused if none may."""


class AnswerGuard(Protocol):
    """What looks at an answer before the caller gets it; all bytes are clear of any content coding."""

    rewrites: bool  # the caller gets other bytes than came, or the same ones later

    def opens(self, kind: str) -> None:
        """Say that a stream follows, and of which media type."""

    async def whole(self, body: bytes, reply: Reply) -> bytes:
        """Return what the caller gets of a whole answer; raise Refused if it must not pass."""

    async def piece(self, data: bytes) -> bytes:
        """Take a piece of a stream, return what may leave by now; raise Refused if it must not go on."""

    async def end(self, reply: Reply) -> bytes:
        """Return what was held back, at the proper end of a stream; raise Refused as above."""


@dataclass(slots=True)
class Exchange:
    """One request on its way, and its answer. Each field is written by those named beside it only."""

    id: str  # handler
    proxy: Proxy  # handler
    request: RequestHead  # handler, telemetry
    started_us: int  # handler
    started: float  # handler: time.perf_counter()
    client: ClientStream  # handler: where the answer is written
    read_body: Callable[[int, str], Awaitable[bytes]]  # handler: limit, whose; raises Malformed (413)
    credential: Secret | None = field(default=None, repr=False)  # handler: what the client presented to us
    principal: Principal = ANONYMOUS  # authentication
    call: Call | None = None  # decoding
    guard: AnswerGuard | None = None  # guardrails; forwarding asks it
    on_message: list[MessageRewriter] = field(default_factory=list)  # filters; the last is applied first
    whole_only: bool = False  # filters: an answer that `on_message` cannot see as a whole does not pass
    rowless: bool = False  # forwarding: no row now (an open stream, a batch, an answer on another stream)
    reply: Reply | None = None  # forwarding
    error: GatewayError | None = None  # refusals
    sent: bool = False  # forwarding: the upstream has it, or may have
    abandoned: bool = False  # budgets, recording
    charges: tuple[Term, ...] = ()  # budgets: what is charged for it
    charged_nano: int = 0  # budgets: and how much
    settles: bool = False  # budgets: that corrects what was charged for a call before
    request_bytes: int = 0  # decoding
    trace: Trace | None = None  # handler, telemetry: where traces are exported
    timeline: dict[str, float] = field(default_factory=dict)  # filters: name to seconds since `started`
    take_memory: Callable[[int], object] = lambda _size: None  # handler: raises GatewayError (503)
