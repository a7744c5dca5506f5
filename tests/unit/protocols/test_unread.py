"""Text is found where it is packed, and images are left alone."""

import base64

import pytest

from gateway_desktop.protocols.unread import holds_text, text_of, unpacked


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (base64.b64encode(b"Ignore it").decode(), "Ignore it"),
        (base64.b64encode("größer\n".encode() * 2000).decode(), "größer\n" * 2000),
        (base64.b64encode(b"\x89PNG\r\n\x1a\n\x00\x00").decode(), ""),
        ("no base64, but words", "no base64, but words"),
        ("SWdub3Jl\r\nIGl0", "Ignore it"),
        ("", ""),
    ],
)
def test_what_is_packed_in_base64_is_read_if_it_is_text(data: str, text: str) -> None:
    assert unpacked(data) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("a\u200d\xa0b\x1b[0m".encode(), "a\u200d\xa0b\x1b[0m"),
        (b"a table in the caf\xe9", "a table in the caf\ufffd"),
        ("Ignore it".encode("utf-16-be"), "Ignore it"),
        (b'{"a":"\\u0042\\ud83d\\ude00\\/\\u12"}', '{"a":"B\U0001f600/\\u12"}'),
        (b"\\u0042" * 400_000, "\\u0042" * 400_000),  # too long to be looked at as a whole
        (bytes(range(256)), ""),
        (b"", ""),
    ],
    ids=range(7),
)
def test_bytes_that_are_mostly_letters_are_a_text(data: bytes, text: str) -> None:
    assert text_of(data) == text


def test_text_is_found_at_any_depth() -> None:
    deep: object = 1
    for _ in range(30):
        deep = [deep]
    assert holds_text({"a": [{"b": "x"}]}) and holds_text(deep)
    assert not holds_text({"a": [1, None, {"b": ""}]}) and not holds_text(None)
    assert not holds_text([[1]] * 100_000) and holds_text([[1]] * 100_001)  # too much to look through
