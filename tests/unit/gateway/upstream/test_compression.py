"""Reading a copy of compressed bodies."""

import gzip
import zlib
from collections.abc import Callable
from typing import Any

import pytest
import zstandard

from gateway_desktop.core.errors import Malformed
from gateway_desktop.gateway.upstream.compression import decompressed, decompressor, readable_encodings

TEXT = b'{"model": "x"}' * 5_000


def _raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", _raw_deflate(TEXT)),
        ("zstd", zstandard.compress(TEXT)),
    ],
)
def test_each_coding_is_read_whole_and_in_pieces(coding: str, body: bytes) -> None:
    assert decompressed(body, coding, 1 << 20) == TEXT
    reader = decompressor(coding)
    assert reader is not None
    assert b"".join(reader.decompress(body[at : at + 7]) for at in range(0, len(body), 7)) == TEXT


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", _raw_deflate),
        ("zstd", zstandard.ZstdCompressor().compress),
    ],
)
def test_a_request_that_breaks_off_is_refused_wherever_it_does(
    coding: str, pack: Callable[[bytes], bytes]
) -> None:
    body = pack(b'{"model": "x"}')
    for end in range(1, len(body)):
        with pytest.raises(Malformed):
            decompressed(body[:end], coding, 100)
    assert decompressed(body, coding, 100) == b'{"model": "x"}'


def test_a_bomb_is_refused() -> None:
    with pytest.raises(Malformed) as caught:
        decompressed(gzip.compress(bytes(30 << 20)), "gzip", 1 << 20)
    assert caught.value.status == 413


def test_garbage_and_unknown_codings_are_refused() -> None:
    with pytest.raises(Malformed, match="not gzip"):
        decompressed(b"no gzip at all", "gzip", 100)
    with pytest.raises(Malformed, match="'br' cannot be read; send it as gzip, deflate or zstd") as caught:
        decompressed(b"...", "br", 100)
    assert caught.value.status == 415


def test_codings_we_cannot_read_are_not_asked_for() -> None:
    assert readable_encodings("gzip, deflate, br, zstd;q=0.5") == "gzip, deflate, zstd;q=0.5"
    assert readable_encodings("br") == "identity"


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_an_answer_of_several_members_is_read_to_its_end(coding: str) -> None:
    pack = gzip.compress if coding == "gzip" else zstandard.ZstdCompressor().compress
    reader = decompressor(coding)
    assert reader is not None
    data = b"".join(map(pack, (b"one ", b"two ", b"three")))
    assert reader.decompress(data) == b"one two three"
    again = decompressor(coding)
    assert again is not None
    assert b"".join(again.decompress(data[at : at + 1]) for at in range(len(data))) == b"one two three"


@pytest.mark.parametrize(
    ("coding", "packer"),
    [
        ("zstd", zstandard.ZstdCompressor().compressobj()),
        ("gzip", zlib.compressobj(wbits=zlib.MAX_WBITS | 16)),
        ("deflate", zlib.compressobj()),
    ],
)
def test_a_little_that_unpacks_to_much_is_not_unpacked(coding: str, packer: Any) -> None:
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
    reader = decompressor(coding)
    assert reader is not None
    with pytest.raises(zlib.error, match="96 MB"):
        reader.decompress(packed)


@pytest.mark.parametrize(
    ("coding", "member"),
    [
        ("gzip", gzip.compress(b"")),
        ("zstd", zstandard.ZstdCompressor().compress(b"")),
        ("zstd", b"\x50\x2a\x4d\x18\0\0\0\0"),  # one that is skipped (RFC 8878 section 3.1.2)
    ],
)
def test_a_request_of_very_many_empty_members_is_refused(coding: str, member: bytes) -> None:
    assert decompressed(member * 5_000, coding, 100) == b""
    with pytest.raises(Malformed, match="pieces") as refused:
        decompressed(member * 20_000, coding, 100)
    assert refused.value.status == 413
