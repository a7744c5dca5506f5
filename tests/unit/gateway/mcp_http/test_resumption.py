"""Streams whose client left."""

import asyncio

from gateway_desktop.gateway.mcp_http.resumption import KeptStream


def test_who_comes_back_reads_on_behind_the_last_event() -> None:
    async def run() -> tuple[list[bytes], list[bytes], list[bytes]]:
        stream = KeptStream()
        stream.add(b"id: 1\ndata: a\n\n")
        stream.add(b"id: 2\ndata: b\n\n")
        place = stream.place_after("1")
        assert place is not None
        missed = await stream.read(place)
        later = asyncio.ensure_future(stream.read(place + 1))
        await asyncio.wait({later}, timeout=0)
        stream.add(b"data: c\n\n")
        stream.end()
        return missed, await later, await stream.read(place + 2)

    assert asyncio.run(run()) == ([b"id: 2\ndata: b\n\n"], [b"data: c\n\n"], [])


def test_what_no_longer_fits_cannot_be_resumed_here() -> None:
    stream = KeptStream()
    stream.add(b"id: 1\n\n")
    for number in range(2, 8):
        stream.add(b"id: %d\ndata: " % number + b"x" * (1 << 20) + b"\n\n")
    assert stream.place_after("1") is None
    assert stream.place_after("7") is not None
    assert stream.place_after("unknown") is None


def test_a_long_stream_forgets_the_ids_of_what_it_no_longer_has_but_that_it_can_be_resumed() -> None:
    stream = KeptStream()
    for number in range(1000):
        stream.add(b"id: %d\ndata: " % number + b"x" * (64 << 10) + b"\n\n")
    assert len(stream._places) < 100 and stream.place_after("999") is not None
    for _ in range(100):
        stream.add(b"data: " + b"x" * (64 << 10) + b"\n\n")
    assert stream.place_after("999") is None and stream.resumable


def test_who_reads_more_slowly_than_events_come_is_sent_upstream_and_meets_none_twice() -> None:
    async def run() -> list[bytes]:
        stream = KeptStream()
        stream.add(b"id: 1\n\n")
        place = stream.place_after("1")
        assert place is not None
        for number in range(2, 8):
            stream.add(b"id: %d\ndata: " % number + b"x" * (1 << 20) + b"\n\n")
        return await stream.read(place)

    assert asyncio.run(run()) == []
