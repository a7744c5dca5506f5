"""Client streams of exchanges that have no connection of their own."""

from collections.abc import Awaitable, Callable, Iterable


class Aside:
    """Takes the answer of an exchange within another: an item of a batch, a message of the server."""

    def __init__(self, stream: Callable[[bytes], Awaitable[None]] | None = None) -> None:
        self.started = False
        self.first_byte_at: float | None = None
        self.sent = 0
        self.status = 0
        self.body = b""
        self._stream = stream  # takes the pieces of an answer that is a stream

    async def whole(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:  # noqa: ARG002 - there is one head for all
        """Keep the whole answer."""
        self.status, self.body, self.sent = status, body, len(body)

    async def begin(
        self,
        status: int,
        headers: Iterable[tuple[str, str]],  # noqa: ARG002 - as above
        length: int | None,  # noqa: ARG002
        *,
        soon: bool = False,  # noqa: ARG002
    ) -> None:
        """Its pieces follow."""
        self.started, self.status = True, status

    async def write(self, data: bytes, *, silent: bool = False) -> None:  # noqa: ARG002 - it begins nothing
        """Pass a piece on."""
        self.sent += len(data)
        if self._stream is not None:
            await self._stream(data)

    async def finish(self) -> None:
        """The whole it is part of has its own end."""

    async def break_off(self, event: bytes = b"") -> None:
        """Pass the error event on; the streams of the others go on."""
        if event and self._stream is not None:
            await self._stream(event)
