"""The end of the chain, against a real upstream on loopback."""

import asyncio
import gzip
import itertools
import json
import time
import zlib
from collections.abc import Callable

import pytest

from gateway_desktop.core.call import TextPart, memory_of
from gateway_desktop.core.errors import UpstreamFailed
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.filters.forwarding import Forwarding
from tests.fakes.answers import answer
from tests.fakes.llm import Connection, FakeUpstream, Script
from tests.makers import ClientRecord, a_call, a_proxy, a_snapshot, an_exchange
from tests.unit.gateway.filters.runtimes import a_runtime
from tests.unit.gateway.guarding.guards import SECRET as BIRD
from tests.unit.gateway.guarding.guards import a_guard

SECRET = Secret("upstream-" + "secret-0123456789")


def go(
    script: Script, change: Callable[[Exchange], None] = lambda _: None, secret: Secret = SECRET
) -> tuple[Exchange, ClientRecord, FakeUpstream]:
    """Forward a chat to an upstream with that script."""

    async def unreached(_: Exchange) -> None:
        raise AssertionError

    async def main(url: str) -> tuple[Exchange, ClientRecord]:
        proxy, client = a_proxy(upstream=url, credential_secret="sealed"), ClientRecord()
        runtime = a_runtime(a_snapshot(credentials={proxy.id: secret}))
        runtime.upstream.open()
        call = a_call(dialect="OpenAiChat")
        exchange = an_exchange(proxy=proxy, client=client, call=call, request_bytes=len(call.body))
        change(exchange)
        try:
            await Forwarding(runtime)(exchange, unreached)
        finally:
            await runtime.upstream.close()
        return exchange, client

    with FakeUpstream(script) as upstream:
        exchange, client = asyncio.run(main(upstream.url))
        return exchange, client, upstream


def test_the_call_goes_with_the_upstreams_credential_and_the_reply_is_read() -> None:
    exchange, client, upstream = go(answer)
    assert exchange.reply is not None and exchange.reply.usage is not None
    assert (exchange.reply.status, exchange.reply.usage.input, client.status) == (200, 1041, 200)
    assert upstream.received[0].header("Authorization") == f"Bearer {SECRET}".encode()


def test_a_credential_that_is_not_to_be_had_is_said_without_calling() -> None:
    def forget(exchange: Exchange) -> None:
        exchange.proxy = a_proxy(id="another", credential_secret="lost")

    with pytest.raises(UpstreamFailed, match="cannot be opened"):
        go(answer, forget)


@pytest.mark.parametrize("status", [200, 401])
@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_that_quotes_our_credential_comes_back_without_it(status: int, packed: bool) -> None:
    async def quoting(connection: Connection) -> None:
        said = connection.received.header("Authorization") or b""
        body = b'{"error":{"message":"bad key ' + said + b'"}}'
        headers = [("Content-Type", "application/json")]
        if packed:
            body, headers = gzip.compress(body), [*headers, ("Content-Encoding", "gzip")]
        await connection.whole(body, status, *headers)

    exchange, client, _ = go(quoting)
    assert exchange.reply is not None and SECRET not in repr(exchange.reply)
    assert client.status == status
    assert SECRET.encode() not in client.body
    assert b"bad key Bearer ***" in client.body


def test_of_our_credential_nothing_is_left_where_a_policy_masks_a_part_of_it() -> None:
    other = b"bluebird-another0123456789"

    async def quoting(connection: Connection) -> None:
        said = connection.received.header("Authorization") or b""
        message = b'"message":{"role":"assistant","content":"bad key ' + said + b", not " + other + b'"}'
        await connection.whole(b'{"choices":[{"index":0,' + message + b"}]}")

    async def streaming(connection: Connection) -> None:
        said = b'data: {"error":{"message":"bad key ' + str(secret).encode() + b'"}}\n\n'
        await connection.head(200, ("Content-Type", "text/event-stream"))
        await connection.chunk(said[:60])
        await connection.chunk(said[60:])
        await connection.end()

    def guarded(exchange: Exchange) -> None:
        exchange.guard = a_guard()

    secret = Secret(f"upstream.{BIRD}.rest")
    _, client, _ = go(quoting, guarded, secret)
    told = json.loads(client.body)["choices"][0]["message"]["content"]
    assert told.startswith("bad key Bearer ***, not <") and told.endswith(">")
    _, client, _ = go(streaming, guarded, secret)
    assert client.body == b'data: {"error":{"message":"bad key ' + b"*" * len(secret) + b'"}}\n\n'


