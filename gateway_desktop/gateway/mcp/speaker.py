"""Speaker: an MCP server that is spoken to in lines, one for each session."""

from collections.abc import AsyncIterator
from typing import Protocol

from gateway_desktop.gateway.upstream.client import RawHeaders


class Speaker(Protocol):
    """A command on this machine, or a server of the older transport."""

    what: str  # how it is called in sentences

    def carry(self, headers: RawHeaders) -> None:
        """Take the headers of the client's latest request."""

    async def write(self, line: bytes) -> None:
        """Say one message."""

    def lines(self) -> AsyncIterator[bytes]:
        """Yield what it says, until it says no more."""

    async def end(self) -> str:
        """End it; return how it ended."""

    async def last_words(self) -> str:
        """Return what it said last beside the protocol."""

    def log(self, text: str) -> None:
        """Write down what is odd about it."""
