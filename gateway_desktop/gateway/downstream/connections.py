"""What one connection may take before anybody knows whose it is, and how long its reader may stand still.

aiohttp bounds each header alone: 128 of 64 KB, from whoever likes, would be 8 MB a connection.
"""

import asyncio
import logging
import sys
from contextlib import suppress
from typing import Any

from aiohttp import EMPTY_PAYLOAD, StreamReader, web
from aiohttp.web_protocol import RequestHandler

if sys.platform != "win32":
    import resource

_log = logging.getLogger(__name__)

LARGEST_HEAD = 128 * 1024  # bytes of a request's line and headers, all together
_MOST = 2_000  # connections; beyond, those that ask for nothing make room
_MOST_FILES = 10_240  # what macOS allows at most
_STANDS_STILL = 300.0  # seconds that a caller may take nothing of an answer that is there for it
_AGENT, _SECOND_AGENT = b"\r\nuser-agent:", b"\r\nuser_agent:"  # as long as each other: nothing moves
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Connections(web.Server):
    """The server behind all listeners, in whose place those make room who ask for nothing."""

    def __init__(
        self, *args: Any, most: int = _MOST, stands_still: float = _STANDS_STILL, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._most = min(most, _files() // 2)  # each may need one more, to its upstream
        self._stands_still = stands_still

    def __call__(self) -> RequestHandler:
        """Return what speaks HTTP on a new connection."""
        return Connection(self, self._stands_still, loop=self._loop, **self._kwargs)

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        """Count it; beyond the limit, close a tenth of the idle ones, those that never asked first."""
        super().connection_made(handler, transport)
        if len(self._connections) <= self._most:
            return
        idle = [one for one in self._connections if isinstance(one, Connection) and one.idle]
        idle.sort(key=lambda one: one.asked)  # of each kind, the oldest stay in front
        for one in idle[: max(1, len(idle) // 10)]:
            one.force_close()


class Connection(RequestHandler):
    """aiohttp's, with a bound for the head of a request and for a reader that stands still."""

    __slots__ = ("_body", "_head", "_stands_still", "_waits")

    def __init__(self, manager: Connections, stands_still: float, **kwargs: Any) -> None:
        super().__init__(manager, **kwargs)
        self._body: StreamReader = EMPTY_PAYLOAD  # of the request that came last
        self._head = 0  # bytes that came of a head that is not whole
        self._stands_still = stands_still
        self._waits: asyncio.TimerHandle | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing is asked for that was not answered."""
        return self._waiter is not None and not self._waiter.done()

    @property
    def asked(self) -> bool:
        """Whether a whole request ever came."""
        return self._request_count > 0

    def data_received(self, data: bytes) -> None:
        """Read on; a head that grows too large is answered with 431 (RFC 6585 section 5)."""
        before, of_body = self._request_count, not self._body.is_eof()
        if not of_body and not self._head:
            data = _with_one_agent(data)
        super().data_received(data)
        if self._request_count != before:
            self._body = self._messages[-1][1]
        if of_body or self._request_count != before:
            self._head = 0
            return
        self._head += len(data)
        if self._head > LARGEST_HEAD and self.transport is not None:
            if self.idle:
                self.transport.write(_TOO_LARGE)
            self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP: no version of what runs here, and none of the bytes that came."""
        answer = super().handle_error(request, status, exc, message)
        answer.headers["Server"] = "gateway-desktop"
        if isinstance(answer, web.Response) and message is not None:
            answer.text = message.partition("\n")[0].partition(": b")[0].rstrip(":.") + "."
        return answer

    def pause_writing(self) -> None:
        """Give the caller so long to take what is there; it holds memory, here and upstream."""
        super().pause_writing()
        if self.transport is not None:
            self._waits = self._loop.call_later(self._stands_still, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on."""
        super().resume_writing()
        self._no_longer_waits()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the caller."""
        self._no_longer_waits()
        super().connection_lost(exc)

    def _no_longer_waits(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None


def _with_one_agent(data: bytes) -> bytes:
    """Return a head whose second User-Agent has a name that stays here; aiohttp answers two with 400.

    google-genai sends its own beside one that is given to it, as pydantic-ai does.
    """
    head = data[: data.find(b"\r\n\r\n") + 1].lower()
    second = head.find(_AGENT, head.find(_AGENT) + 1)
    if second < 0:
        return data
    return data[:second] + _SECOND_AGENT + data[second + len(_AGENT) :]


def _files() -> int:
    """Return how many files this process may open, as many as the system allows: with 256 or 1024, as shells
    give, callers who say nothing keep out all others.
    """
    if sys.platform == "win32":
        return _MOST_FILES
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if most == resource.RLIM_INFINITY else min(most, _MOST_FILES)
    if 0 <= files < wanted:  # RLIM_INFINITY is -1 on Linux
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
            files = wanted
    if files < 0:
        return _MOST_FILES
    if files < 2 * _MOST:
        _log.warning(
            "This process may open %d files only: beyond %d connections, those that ask for nothing are "
            "closed, and many calls at once fail. A higher limit helps (ulimit -n, LimitNOFILE of systemd)",
            files,
            files // 2,
        )
    return files
