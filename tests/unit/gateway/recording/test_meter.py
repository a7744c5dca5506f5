"""The meter reads a copy and can never break the answer."""

import asyncio
import gzip
import time
import tracemalloc
from codecs import BOM_UTF8
from collections.abc import Callable

import pytest
import zstandard

from gateway_desktop.core.reply import Reply
from gateway_desktop.gateway.beside import beside
from gateway_desktop.gateway.recording.meter import Meter
from gateway_desktop.gateway.upstream.compression import decompressor
from gateway_desktop.protocols.llm.adapter import LlmAdapter
from tests.makers import a_head


class Reader:
    """Keeps what it read; with `breaks` it fails on the first byte."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.reply = Reply(200)
        self.read = b""
        self.breaks = breaks

    def feed(self, data: bytes) -> bytes:
        if self.breaks:
            raise KeyError("usage")
        self.read += data
        return data.replace(b"hidden", b"")

    def end(self) -> bytes:
        self.reply.complete = True
        return b"tail"

    def aborted(self) -> None:
        self.reply.detail["aborted"] = True


def test_plain_bytes_pass_through_the_reader_which_may_hide_some() -> None:
    meter = Meter(Reader(), None, "")
    assert meter.feed(b"a hidden b") == b"a  b"
    assert meter.end() == b"tail"


async def test_compressed_bytes_pass_untouched_and_are_read_in_the_clear() -> None:
    reader, packed = Reader(), gzip.compress(b"hidden words")
    meter = Meter(reader, decompressor("gzip"), "gzip")
    passed = [await meter.piece(packed[at : at + 3]) for at in range(0, len(packed), 3)]
    assert b"".join([*passed, await meter.last()]) == packed
    assert reader.read == b"hidden words"


def test_a_reader_that_fails_costs_the_reading_not_the_answer(expect_log: Callable[[str], None]) -> None:
    expect_log("could not be metered")
    meter = Meter(Reader(breaks=True), None, "")
    assert [meter.feed(b"one"), meter.feed(b"two"), meter.end()] == [b"one", b"two", b""]
    assert "KeyError" in str(meter.reply.detail["not_read"])


def test_a_coding_we_cannot_read_is_said() -> None:
    meter = Meter(Reader(), None, "br")
    assert meter.feed(b"\x00br") == b"\x00br"
    assert "br" in str(meter.reply.detail["not_read"])


async def test_garbage_and_bombs_pass_unread_and_are_one_line_of_the_log(
    expect_log: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    expect_log("could not be metered: .*incorrect header")
    expect_log("could not be metered: it unpacks to more than 96 MB at once")
    assert await Meter(Reader(), decompressor("gzip"), "gzip").piece(b"not gzip") == b"not gzip"
    packer = zstandard.ZstdCompressor().compressobj()
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(256)) + packer.flush()
    meter = Meter(Reader(), decompressor("zstd"), "zstd")
    meter.whole(bomb)
    assert "The meter failed" in str(meter.reply.detail["not_read"])
    assert [record.exc_info for record in caplog.records] == [None, None]


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_a_byte_order_mark_is_not_read(coding: str) -> None:
    reader, body = Reader(), BOM_UTF8 + b'{"model":"m"}'
    meter = Meter(reader, decompressor(coding), coding)
    meter.whole(gzip.compress(body) if coding else body)
    assert (reader.read, meter.clear) == (body[3:], body[3:])
    assert meter.is_json()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("kind", ["text/event-stream", "application/json"])
def test_a_long_event_and_a_long_answer_are_read_beside_the_loop(kind: str) -> None:
    """The last event of a stream holds all of it once more: 40,000 items of it took half a second."""
    item = b'{"type":"message","role":"assistant","content":[{"type":"output_text","text":"hi"}]}'
    answer = b'{"id":"r","status":"completed","model":"m","output":[%b]}' % b",".join([item] * 20_000)
    if kind == "text/event-stream":
        answer = b'data: {"type":"response.completed","response":%b}\n\n' % answer
    call = LlmAdapter().decode(a_head(path="/v1/responses"), b'{"stream":true,"input":"x"}', "openai")
    meter = Meter(LlmAdapter().read_reply(call, 200, kind), None, "")

    pieces = [answer[at : at + 65_536] for at in range(0, len(answer), 65_536)]
    assert asyncio.run(longest_turn(meter, pieces)) < 0.05
    assert len(meter.reply.texts) == 20_000


@pytest.mark.usefixtures("no_collector")
def test_an_answer_that_calls_very_many_tools_is_put_together_beside_the_loop() -> None:
    tool = b'{"index":%d,"function":{"name":"f","arguments":"{}"}}'
    event = b'data: {"choices":[{"index":0,"delta":{"tool_calls":[' + tool + b"]}}]}\n\n"
    events = [event % number for number in range(60_000)]
    call = LlmAdapter().decode(
        a_head(path="/v1/chat/completions"), b'{"stream":true,"messages":[]}', "openai"
    )
    meter = Meter(LlmAdapter().read_reply(call, 200, "text/event-stream"), None, "")
    pieces = [b"".join(events[at : at + 100]) for at in range(0, len(events), 100)]
    assert asyncio.run(longest_turn(meter, [*pieces, b"data: [DONE]\n\n"])) < 0.05
    assert len(meter.reply.texts) == 60_000


async def longest_turn(meter: Meter, pieces: list[bytes]) -> float:
    """Return for how many seconds of its thread the loop did nothing else while the pieces were read."""

    async def read() -> None:
        for piece in pieces:
            assert await meter.piece(piece)
            await asyncio.sleep(0)
        await meter.last()

    worst, reading = 0.0, None
    while reading is None or not reading.done():
        began = time.thread_time()
        reading = reading or asyncio.create_task(read())
        await asyncio.sleep(0.001)
        worst = max(worst, time.thread_time() - began)
    reading.result()
    return worst


def test_a_piece_that_unpacks_to_very_many_events_takes_little_more_memory_than_they_are() -> None:
    events = b":\n\n" * (1 << 18)
    packed = gzip.compress(events)
    call = LlmAdapter().decode(a_head(path="/v1/responses"), b'{"stream":true,"input":"x"}', "openai")
    reader = LlmAdapter().read_reply(call, 200, "text/event-stream")
    meter = Meter(reader, decompressor("gzip"), "gzip")
    tracemalloc.start()
    try:
        assert asyncio.run(meter.piece(packed)) == packed
        assert tracemalloc.get_traced_memory()[1] < 8 * len(events)
    finally:
        tracemalloc.stop()
    assert "not_read" not in meter.reply.detail


async def test_others_have_their_turn_while_a_piece_is_read_that_unpacks_to_much() -> None:
    reader, packed = Reader(), gzip.compress(b":\n\n" * (1 << 20))
    reading = asyncio.create_task(Meter(reader, decompressor("gzip"), "gzip").piece(packed))
    await asyncio.sleep(0)
    seen = await beside(lambda: len(reader.read))
    await reading
    assert seen < len(reader.read) == 3 << 20
