"""Server-Sent Events in every way that the standard allows."""

import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.protocols.sse import (
    EventSplitter,
    EventTooLarge,
    beside_data,
    data_of,
    event,
    lines_of,
    without_remarks,
)


def data_in(pieces: list[bytes]) -> list[bytes]:
    splitter = EventSplitter()
    blocks = [block for piece in pieces for block in splitter.feed(piece)] + [splitter.rest()]
    assert b"".join(blocks) == b"".join(pieces)
    return [data for block in blocks if (data := data_of(block)) is not None]


LINES = st.sampled_from(
    [b"data: a", b"data:b", b"data:  c", b"data", b": comment", b"event: x", b"id", b"", b"dat: no"]
)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])


def plainly(stream: bytes) -> list[bytes]:
    """Read the stream as the standard says it, line by line."""
    found: list[bytes] = []
    lines: list[bytes] = []
    for line in stream.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"):
        if not line:
            if lines:
                found.append(b"\n".join(lines))
            lines = []
        name, _, value = line.partition(b":")
        if name == b"data":
            lines.append(value.removeprefix(b" "))
    return found + ([b"\n".join(lines)] if lines else [])


@given(st.lists(st.tuples(LINES, ENDS), max_size=30), st.data())
def test_any_stream_in_any_pieces_is_read_as_the_standard_says(
    lines: list[tuple[bytes, bytes]], data: st.DataObject
) -> None:
    stream = b"".join(line + end for line, end in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert data_in(pieces) == plainly(stream)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_each_way_to_end_a_line(end: bytes) -> None:
    stream = end.join([b"event: one", b"data: 1", b"", b"data: 2", b"data: 3", b"", b": hi", b"", b"data: 4"])
    assert data_in([stream]) == [b"1", b"2\n3", b"4"]


def test_an_event_that_is_cut_off_is_read_to_its_last_byte() -> None:
    assert data_in([b"event: x\ndata: a\ndata: b\n"]) == [b"a\nb"]


def test_a_byte_order_mark_is_no_part_of_a_name() -> None:
    assert data_in([b"\xef\xbb\xbfdata: x\n\n"]) == [b"x"]


def test_an_event_without_data_has_none() -> None:
    assert data_in([b"event: ping\n\n: comment\n\nretry: 5\n\n"]) == []


def test_a_large_event_in_many_pieces_costs_what_its_size_costs() -> None:
    """Each piece joined to all before it would copy 400 GB here."""
    piece = b"x" * 16_384
    stream = [b"data: ", *[piece] * 800, b"\n\n", b"data: next\n\n"]
    assert [len(data) for data in data_in(stream)] == [800 * 16_384, 4]


def test_many_lines_of_one_event_cost_what_their_size_costs() -> None:
    """Each piece joined to all before it would copy 50 GB here."""
    lines = b"data: " + b"x" * 8_000 + b"\n"
    stream = [*[lines] * 3_500, b"\n", b"data: next\n\n"]
    assert [len(data) for data in data_in(stream)] == [3_500 * 8_001 - 1, 4]


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n", b"\r\r", b"\n\r\n", b"\r\n\n"])
def test_the_end_of_an_event_is_found_wherever_it_is_cut(end: bytes) -> None:
    stream = b"data: one\n\ndata: two" + end + b"data: three\n\n"
    for first in range(len(stream)):
        for second in range(first, len(stream)):
            pieces = [stream[:first], stream[first:second], stream[second:]]
            assert data_in(pieces) == [b"one", b"two", b"three"]


def test_an_event_is_held_up_to_64_mb_and_refused_beyond() -> None:
    splitter = EventSplitter()
    megabyte = b"x" * (1 << 20)
    assert [splitter.feed(megabyte) for _ in range(64)] == [[]] * 64
    with pytest.raises(EventTooLarge, match="larger than 64 MB"):
        splitter.feed(b"x")
    assert len(splitter.rest()) == (64 << 20) + 1


def test_what_is_written_is_read() -> None:
    assert event(b"{}", "error") == b"event: error\ndata: {}\n\n"
    assert data_in([event(b"{}", "error"), event(b"[]")]) == [b"{}", b"[]"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_blank_lines_are_one_block_however_many(end: bytes) -> None:
    """64 KB of them were 32,000 events."""
    splitter = EventSplitter()
    assert len(splitter.feed(b"data: one" + end * 30_000)) == 1
    assert len(splitter.feed(end * 30_000)) <= 1
    *_, last = splitter.feed(b"data: two" + 3 * end + b"x")
    assert data_of(last) == b"two"


@given(st.lists(st.tuples(LINES, ENDS), max_size=30), st.integers(0, 200_000))
def test_lines_that_come_few_at_a_time_are_all_of_them(lines: list[tuple[bytes, bytes]], long: int) -> None:
    data = b"".join(line + end for line, end in lines)
    data += b"data:" + b"x" * long + b"\r" + data * (long // 1000)
    assert list(lines_of(data)) == data.splitlines()
    assert list(lines_of(data, keepends=True)) == data.splitlines(keepends=True)


@pytest.mark.parametrize("read", [data_of, beside_data, without_remarks, EventSplitter().feed])
@pytest.mark.parametrize("line", [b"data:ab\n", b":ab\r"])
def test_an_event_of_millions_of_lines_takes_little_more_memory_than_its_bytes(
    read: Callable[[bytes], object], line: bytes
) -> None:
    block = line * (1 << 17) + b"\n\n"
    tracemalloc.start()
    try:
        read(block)
        assert tracemalloc.get_traced_memory()[1] < 4 * len(block)
    finally:
        tracemalloc.stop()
