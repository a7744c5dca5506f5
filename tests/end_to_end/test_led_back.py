"""Addresses that an API gives for the next step: SDKs go on through the gateway, whose keys stay with it."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anthropic
import httpx
import pytest
from google import genai
from google.genai import types

from tests.end_to_end.conftest import Setting
from tests.end_to_end.program import CREDENTIAL, eventually
from tests.end_to_end.raw import sent
from tests.fakes.llm import Connection

BATCH = "/v1/messages/batches/msgbatch_1"
FILE = {"name": "files/abc", "mimeType": "text/plain", "sizeBytes": "5", "state": "ACTIVE"}
MESSAGE = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-next", "content": []}


def own_address(connection: Connection) -> str:
    host = connection.received.header("host")
    assert host is not None
    return f"http://{host.decode()}"


async def batches(connection: Connection) -> None:
    """Answer like Anthropic: the batch names the address of its results."""
    if connection.received.target.endswith("/results"):
        line = {"custom_id": "one", "result": {"type": "succeeded", "message": MESSAGE}}
        body = json.dumps(line).encode() + b"\n"
        await connection.whole(body, 200, ("Content-Type", "application/x-jsonl"))
        return
    batch = {"id": "msgbatch_1", "type": "message_batch", "processing_status": "ended"}
    batch["results_url"] = f"{own_address(connection)}{BATCH}/results"
    await connection.whole(json.dumps(batch).encode())


async def uploads(connection: Connection) -> None:
    """Answer like Google: a file is announced, and sent to the address that this brings."""
    received = connection.received
    if received.header("x-goog-upload-command") == b"start":
        url = f"{own_address(connection)}{received.target}?upload_id=one&upload_protocol=resumable"
        status = ("X-Goog-Upload-Status", "active")
        await connection.whole(b"", 200, ("X-Goog-Upload-URL", url), status, ("Content-Type", "text/plain"))
        return
    status = ("X-Goog-Upload-Status", "final")
    body = json.dumps({"file": FILE}).encode()
    await connection.whole(body, 200, status, ("Content-Type", "application/json"))


def test_results_of_a_message_batch_come_through_the_gateway(setting: Setting) -> None:
    setting.script(batches)
    direct = anthropic.Anthropic(base_url=setting.upstream.url, api_key=CREDENTIAL)
    through = anthropic.Anthropic(base_url=setting.url, api_key=setting.key, max_retries=0)
    expected = list(direct.messages.batches.results("msgbatch_1"))
    setting.upstream.received.clear()
    assert list(through.messages.batches.results("msgbatch_1")) == expected
    asked = setting.upstream.received
    assert [one.target for one in asked] == [BATCH, f"{BATCH}/results"]
    assert [one.header("x-api-key") for one in asked] == [CREDENTIAL.encode()] * 2
    assert setting.key.encode() not in repr(asked).encode()
    endpoints = [row["endpoint"] for row in setting.program.rows()[-2:]]
    assert endpoints == [f"GET {BATCH}", f"GET {BATCH}/results"]


def test_a_file_for_gemini_is_sent_through_the_gateway(setting: Setting, tmp_path: Path) -> None:
    setting.script(uploads)
    path = tmp_path / "note.txt"
    path.write_text("hello")

    def uploaded(base: str, key: str) -> types.File:
        client = genai.Client(api_key=key, http_options=types.HttpOptions(base_url=base))
        return client.files.upload(file=str(path))

    def said(file: types.File) -> dict[str, Any]:
        return file.model_dump(exclude={"sdk_http_response"})

    direct = uploaded(setting.upstream.url, CREDENTIAL)
    theirs = list(setting.upstream.received)
    setting.upstream.received.clear()
    assert said(uploaded(setting.url, setting.key)) == said(direct)
    ours = setting.upstream.received
    assert [(one.target, one.body) for one in ours] == [(one.target, one.body) for one in theirs]
    assert b"gw" not in repr([(one.target, one.headers) for one in ours]).encode()
    rows = setting.program.rows()[-2:]
    assert [(row["actor"], row["endpoint"]) for row in rows] == [
        ("ana@example.org", f"POST {urlsplit(ours[0].target).path}")
    ] * 2


def test_an_address_for_a_file_is_good_for_that_file_only_and_as_long_as_who_began_may_ask(
    setting: Setting,
) -> None:
    setting.script(uploads)
    program = setting.program
    made = program.json("key", "create", "--user", "ana@example.org")
    announced = {"X-Goog-Upload-Command": "start", "x-goog-api-key": str(made["key"])}

    def begin() -> str:
        answer = httpx.post(f"{setting.url}/upload/v1beta/files", headers=announced, json={}, timeout=60)
        return answer.headers["X-Goog-Upload-URL"]

    files = f"{setting.url}/upload/v1beta/files"
    eventually(lambda: httpx.post(files, headers=announced, timeout=60).status_code == 200)
    address = begin()
    assert address.startswith(f"{setting.url}/upload/v1beta/files?upload_id=one&upload_protocol=resumable&")
    assert str(made["key"]) not in address
    assert httpx.post(address, content=b"hello", timeout=60).status_code == 200
    query = urlsplit(address).query
    for other in (
        f"{setting.url}/upload/v1beta/other?{query}",
        f"{setting.url}/upload/v1beta/files?{query.replace('one', 'two')}",
        f"{setting.url}/v1/models?{query.rpartition('&')[2]}",
    ):
        assert httpx.post(other, content=b"hello", timeout=60).status_code == 401
    program.run("key", "revoke", str(made["key"])[:12])
    eventually(lambda: httpx.post(address, content=b"hello").status_code == 401)


@pytest.mark.parametrize("path", ["/v1/realtime?model=gpt-next", "/v1/responses"])
def test_a_websocket_is_refused_with_the_status_at_which_clients_go_on_over_http(
    setting: Setting, path: str
) -> None:
    handshake = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455 section 1.3
    authorization = f"Authorization: Bearer {setting.key}"
    line = f"GET /llm{path} HTTP/1.1"
    answer = sent(setting.program.port, line, *handshake, key, authorization, "Connection: close")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 426 Upgrade Required\r\n") and b"\r\nUpgrade: HTTP/1.1\r\n" in head
    assert "use the same API over HTTP" in json.loads(body)["error"]["message"]
    assert not setting.upstream.received
    row = setting.program.rows()[-1]
    endpoint = f"GET {path.partition('?')[0]}"
    assert (row["endpoint"], row["http_status"], row["outcome"]) == (endpoint, 426, "failed")


@pytest.mark.parametrize("stream", [False, True])
def test_interactions_of_gemini_are_metered(setting: Setting, stream: bool) -> None:
    usage = {"total_input_tokens": 1041, "total_cached_tokens": 1024, "total_output_tokens": 20}
    usage |= {"total_thought_tokens": 8, "total_tokens": 1069}
    done = {"id": "int_1", "status": "completed", "model": "gemini-2.5-flash", "usage": usage}

    async def interactions(connection: Connection) -> None:
        if not stream:
            await connection.whole(json.dumps(done).encode())
            return
        await connection.head(200, ("Content-Type", "text/event-stream"))
        event = {"event_type": "interaction.completed", "interaction": done}
        await connection.chunk(b"event: interaction.completed\ndata: " + json.dumps(event).encode() + b"\n\n")
        await connection.end()

    setting.script(interactions)
    asked = {"model": "gemini-2.5-flash", "input": "Weather?", "stream": stream}
    headers = {"x-goog-api-key": setting.key}
    answer = httpx.post(f"{setting.url}/v1beta/interactions", json=asked, headers=headers, timeout=60)
    assert answer.status_code == 200
    row = setting.program.rows()[-1]
    assert (row["tokens_in"], row["tokens_cached"], row["tokens_out"]) == (1041, 1024, 28)
    assert (row["tokens_reasoning"], row["cost_basis"]) == (8, "reported")
