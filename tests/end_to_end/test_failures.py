"""What goes wrong: the caller gets an answer in its own protocol, and the audit says what happened."""

import asyncio
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.end_to_end.conftest import Setting
from tests.end_to_end.program import eventually, free_port
from tests.end_to_end.streams import PIECE, STREAM, streaming
from tests.fakes.answers import answer
from tests.fakes.llm import Connection

CHAT = b'{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}'
HTML = (("Content-Type", "text/html"),)


async def _half_a_stream(connection: Connection) -> None:
    await connection.head(200, ("Content-Type", "text/event-stream"))
    await connection.chunk(PIECE)
    await connection.upstream.signalled()
    connection.reset()


async def _reset(connection: Connection) -> None:
    connection.reset()


async def _half_a_body(connection: Connection) -> None:
    await connection.head(200, ("Content-Type", "application/json"), length=500)
    connection.writer.write(b'{"id":')
    await connection.writer.drain()
    connection.reset()


async def _no_http(connection: Connection) -> None:
    connection.writer.write(b"220 smtp.example.com ready\r\n\r\n")
    await connection.writer.drain()
    connection.writer.close()


async def _html(connection: Connection) -> None:
    await connection.whole(b"<h1>Please sign in</h1>", 200, *HTML)


async def _no_json(connection: Connection) -> None:
    await connection.whole(b'{"choices": [')


async def _no_chunks(connection: Connection) -> None:
    await connection.head(200, ("Content-Type", "application/json"))
    connection.writer.write(b"zz\r\n{}\r\n")
    await connection.writer.drain()


async def _half_in_chunks(connection: Connection) -> None:
    await connection.head(200, ("Content-Type", "text/event-stream"))
    await connection.chunk(PIECE)
    await connection.upstream.signalled()
    connection.writer.write(b"zz\r\n\r\n")
    await connection.writer.drain()


async def _silence(connection: Connection) -> None:
    await connection.gone()


@pytest.mark.parametrize(
    ("script", "status"),
    [
        (_reset, 502),
        (_half_a_body, 502),
        (_no_http, 502),
        (_html, 502),
        (_no_json, 502),
        (_no_chunks, 502),
        (_silence, 504),
    ],
)
def test_an_upstream_that_fails_is_an_error_in_openais_shape(
    setting: Setting, script: object, status: int
) -> None:
    setting.script(script)  # type: ignore[arg-type]
    got, headers, body = setting.program.post(
        "/llm/v1/chat/completions", CHAT, Authorization=f"Bearer {setting.key}"
    )
    assert got == status
    assert "Gateway Desktop" in json.loads(body)["error"]["message"]
    row = setting.program.row(headers["x-gateway-request-id"])
    assert (row["outcome"], row["http_status"]) == ("failed", status)
    assert row["error"]


def test_a_stream_asked_for_and_a_page_given_is_an_error(setting: Setting) -> None:
    setting.script(_html)
    status, _, body = setting.program.post(
        "/llm/v1/messages", STREAM, Authorization=f"Bearer {setting.key}", anthropic_version="2023-06-01"
    )
    assert status == 502
    assert json.loads(body)["type"] == "error"


def test_an_upstream_that_is_not_there_is_named(setting: Setting) -> None:
    setting.program.add_proxy("down", f"http://127.0.0.1:{free_port()}")

    def answered() -> bool:
        status, _, body = setting.program.post(
            "/down/v1/messages", CHAT, Authorization=f"Bearer {setting.key}"
        )
        if status == 404:
            return False
        said = json.loads(body)["error"]["message"]
        return status == 502 and "The upstream 127.0.0.1 cannot be reached: Connection refused." in said

    eventually(answered)  # the gateway sees the new proxy within two seconds


@pytest.mark.parametrize("script", [_half_a_stream, _half_in_chunks])
def test_a_stream_that_breaks_ends_with_an_error_event_and_keeps_partial_usage(
    setting: Setting, script: object
) -> None:
    setting.script(script)  # type: ignore[arg-type]
    with streaming(setting) as answer:
        assert b"sunny" in answer.readline()
        setting.upstream.go_on.release()
        rest = answer.read()
        exchange = answer.headers["x-gateway-request-id"]
    assert b'"error"' in rest
    row = setting.program.row(exchange)
    assert (row["outcome"], row["cost_basis"]) == ("failed", "partial")
    assert row["tokens_out"] == 5


def test_a_client_who_leaves_cancels_the_upstream_at_once(setting: Setting) -> None:
    async def endless(connection: Connection) -> None:
        await connection.head(200, ("Content-Type", "text/event-stream"))
        await connection.chunk(PIECE)
        await connection.gone()

    setting.script(endless)
    with streaming(setting) as answer:
        answer.readline()
        exchange = answer.headers["x-gateway-request-id"]
    left = time.monotonic()
    cancelled = eventually(lambda: setting.upstream.left)
    assert cancelled[0] - left < 0.1
    row = setting.program.row(exchange)
    assert (row["outcome"], row["cost_basis"], row["tokens_out"]) == ("abandoned", "partial", 5)


