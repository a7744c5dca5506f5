"""Our credential in what an upstream says."""

import asyncio
import base64
import json
import threading
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.reply import Reply
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.beside import beside
from gateway_desktop.gateway.upstream.own_credential import Stream, forget, out_of_headers, without

SECRET = Secret("up-" + "up-stream-secret-up-")  # it begins like parts of itself


@given(
    words=st.lists(
        st.sampled_from(["up-", "up-stream-", str(SECRET), "stream", "x", "secret-up-up-"]), max_size=12
    ),
    cuts=st.lists(st.integers(0, 300), max_size=12),
)
def test_a_stream_loses_the_credential_wherever_it_is_cut_and_nothing_else(
    words: list[str], cuts: list[int]
) -> None:
    said = "".join(words).encode()
    stream, passed, begin = Stream(SECRET), b"", 0
    for cut in [*sorted(min(cut, len(said)) for cut in cuts), len(said)]:
        passed += stream.feed(said[begin:cut])
        begin = cut
    passed += stream.end()
    assert passed == said.replace(SECRET.encode(), b"*" * len(SECRET))


def test_what_cannot_be_its_beginning_passes_at_once() -> None:
    stream = Stream(SECRET)
    assert stream.feed(b"data: {}\n\n") == b"data: {}\n\n"
    assert stream.feed(b"data: up") == b"data: "
    assert stream.feed(b"on\n\n") == b"upon\n\n"
    assert stream.end() == b""


def test_headers_lose_it_too() -> None:
    headers = [("X-Echo", f"Bearer {SECRET}"), ("Server", "x"), (f"X-{SECRET.upper()}", "1")]
    assert out_of_headers(SECRET, headers) == [("X-Echo", "Bearer ***"), ("Server", "x")]
    assert out_of_headers(None, headers) is headers


CROOKED = Secret("ABSK/up+stream<secret>&'x\"==")
_DOTNET = str.maketrans({one: f"\\u{ord(one):04X}" for one in "+&<>'"})
_GO = str.maketrans({one: f"\\u{ord(one):04x}" for one in "&<>"})


INSIDE = (b"stream", b"dXBzdHJlYW", b"Vwc3RyZWFt", b"1cHN0cmVhb")  # "upstream" as base64 may have it


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(CROOKED),
        json.dumps(CROOKED).replace("/", "\\/"),
        json.dumps(CROOKED).translate(_DOTNET),
        quote(CROOKED, safe=""),
        *(base64.b64encode(f"{'key'[:at]}{CROOKED} and more".encode()).decode() for at in range(4)),
        *(base64.urlsafe_b64encode(f"{'key'[:at]}{CROOKED}".encode()).decode() for at in range(4)),
    ],
)
async def test_it_is_found_as_others_write_it(written: str) -> None:
    said = f'data: {{"echo": "{written}"}}\n\n'.encode()
    stream = Stream(CROOKED)
    streamed = b"".join(stream.feed(said[at : at + 1]) for at in range(len(said))) + stream.end()
    reply = Reply(200, error=written, texts=[TextPart("/echo", "assistant", written)])
    await forget(CROOKED, reply)
    assert len(streamed) == len(said)
    assert reply.error is not None
    for passed in (without(CROOKED, said), streamed, reply.error.encode(), reply.texts[0].text.encode()):
        assert b"*" in passed and not any(part in passed for part in INSIDE)
    assert out_of_headers(CROOKED, [("X-Echo", written)])[0][1] != written


def test_what_does_not_hold_it_is_the_same_object() -> None:
    said = b"x" * 100
    assert without(CROOKED, said) is said
    assert without(None, said) is said


@pytest.mark.parametrize("texts", [["x" * (8 << 20)] * 3, ["x"] * 200_000])
async def test_long_texts_are_looked_through_beside_the_loop(texts: list[str]) -> None:
    reply = Reply(200, texts=[TextPart("/echo", "assistant", text) for text in [*texts, f"a {CROOKED}"]])
    began = time.thread_time()
    await forget(CROOKED, reply)
    assert time.thread_time() - began < 0.01
    assert reply.texts[-1].text == "a ***"


async def test_who_is_cancelled_before_long_texts_were_looked_through_stores_none_of_it() -> None:
    reply = Reply(200, texts=[TextPart("/echo", "assistant", "x" * (2 << 20) + CROOKED)])
    goes_on = threading.Event()
    before = asyncio.create_task(beside(goes_on.wait))
    await asyncio.sleep(0)
    forgetting = asyncio.create_task(forget(CROOKED, reply))
    await asyncio.sleep(0)
    forgetting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await forgetting
    goes_on.set()
    await before
    assert reply.texts[0].text.endswith("x***")
