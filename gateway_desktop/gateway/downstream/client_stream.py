"""Write an answer, whole or piece by piece, to the caller; the end waits for `finish`."""

import time
from collections.abc import Callable, Iterable

from aiohttp import web
from multidict import CIMultiDict

from gateway_desktop.gateway.downstream.cross_origin import readable
from gateway_desktop.gateway.downstream.whole_answer import JOINED, WholeAnswer, whole_answer

_LONG = 64 * 1024  # bytes: more than anybody sends to keep a line alive
REQUEST_ID = "x-gateway-request-id"


class ClientLeft(Exception):
    """The caller closed the connection before it had the whole answer."""


class HttpClientStream:
    """The caller's side of one exchange; fits core.exchange.ClientStream."""

    def __init__(
        self,
        request: web.BaseRequest,
        exchange_id: str,
        take_memory: Callable[[int], None],
        *,
        page: bool = False,
    ) -> None:
        self.started = False
        self.first_byte_at: float | None = None
        self.sent = 0
        self.response: web.StreamResponse | None = None  # what the server sends, or goes on sending
        self._request = request
        self._exchange_id = exchange_id
        self._take_memory = take_memory
        self._page = page  # it asks from a browser, and may read the answer
        self._length: int | None = None
        self._held = b""
        self._cut = False

    async def whole(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        """Keep the whole answer ready; nothing is sent before `finish`, and another call replaces it.

        Raises GatewayError (503) where too much waits for callers who do not take it.
        """
        if len(body) >= JOINED:
            self._take_memory(len(body))
        self.response = whole_answer(self._request, status, self._head(headers), body)
        self.first_byte_at = time.perf_counter()
        self.sent = len(body)

    async def begin(
        self, status: int, headers: Iterable[tuple[str, str]], length: int | None, *, soon: bool = False
    ) -> None:
        """Send the head of an answer whose body follows piece by piece, or with its first piece: `soon`."""
        head = CIMultiDict(self._head(headers))
        head.setdefault("Server", "gateway-desktop")
        if length is not None:
            head["Content-Length"] = str(length)
        self._length = length
        self.response = web.StreamResponse(status=status, headers=head)
        self.started = True
        try:
            writer = await self.response.prepare(self._request)
            if writer is not None and not soon and "X-Accel-Buffering" in head:
                writer.send_headers()  # its first piece may be hours away, aiohttp would wait for it
        except ConnectionError as error:
            raise ClientLeft from error

    async def write(self, data: bytes, *, silent: bool = False) -> None:
        """Send a piece at once; what completes a body of known length is held back for `finish`."""
        if self.first_byte_at is None and not silent and _says_something(data):
            self.first_byte_at = time.perf_counter()
        self.sent += len(data)
        if self._length is not None and self.sent >= self._length:
            self._held += data
            return
        await self._send(data)

    async def finish(self) -> None:
        """Send what was held back, and the end.

        The server would do so, too, but where the call has a task of its own only some rounds of the loop
        later, after all others whose rows came to disk with this one.
        """
        if self._cut:
            self._request.protocol.force_close()
            if self._request.transport is not None:
                self._request.transport.abort()
            raise ClientLeft
        if self._held:
            await self._send(self._held)
        if self.started or isinstance(self.response, WholeAnswer):
            await self._ended()

    async def break_off(self, event: bytes = b"") -> None:
        """End a begun answer early: by the protocol's error event, or else by breaking the connection."""
        self._held = b""
        if event and self._length is None:
            await self._send(event)
        else:
            self._cut = True

    async def _send(self, data: bytes) -> None:
        assert self.response is not None
        try:
            await self.response.write(data)
        except ConnectionError as error:
            raise ClientLeft from error

    async def _ended(self) -> None:
        assert self.response is not None
        try:
            await self.response.write_eof()
        except ConnectionError as error:
            raise ClientLeft from error

    def _head(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        head = [*headers, (REQUEST_ID, self._exchange_id)]
        return readable(self._request.headers, head) if self._page else head


def _says_something(data: bytes) -> bool:
    """Return whether this is more than blank lines and comments, which keep a slow answer's line alive."""
    return len(data) > _LONG or any(
        line[:1] != b":" and not line.isspace() for line in data.splitlines() if line
    )