def test_a_credential_that_is_a_word_is_left_where_answers_say_it() -> None:
    async def naming(connection: Connection) -> None:
        await connection.whole(b'{"made_by":"ollama"}', 200, ("Content-Type", "application/json"))

    assert go(naming, secret=Secret("ollama"))[1].body == b'{"made_by":"ollama"}'


def test_a_stream_and_headers_that_quote_our_credential_come_back_without_it() -> None:
    async def quoting(connection: Connection) -> None:
        said = b'data: {"error":{"message":"bad key ' + SECRET.encode() + b'"}}\n\n'
        await connection.head(200, ("Content-Type", "text/event-stream"), ("X-Key", str(SECRET)))
        await connection.chunk(said[:50])
        await connection.chunk(said[50:])
        await connection.end()

    _, client, _ = go(quoting)
    assert client.body == b'data: {"error":{"message":"bad key ' + b"*" * len(SECRET) + b'"}}\n\n'
    assert SECRET not in str(client.headers)


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
def test_our_credential_is_looked_for_in_much_that_was_packed_beside_the_loop(kind: str) -> None:
    packed = gzip.compress(b'data: {"x":"' + b"4" * (64 << 20) + b'"}\n\n', 1)
    packed = packed if kind == "text/event-stream" else gzip.compress(gzip.decompress(packed)[6:])
    clock: list[float] = []

    async def bomb(connection: Connection) -> None:
        await connection.whole(packed, 200, ("Content-Type", kind), ("Content-Encoding", "gzip"))

    def watch(_: Exchange) -> None:
        loop = asyncio.get_running_loop()

        def tick() -> None:
            clock.append(time.thread_time())
            loop.call_later(0.001, tick)

        tick()

    _, client, _ = go(bomb, watch, Secret("upstream+secret/0123456789"))
    assert client.status == 200
    assert max(after - before for before, after in itertools.pairwise(clock)) < 0.1


def test_an_answer_that_must_be_sifted_whole_does_not_pass_as_a_stream() -> None:
    async def in_pieces(connection: Connection) -> None:
        await connection.head(200, ("Content-Type", "text/event-stream"))
        await connection.chunk(b'data: {"tasks":[]}\n\n')
        await connection.end()

    def sift(exchange: Exchange) -> None:
        exchange.whole_only = True

    with pytest.raises(UpstreamFailed, match="cannot be sifted"):
        go(in_pieces, sift)


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_held_of_an_answer_is_counted_against_the_memory_of_all(packed: bool) -> None:
    texts = [{"message": {"role": "assistant", "content": "a" * 1_000}}] * 100
    clear = json.dumps({"choices": texts}).encode()
    body = zlib.compress(clear, 0) if packed else clear
    taken: list[int] = []

    async def many(connection: Connection) -> None:
        headers = [("Content-Type", "application/json"), *((("Content-Encoding", "deflate"),) * packed)]
        await connection.whole(body, 200, *headers)

    def counts(exchange: Exchange) -> None:
        exchange.take_memory = taken.append

    go(many, counts)
    assert sum(taken) == len(body) + len(clear) * packed + memory_of([TextPart("", "", "a" * 1_000)] * 100)


@pytest.mark.parametrize("codings", [["br"], ["identity", "gzip"]])
def test_an_answer_in_a_coding_that_nobody_asked_for_has_failed(codings: list[str]) -> None:
    async def packing(connection: Connection) -> None:
        headers = [("Content-Type", "application/json"), *(("Content-Encoding", one) for one in codings)]
        await connection.whole(b"{}", 200, *headers)

    with pytest.raises(UpstreamFailed, match="cannot be looked into"):
        go(packing)


def test_an_upstream_that_wants_another_protocol_has_failed() -> None:
    async def switching(connection: Connection) -> None:
        connection.writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n")
        connection.writer.write(b"Connection: Upgrade\r\n\r\n")
        await connection.gone()

    with pytest.raises(UpstreamFailed, match="status 101"):
        go(switching)
