"""A stream of lines, cut wherever its pieces end."""

import pytest

from gateway_desktop.protocols.json_lines import LineSplitter
from gateway_desktop.protocols.sse import EventTooLarge


def test_the_end_of_a_line_is_found_wherever_it_is_cut() -> None:
    stream = b'{"a": 1}\n\n{"b": 2}\nrest'
    for first in range(len(stream)):
        for second in range(first, len(stream)):
            splitter = LineSplitter()
            pieces = [stream[:first], stream[first:second], stream[second:]]
            lines = [line for piece in pieces for line in splitter.feed(piece)]
            assert lines == [b'{"a": 1}\n', b"\n", b'{"b": 2}\n']
            assert splitter.rest() == b"rest"
            assert splitter.rest() == b""


def test_a_line_is_held_up_to_64_mb_and_refused_beyond() -> None:
    splitter = LineSplitter()
    megabyte = b"x" * (1 << 20)
    for _ in range(64):
        assert splitter.feed(megabyte) == []
    with pytest.raises(EventTooLarge, match="larger than 64 MB"):
        splitter.feed(b"x")
