"""What a bridge wants of an HTTP client: aiohttp's has it, and so has the gateway's own way upstream."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from multidict import CIMultiDictProxy


class Content(Protocol):
    """The body of an answer, in pieces."""

    def iter_any(self) -> AsyncIterator[bytes]:
        """Yield the pieces."""


class Answered(Protocol):
    """An answer whose body is still on the way."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> CIMultiDictProxy[str]:
        """Its headers."""

    @property
    def content_type(self) -> str:
        """The media type, without parameters."""

    @property
    def content(self) -> Content:
        """Its body."""

    async def read(self) -> bytes:
        """Return the whole body."""


class Http(Protocol):
    """What sends requests."""

    def request(
        self, method: str, url: str, *, data: bytes | None = None, headers: dict[str, str]
    ) -> AbstractAsyncContextManager[Answered]:
        """Send one request; the answer is closed at the end of the block."""
