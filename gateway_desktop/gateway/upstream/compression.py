"""Reading a copy of bodies that travel compressed (RFC 9110 section 8.4)."""

import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol

import zstandard

from gateway_desktop.core.errors import Malformed

GARBAGE = (zlib.error, zstandard.ZstdError)  # what is not in the coding that it says
READABLE = frozenset({"gzip", "x-gzip", "deflate", "zstd", "identity"})


_STEP = 2048  # bytes read at once: in zstd each of them may be 32 KB
_MOST = 96 << 20  # from one piece: several copies of it are made
_PART = 256 << 10  # of what one piece unpacked to, that is cut into events at once
_MOST_MEMBERS = 10_000  # of a request: millions of empty ones are a few MB, and keep the loop from others


class Decompressor(Protocol):
    """Incremental: bytes in, as many bytes out as are known by now."""

    def decompress(self, data: bytes, /) -> bytes:
        """Return what these bytes add; raises on garbage."""

    @property
    def ended(self) -> bool:
        """Whether it may end here: nothing is missing."""


class _InSteps:
    """Reads a few bytes at a time, so that a little that nobody can hold is noticed before it is there."""

    def decompress(self, data: bytes) -> bytes:
        """Return what these bytes add; raise zlib.error for a little that nobody can hold."""
        if len(data) <= _STEP:
            return self._piece(data)
        out = bytearray()
        for start in range(0, len(data), _STEP):
            out += self._piece(data[start : start + _STEP])
            if len(out) > _MOST:
                raise zlib.error(f"it unpacks to more than {_MOST >> 20} MB at once")
        return bytes(out)

    def _piece(self, data: bytes) -> bytes:
        raise NotImplementedError


class _Members(_InSteps):
    """gzip and zstd may be several one after the other (RFC 1952 section 2.2, RFC 8878 section 3)."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._inner = make()
        self.count = 1

    @property
    def ended(self) -> bool:
        return bool(self._inner.eof)

    def _piece(self, data: bytes) -> bytes:
        out = b""
        while data:
            if self._inner.eof:
                self._inner = self._make()
                self.count += 1
            out += self._inner.decompress(data)
            data = self._inner.unused_data
        return out


class _Deflate(_InSteps):
    """`deflate` is zlib by the standard and raw deflate by habit; the first bytes tell."""

    def __init__(self) -> None:
        self._inner: Any = None

    @property
    def ended(self) -> bool:
        return self._inner is not None and bool(self._inner.eof)

    def _piece(self, data: bytes) -> bytes:
        if not data:
            return b""
        if self._inner is None:
            self._inner = zlib.decompressobj(zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS)
        out: bytes = self._inner.decompress(data)
        if self._inner.unused_data:
            raise zlib.error("it goes on behind its end")
        return out


def decompressor(encoding: str) -> Decompressor | None:
    """Return a reader for this Content-Encoding; None for one we cannot read, or none at all."""
    match encoding.strip().lower():
        case "gzip" | "x-gzip":
            return _Members(partial(zlib.decompressobj, zlib.MAX_WBITS | 16))
        case "deflate":
            return _Deflate()
        case "zstd":
            return _Members(zstandard.ZstdDecompressor().decompressobj)
        case _:
            return None


def in_parts(data: bytes) -> Iterator[bytes]:
    """Yield what was unpacked 256 KB at a time: the events and lines of 90 MB at once would be gigabytes."""
    if len(data) <= _PART:
        yield data
        return
    for start in range(0, len(data), _PART):
        yield data[start : start + _PART]


def decompressed(body: bytes, encoding: str, limit: int) -> bytes:
    """Return the request body in the clear, at most `limit` bytes of it.

    Raises:
        Malformed: an encoding that we cannot read (415), garbage or what is cut off (400), more than `limit`
            or too many members (413).
    """
    reader = decompressor(encoding)
    if reader is None:
        problem = (
            f"A body in the coding {encoding!r} cannot be read; send it as gzip, deflate or zstd, or plain"
        )
        raise Malformed(problem, "Content-Encoding", 415)
    out = bytearray()
    try:
        for start in range(0, len(body), _STEP):
            out += reader.decompress(body[start : start + _STEP])
            if isinstance(reader, _Members) and reader.count > _MOST_MEMBERS:
                most = f"more than {_MOST_MEMBERS:,} pieces that are compressed each for itself"
                raise Malformed(f"The request body holds {most}", "body", 413)
            if len(out) > limit:
                raise Malformed("The request body is too large once decompressed", "body", 413)
    except GARBAGE as error:
        raise Malformed(f"The body is not {encoding}", "Content-Encoding") from error
    if not reader.ended:  # others would refuse it, or wait for the rest
        raise Malformed(f"The body breaks off: it is not all of what was packed as {encoding}", "body")
    return bytes(out)


def readable_encodings(accept: str) -> str:
    """Return the client's Accept-Encoding without the codings that we could not read in the answer."""
    if accept in ("gzip, deflate", "gzip", "identity"):
        return accept
    kept = [item.strip() for item in accept.split(",") if item.split(";")[0].strip().lower() in READABLE]
    return ", ".join(kept) or "identity"
