"""Bytes to Call."""

import asyncio
import gzip
import json
import time

import pytest

from gateway_desktop.core.call import memory_of
from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind
from gateway_desktop.gateway.filters.decoding import Decoding
from tests.makers import a_head, a_proxy, a_snapshot, an_exchange
from tests.unit.gateway.filters.runtimes import a_runtime

BODY = b'{ "model": "gpt-5-mini",  "messages": [{"role": "user", "content": "Hi"}] }'


CHAT = "/v1/chat/completions"


def decoded(
    body: bytes, *headers: tuple[str, str], taken: list[int] | None = None, path: str = CHAT
) -> Exchange:
    async def read_body(limit: int, owner: str) -> bytes:
        assert limit == 64 << 20 and owner == "anonymous"
        return body

    async def call_next(_: Exchange) -> None:
        return None

    async def main() -> Exchange:
        exchange = an_exchange(
            read_body=read_body, request=a_head(("content-type", "application/json"), *headers, path=path)
        )
        if taken is not None:
            exchange.take_memory = taken.append
        await Decoding(a_runtime(a_snapshot()))(exchange, call_next)
        return exchange

    return asyncio.run(main())


def test_the_very_bytes_go_on() -> None:
    exchange = decoded(BODY)
    assert exchange.call is not None
    assert exchange.call.body is BODY
    assert (exchange.call.target, exchange.request_bytes) == ("gpt-5-mini", len(BODY))


def test_what_is_made_of_a_body_is_counted_against_the_memory_of_all() -> None:
    taken: list[int] = []
    plain = decoded(BODY, taken=taken)
    assert plain.call is not None
    texts = memory_of(plain.call.texts)
    assert taken == [texts]
    decoded(gzip.compress(BODY), ("Content-Encoding", "gzip"), taken=taken)
    assert taken[1:] == [len(BODY), texts]
    said = "word " * 10_000 + "\U0001f600"  # one such letter, and Python keeps all of them in four bytes
    request = {"model": "gpt-5-mini", "messages": [{"role": "user", "content": said}]}
    decoded(json.dumps(request).encode(), taken=taken)
    assert taken[-1] > 4 * len(said)


@pytest.mark.parametrize(("letter", "times"), [("\U0001f600", 4), ("\\ud83d\\ude00", 4), ("e", 1)])
def test_what_a_long_body_may_take_is_counted_before_it_is_read(letter: str, times: int) -> None:
    said = letter + "word " * 500_000
    body = f'{{"model": "m", "messages": [{{"role": "user", "content": "{said}"}}]}}'.encode()
    taken: list[int] = []
    read = decoded(body, taken=taken)
    assert read.call is not None
    assert (taken[0], sum(taken)) == (times * len(body), memory_of(read.call.texts))
    with pytest.raises(Malformed):
        decoded(body[:-1], taken=taken)
    assert taken[2:] == [times * (len(body) - 1)]


def test_a_compressed_body_is_read_and_goes_on_as_it_came() -> None:
    packed = gzip.compress(BODY)
    exchange = decoded(packed, ("Content-Encoding", "gzip"))
    assert exchange.call is not None
    assert exchange.call.target == "gpt-5-mini"
    assert exchange.call.body is packed


def test_a_body_of_very_many_texts_is_refused() -> None:
    with pytest.raises(Malformed, match="100,000 texts") as refused:
        decoded(b'{"model":"m","input":[' + b'"x",' * 200_000 + b'"x"]}', path="/v1/embeddings")
    assert refused.value.status == 413


HI = b'{"role":"user","content":[{"type":"input_text","text":"hi"}]}'
TOOL = b'{"type":"function","name":"t","description":"does it","parameters":{"type":"object"}}'
SENT = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"f","arguments":{%b}}}'


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize(
    ("kind", "path", "body"),
    [
        (Kind.LLM, "/v1/responses", b'{"model":"m","input":[%b]}' % b",".join([HI] * 30_000)),
        (Kind.LLM, "/v1/responses", b'{"model":"m","input":[],"tools":[%b]}' % b",".join([TOOL] * 20_000)),
        (Kind.MCP, "/mcp", SENT % b",".join(b'"k%d":"b"' % at for at in range(200_000))),
        (Kind.LLM, CHAT, b'{"model":"m","messages":[],"x":"%b"}' % (b"[\\u00e9{" * 4_000_000)),
    ],
    ids=["items", "tools", "keys", "escapes"],
)
def test_a_body_that_takes_long_to_read_keeps_nobody_waiting(kind: Kind, path: str, body: bytes) -> None:
    """It is read beside the loop, whose own work is measured: each of these took 0.2 seconds and more."""

    async def read_body(_limit: int, _owner: str) -> bytes:
        return body

    async def call_next(_: Exchange) -> None:
        return None

    async def longest() -> float:
        request = a_head(("content-type", "application/json"), path=path)
        exchange = an_exchange(proxy=a_proxy(kind=kind), request=request, read_body=read_body)
        decoding = Decoding(a_runtime(a_snapshot()))
        worst, reading = 0.0, None
        while reading is None or not reading.done():
            began = time.thread_time()
            reading = reading or asyncio.create_task(decoding(exchange, call_next))
            await asyncio.sleep(0.001)
            worst = max(worst, time.thread_time() - began)
        assert exchange.call is not None
        assert reading.exception() is None
        return worst

    assert asyncio.run(longest()) < 0.1


def test_a_body_of_millions_of_lists_is_not_read() -> None:
    lists = b'{"model":"m","messages":[],"x":[' + b"[]," * 200_000 + b"[]]}"
    with pytest.raises(Malformed, match="lists") as refused:
        decoded(lists)
    assert refused.value.status == 413
    with pytest.raises(Malformed, match="lists"):
        decoded(gzip.compress(lists, 1), ("Content-Encoding", "gzip"))
    with pytest.raises(Malformed, match="not valid JSON"):
        decoded(b"--x" + lists)  # no JSON is not taken apart
