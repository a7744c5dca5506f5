"""Adapter, ReplyReader: what every protocol can do."""

from typing import Protocol

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import GatewayError
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.reply import Refusal, Reply


class ReplyReader(Protocol):
    """Reads the copy of an answer, already decompressed; never raises: a meter cannot break the stream."""

    reply: Reply  # filled as the bytes come

    def feed(self, data: bytes) -> bytes:
        """Read a piece of the body; return what the caller gets: the same object, unless part is hidden."""

    def end(self) -> bytes:
        """Read the end of the body: complete `reply`, return what had been held back for the caller."""

    def aborted(self) -> None:
        """The body was cut off: complete `reply` with what was seen, estimating the rest."""


class Adapter(Protocol):
    """One protocol: bytes to Call, errors to the caller's own words."""

    outlives_client: bool  # work may go on after the caller left, where the call says so

    def decode(self, head: RequestHead, body: bytes, provider: str) -> Call:
        """Return what is asked; raise Malformed (400) for what cannot be understood."""

    def refuse(
        self, head: RequestHead, error: GatewayError, exchange_id: str, call: Call | None = None, /
    ) -> Refusal:
        """Return the error as the caller's own protocol writes errors; `call` as far as it was read."""

    def refuse_midstream(
        self, head: RequestHead, error: GatewayError, exchange_id: str, call: Call | None = None, /
    ) -> bytes:
        """Return the error as an event of a stream that has begun."""


class ForwardedAdapter(Adapter, Protocol):
    """One whose answers pass as the bytes they are; those of MCP servers are read message by message."""

    def read_reply(self, call: Call, status: int, content_type: str) -> ReplyReader:
        """Return a reader for the answer to this call."""

    def expects_json(self, call: Call) -> bool:
        """Return whether a whole 2xx answer to this call must be JSON."""
