"""An answer that is there whole: head and body go out as one piece of bytes.

Why not `web.Response`: it copies the headers into a dict, completes and serialises them in five steps, for
answers whose headers are known to the byte. HEAD, HTTP/1.0 and answers without a body are left to it.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import cast

from aiohttp import HttpVersion11, web
from aiohttp.helpers import rfc822_formatted_time
from multidict import CIMultiDict

JOINED = 64 * 1024  # bytes up to which copying the body is cheaper than a second piece
_REASONS = {status.value: status.phrase for status in HTTPStatus}


def whole_answer(
    request: web.BaseRequest, status: int, headers: Iterable[tuple[str, str]], body: bytes
) -> web.StreamResponse:
    """Return what the server sends when the handler is done."""
    if request.version != HttpVersion11 or request.method == "HEAD" or status < 200 or status in (204, 304):
        given = CIMultiDict(headers)
        given.setdefault("Server", "gateway-desktop")
        return web.Response(status=status, headers=given, body=body)
    return cast(web.StreamResponse, WholeAnswer(request, status, headers, body))


class WholeAnswer:
    """What the server needs of a response: `prepare`, `write_eof`, `keep_alive`."""

    __slots__ = ("_body", "_head", "_request", "_sent", "keep_alive")

    def __init__(
        self, request: web.BaseRequest, status: int, headers: Iterable[tuple[str, str]], body: bytes
    ) -> None:
        self.keep_alive = request.keep_alive
        self._request = request
        self._body = body
        self._sent = False
        lines = [f"{name}: {value}\r\n" for name, value in headers]
        head = "".join(lines)
        if head.count("\n") != len(lines) or head.count("\r") != len(lines) or "\0" in head:
            raise ValueError("a header of the answer holds a line break")
        small = "\n" + head.lower()
        date = "" if "\ndate:" in small else f"Date: {rfc822_formatted_time()}\r\n"
        server = "" if "\nserver:" in small else "Server: gateway-desktop\r\n"
        end = "" if self.keep_alive else "Connection: close\r\n"
        self._head = (
            f"HTTP/1.1 {status} {_REASONS.get(status, '')}\r\n{head}{date}{server}{end}"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode("utf-8", "surrogateescape")

    async def prepare(self, _request: web.BaseRequest) -> None:
        """Do nothing: all goes out at the end."""

    async def write_eof(self) -> None:
        """Send it, once; raise ConnectionResetError if nobody is there any more."""
        if self._sent:
            return
        self._sent = True
        transport = self._request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError
        if len(self._body) < JOINED:
            transport.write(self._head + self._body)
        else:
            transport.writelines((self._head, self._body))
            self._body = b""  # aiohttp's exception, if the caller leaves, is garbage only a collection finds
            try:
                await self._request.protocol._drain_helper()  # so long it counts as memory in use
            except ConnectionError:
                raise ConnectionResetError from None
