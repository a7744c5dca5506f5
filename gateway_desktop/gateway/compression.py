"""Reading a copy of bodies that travel compressed (RFC 9110 section 8.4)."""

import zlib
from typing import Protocol

import zstandard

from gateway_desktop.core.errors import Malformed

READABLE = frozenset({"gzip", "x-gzip", "deflate", "zstd", "identity"})


class Decompressor(Protocol):
    """Incremental: bytes in, as many bytes out as are known by now."""

    def decompress(self, data: bytes, /) -> bytes:
        """Return what these bytes add; raises on garbage."""
        ...


class _Deflate:
    """`deflate` is zlib by the standard and raw deflate by habit; the first bytes tell."""

    def __init__(self) -> None:
        self._inner: Decompressor | None = None

    def decompress(self, data: bytes) -> bytes:
        if not data:
            return b""
        if self._inner is None:
            self._inner = zlib.decompressobj(zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS)
        return self._inner.decompress(data)


def decompressor(encoding: str) -> Decompressor | None:
    """Return a reader for this Content-Encoding; None for one we cannot read, or none at all."""
    match encoding.strip().lower():
        case "gzip" | "x-gzip":
            return zlib.decompressobj(zlib.MAX_WBITS | 16)
        case "deflate":
            return _Deflate()
        case "zstd":
            return zstandard.ZstdDecompressor().decompressobj()
        case _:
            return None


def decompressed(body: bytes, encoding: str, limit: int) -> bytes:
    """Return the request body in the clear, at most `limit` bytes of it.

    Raises:
        Malformed: an encoding that we cannot read (415), garbage (400), or more than `limit` (413).
    """
    reader = decompressor(encoding)
    if reader is None:
        raise Malformed(f"Content-Encoding {encoding!r} cannot be read", "Content-Encoding", 415)
    out = bytearray()
    step = 64 * 1024
    try:
        for start in range(0, len(body), step):
            out += reader.decompress(body[start : start + step])
            if len(out) > limit:
                raise Malformed("The request body is too large once decompressed", "body", 413)
    except (zlib.error, zstandard.ZstdError) as error:
        raise Malformed(f"The body is not {encoding}", "Content-Encoding") from error
    return bytes(out)


def readable_encodings(accept: str) -> str:
    """Return the client's Accept-Encoding without the codings that we could not read in the answer."""
    if accept in ("gzip, deflate", "gzip", "identity"):
        return accept
    kept = [item.strip() for item in accept.split(",") if item.split(";")[0].strip().lower() in READABLE]
    return ", ".join(kept) or "identity"
