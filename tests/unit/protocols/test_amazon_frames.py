"""Frames of Amazon's event streams: read in pieces, refused where they are none, written for a failure."""

import struct
import zlib

import pytest

from gateway_desktop.protocols.amazon_frames import Frame, FrameSplitter, exception_frame

PAYLOAD = b'{"message":"Too many tokens"}'


def test_a_frame_that_is_written_is_read_however_it_comes() -> None:
    frame = exception_frame("throttlingException", PAYLOAD)
    assert FrameSplitter().feed(frame * 2) == [Frame("throttlingException", True, PAYLOAD)] * 2
    splitter = FrameSplitter()
    assert [one for byte in frame for one in splitter.feed(bytes([byte]))] == [
        Frame("throttlingException", True, PAYLOAD)
    ]


def test_the_checksums_are_those_that_clients_check() -> None:
    frame = exception_frame("throttlingException", PAYLOAD)
    size, _, prelude = struct.unpack_from(">III", frame)
    assert size == len(frame) and prelude == zlib.crc32(frame[:8])
    assert struct.unpack(">I", frame[-4:])[0] == zlib.crc32(frame[:-4])


def test_headers_of_every_type_are_passed_over() -> None:
    values = (b"\0", b"\1", b"\2.", b"\3..", b"\4....", b"\5........", b"\6\0\3...", b"\x08" + b"." * 8)
    others = b"".join(bytes([1]) + b"x" + value for value in (*values, b"\x09" + b"." * 16))
    named = b"\x0b:event-type\x07\0\x05chunk"
    headers = others + named
    body = struct.pack(">III", len(headers) + 18, len(headers), 0) + headers + b"{}" + b"\0\0\0\0"
    assert FrameSplitter().feed(body) == [Frame("chunk", False, b"{}")]


@pytest.mark.parametrize("garbage", [b"data: {}\n\ndata: {}", b"\0" * 12, b"\xff" * 12])
def test_what_is_no_frame_is_refused(garbage: bytes) -> None:
    with pytest.raises(ValueError, match="no frame"):
        FrameSplitter().feed(garbage)
