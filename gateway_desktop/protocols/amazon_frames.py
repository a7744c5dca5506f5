"""Frames of application/vnd.amazon.eventstream, in which Amazon Bedrock streams its answers.

A frame is its length, that of its headers and their checksum, the headers, the payload, and a checksum
(https://smithy.io/2.0/aws/amazon-eventstream.html, as of 2025-11).
"""

import struct
import zlib
from typing import NamedTuple

KIND = "application/vnd.amazon.eventstream"
_PRELUDE = 12
_AROUND = _PRELUDE + 4  # bytes of a frame that are neither headers nor payload
_LARGEST = 32 << 20  # bytes; Amazon allows 24 MB
_STRING = 7
_SIZES = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}  # bytes by type; of others, told before them


class Frame(NamedTuple):
    """What a frame brings: `name` is that of its event or of an exception."""

    name: str
    failed: bool
    payload: bytes


class FrameSplitter:
    """Cuts a stream into its frames."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that these bytes complete; raise ValueError for what is none."""
        held = self._held
        held += data
        found: list[Frame] = []
        at = 0
        while len(held) - at >= _PRELUDE:
            size, of_headers = struct.unpack_from(">II", held, at)
            if not of_headers + _AROUND <= size <= _LARGEST:
                raise ValueError("These bytes are no frame of Amazon's event streams")
            if len(held) - at < size:
                break
            start = at + _PRELUDE
            headers = _headers(bytes(held[start : start + of_headers]))
            payload = bytes(held[start + of_headers : at + size - 4])
            found.append(_frame(headers, payload))
            at += size
        del held[:at]
        return found


def exception_frame(name: str, payload: bytes) -> bytes:
    """Return the frame with which a stream ends that has failed."""
    headers = b"".join(
        _header(*header)
        for header in (
            (":message-type", "exception"),
            (":exception-type", name),
            (":content-type", "application/json"),
        )
    )
    prelude = struct.pack(">II", len(headers) + len(payload) + _AROUND, len(headers))
    frame = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return frame + struct.pack(">I", zlib.crc32(frame))


def _frame(headers: dict[str, str], payload: bytes) -> Frame:
    kind = headers.get(":message-type", "event")
    name = headers.get(f":{kind}-type") or headers.get(":error-code", "")
    return Frame(name, kind != "event", payload)


def _headers(data: bytes) -> dict[str, str]:
    """Return those whose value is a string."""
    found: dict[str, str] = {}
    at = 0
    while at < len(data):
        named = at + 1 + data[at]
        name, kind = data[at + 1 : named], data[named : named + 1]
        at = named + 1
        size = _SIZES.get(kind[0]) if kind else 0
        if size is None:
            size = int.from_bytes(data[at : at + 2], "big")
            at += 2
        if kind == bytes([_STRING]):
            found[name.decode("utf-8", "replace")] = data[at : at + size].decode("utf-8", "replace")
        at += size
    return found


def _header(name: str, value: str) -> bytes:
    return bytes([len(name)]) + name.encode() + struct.pack(">BH", _STRING, len(value)) + value.encode()