@pytest.mark.parametrize(
    ("path", "events"),
    [
        (
            "/v1/chat/completions",
            [
                b'{"choices":[{"index":0,"delta":{"content":"Sunny"},"finish_reason":"stop"}],"model":"gpt-4o-mini"}',
                b'{"choices":[],"model":"gpt-4o-mini","usage":{"prompt_tokens":12,"completion_tokens":3}}',
                b"[DONE]",
            ],
        ),
        (
            "/v1/messages",
            [
                b'{"type":"message_start","message":{"usage":{"input_tokens":12,"output_tokens":1}}}',
                b'{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":3}}',
                b'{"type":"message_stop"}',
            ],
        ),
        (
            "/v1/responses",
            [
                b'{"type":"response.completed","response":{"status":"completed",'
                b'"usage":{"input_tokens":12,"output_tokens":3}}}',
            ],
        ),
    ],
)
def test_a_client_who_leaves_at_the_last_event_had_the_whole_answer(
    setting: Setting, path: str, events: list[bytes]
) -> None:
    """So does the official SDK of OpenAI: it reads no further than [DONE]."""

    async def lingering(connection: Connection) -> None:
        await connection.head(200, ("Content-Type", "text/event-stream"))
        for event in events:
            await connection.chunk(b"data: %b\n\n" % event)
        await connection.gone()

    setting.script(lingering)
    with streaming(setting, path=path) as answer:
        while answer.readline() != b"data: %b\n" % events[-1]:
            pass
        exchange = answer.headers["x-gateway-request-id"]
    row = setting.program.row(exchange)
    assert (row["outcome"], row["tokens_in"], row["tokens_out"]) == ("success", 12, 3)
    assert row["cost_nano"]


def test_a_client_who_leaves_at_an_error_of_the_upstream_is_none_who_gave_up(setting: Setting) -> None:
    error = b'data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n'

    async def overloaded(connection: Connection) -> None:
        await connection.head(200, ("Content-Type", "text/event-stream"))
        await connection.chunk(error + b"\n")
        await connection.gone()

    setting.script(overloaded)
    with streaming(setting, path="/v1/messages") as answer:
        assert answer.readline() == error
        exchange = answer.headers["x-gateway-request-id"]
    row = setting.program.row(exchange)
    assert (row["outcome"], row["error"]) == ("failed", "Overloaded")


def test_a_client_who_leaves_before_the_answer_cancels_too(setting: Setting) -> None:
    setting.script(_silence)
    with socket.create_connection(("127.0.0.1", setting.program.port)) as caller:
        head = f"POST /llm/v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nx-api-key: {setting.key}\r\n"
        caller.sendall(f"{head}Content-Length: {len(CHAT)}\r\n\r\n".encode() + CHAT)
        eventually(lambda: setting.upstream.received)
    left = time.monotonic()
    assert eventually(lambda: setting.upstream.left)[0] - left < 0.1
    eventually(lambda: setting.program.rows()[-1]["outcome"] == "abandoned")


def test_an_upstreams_own_error_passes_untouched(setting: Setting) -> None:
    said = b'{"error":{"message":"Rate limit reached for gpt-4o-mini","type":"tokens","code":"rate_limit"}}'

    async def limited(connection: Connection) -> None:
        await connection.whole(said, 429, ("Content-Type", "application/json"), ("Retry-After", "7"))

    setting.script(limited)
    status, headers, body = setting.program.post(
        "/llm/v1/chat/completions", CHAT, Authorization=f"Bearer {setting.key}"
    )
    assert (status, headers["retry-after"], body) == (429, "7", said)
    row = setting.program.row(headers["x-gateway-request-id"])
    assert (row["outcome"], row["error"]) == ("failed", "Rate limit reached for gpt-4o-mini")


def test_requests_that_cannot_be_understood(setting: Setting) -> None:
    bearer = f"Bearer {setting.key}"
    for body in (b"no json", b'{"model":"a","model":"b","messages":[]}', b"[]"):
        status, headers, answer = setting.program.post("/llm/v1/chat/completions", body, Authorization=bearer)
        assert status == 400
        assert json.loads(answer)["error"]["type"] == "invalid_request_error"
        assert setting.program.row(headers["x-gateway-request-id"])["http_status"] == 400
    assert setting.upstream.received == []
    assert setting.program.post("/nothing/v1/models", b"", Authorization=bearer)[0] == 404
    assert setting.program.post("/llm/../llm/v1/models", b"", Authorization=bearer)[0] == 400


def test_a_body_over_the_limit_is_refused_before_it_is_read(setting: Setting) -> None:
    with socket.create_connection(("127.0.0.1", setting.program.port)) as caller:
        head = f"POST /llm/v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nx-api-key: {setting.key}\r\n"
        caller.sendall(f"{head}Content-Length: {65 << 20}\r\n\r\n".encode())
        caller.settimeout(60)
        assert b" 413 " in caller.recv(100)


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_a_page_that_rebinds_its_name_is_refused_and_recorded(
    setting: Setting, headers: dict[str, str]
) -> None:
    status, answered, _ = setting.program.post(
        "/llm/v1/chat/completions", CHAT, Authorization=f"Bearer {setting.key}", **headers
    )
    assert status == 403
    assert setting.program.row(answered["x-gateway-request-id"])["block_reason"] == "access"
    assert setting.upstream.received == []


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_answers_with_an_id(setting: Setting, path: str) -> None:
    status, headers, _ = setting.program.post(path, b"")
    assert status == 200
    assert headers["x-gateway-request-id"]


def test_a_hundred_streams_at_once(setting: Setting) -> None:
    async def slowly(connection: Connection) -> None:
        await connection.head(200, ("Content-Type", "text/event-stream"))
        await connection.chunk(PIECE)
        await asyncio.sleep(0.2)
        await connection.chunk(b"data: [DONE]\n\n")
        await connection.end()

    setting.script(slowly)

    def one(_: int) -> str:
        with streaming(setting) as answer:
            assert answer.read().endswith(b"data: [DONE]\n\n")
            return str(answer.headers["x-gateway-request-id"])

    with ThreadPoolExecutor(100) as pool:
        exchanges = set(pool.map(one, range(100)))
    assert exchanges <= {row["exchange_id"] for row in setting.program.rows()}
    setting.script(answer)
