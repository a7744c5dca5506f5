"""What is said on a stream is kept for a while, and nothing of it is lost to who listens slowly."""

import asyncio

from gateway_desktop.gateway.mcp.event_stream import EventStream

SAID = 5000


async def say(stream: EventStream) -> None:
    for number in range(SAID):
        stream.put(str(number).encode())
        await stream.room()
    stream.finish()


def test_who_follows_an_answer_slowly_gets_all_of_it() -> None:
    async def work() -> list[bytes]:
        stream, heard = EventStream(1), list[bytes]()
        with stream.followed():
            speaking, after = asyncio.ensure_future(say(stream)), 0
            while events := await stream.after(after):
                heard += [data for _, data in events]
                after = events[-1][0]
            await speaking
        return heard

    assert asyncio.run(work()) == [str(number).encode() for number in range(SAID)]


async def test_nobody_who_left_or_only_listens_holds_a_server_up() -> None:
    for stream in (EventStream(0), EventStream(1)):
        with stream.followed():
            speaking = asyncio.ensure_future(say(stream))
            await asyncio.sleep(0)
            assert speaking.done() is (stream.number == 0)
        await speaking
        assert stream.last == SAID
