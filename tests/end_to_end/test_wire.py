"""Bytes: what the upstream receives, what the caller gets, what never travels."""

import gzip
import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.end_to_end.conftest import Setting
from tests.end_to_end.program import CREDENTIAL
from tests.end_to_end.raw import sent
from tests.fakes.llm import Connection

NAMES = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=12).map(
    lambda name: "X-" + name
)
VALUES = st.text(string.ascii_letters + string.digits + " !#$%&'*+-.^_`|~;,:=/", max_size=30).map(str.strip)
MODEST = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
OWN = {b"host", b"content-length", b"authorization", b"accept-encoding", b"connection"}


@MODEST
@given(
    st.binary(max_size=5000),
    st.lists(st.tuples(NAMES, VALUES), max_size=6, unique_by=lambda pair: pair[0].lower()),
)
def test_body_and_headers_of_an_unknown_path_arrive_byte_for_byte(
    setting: Setting, body: bytes, headers: list[tuple[str, str]]
) -> None:
    async def echo(connection: Connection) -> None:
        await connection.whole(connection.received.body, 200, ("Content-Type", "application/octet-stream"))

    setting.script(echo)
    named = {**dict(headers), "Content-Type": "application/octet-stream"}
    status, _, answer = setting.program.post(
        "/llm/v1/files?beta=true&x=%2F", body, Authorization=f"Bearer {setting.key}", **named
    )
    received = setting.upstream.received[-1]
    assert (status, answer) == (200, body)
    assert (received.target, received.body) == ("/v1/files?beta=true&x=%2F", body)
    arrived = [(name, value) for name, value in received.headers if name.lower() not in OWN]
    assert arrived == [(name.encode(), value.encode()) for name, value in reordered(named)]


def reordered(headers: dict[str, str]) -> list[tuple[str, str]]:
    """Return headers as http.client sends them: the dictionary's order."""
    return list({"Content-Type": headers.pop("Content-Type"), **headers}.items())


@MODEST
@given(
    st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20), max_size=5),
    st.sampled_from([None, 2]),
)
def test_a_chat_arrives_byte_for_byte_with_fields_nobody_knows(
    setting: Setting, unknown: dict[str, int | str], indent: int | None
) -> None:
    unknown = {
        name: value for name, value in unknown.items() if name.lower() not in ("model", "messages", "stream")
    }
    asked = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}], "unknown": unknown}
    body = json.dumps(asked, indent=indent).encode()
    status, *_ = setting.program.post("/llm/v1/chat/completions", body, Authorization=f"Bearer {setting.key}")
    assert status == 200
    assert setting.upstream.received[-1].body == body


PIECES = st.lists(st.binary(min_size=1, max_size=400), max_size=12)


@pytest.mark.parametrize("named", ["user-agent", "User-Agent", "USER-AGENT"])
def test_of_two_user_agents_the_first_goes_upstream(setting: Setting, named: str) -> None:
    """google-genai sends its own beside one that it is given."""

    async def taken(connection: Connection) -> None:
        await connection.whole(b"{}")

    setting.script(taken)
    headers = ("User-Agent: pydantic-ai/2.0", "X-Between: 1", f"{named}: google-genai-sdk/2.0")
    body = b"{\r\nuser-agent: a\r\nuser-agent: b\r\n\r\n"
    key = f"Authorization: Bearer {setting.key}"
    answer = sent(setting.program.port, "POST /llm/v1/files HTTP/1.1", key, *headers, body=body)
    assert answer.startswith(b"HTTP/1.1 200 ")
    received = setting.upstream.received[-1]
    agents = [value for name, value in received.headers if b"agent" in name.lower()]
    assert (agents, received.body, received.header("X-Between")) == ([b"pydantic-ai/2.0"], body, b"1")


@MODEST
@given(
    PIECES,
    st.sampled_from(["text/event-stream", "audio/mpeg", "application/json"]),
    NAMES,
    VALUES,
    st.booleans(),
)
def test_an_answer_comes_back_byte_for_byte_however_it_is_cut(
    setting: Setting, pieces: list[bytes], kind: str, name: str, value: str, length: bool
) -> None:
    async def cut(connection: Connection) -> None:
        headers = (("Content-Type", kind), (name, value))
        size = sum(map(len, pieces)) if length else None
        await connection.head(200, *headers, length=size)
        for piece in pieces:
            if length:
                connection.writer.write(piece)
                await connection.writer.drain()
            else:
                await connection.chunk(piece)
        if not length:
            await connection.end()

    setting.script(cut)
    status, headers, body = setting.program.post("/llm/v1/files", b"", Authorization=f"Bearer {setting.key}")
    assert (status, body) == (200, b"".join(pieces))
    assert headers["content-type"] == kind
    assert headers[name.lower()] == value


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {"Authorization": "Bearer KEY"}),
        ("", {"x_api_key": "KEY"}),
        ("", {"api_key": "KEY"}),
        ("", {"x_goog_api_key": "KEY"}),
        ("?alt=json&key=KEY", {}),
        ("", {"Authorization": "Bearer something-else", "x_api_key": "KEY"}),
    ],
)
def test_our_credential_never_goes_upstream_and_theirs_does(
    setting: Setting, query: str, headers: dict[str, str]
) -> None:
    given = {name: value.replace("KEY", setting.key) for name, value in headers.items()}
    body = b'{"model":"gpt-4o-mini","messages":[]}'
    status, *_ = setting.program.post(
        f"/llm/v1/chat/completions{query.replace('KEY', setting.key)}", body, **given
    )
    received = setting.upstream.received[-1]
    assert status == 200
    assert setting.key.encode() not in repr(received).encode()
    assert b"something-else" not in repr(received).encode()
    assert received.header("Authorization") == f"Bearer {CREDENTIAL}".encode()
    assert received.target == "/v1/chat/completions" + ("?alt=json" if query else "")


def test_no_credential_stands_in_the_data_folder(setting: Setting) -> None:
    body = b'{"model":"gpt-4o-mini","messages":[]}'
    setting.program.post(f"/llm/v1/chat/completions?key={setting.key}", body)
    for path in setting.program.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert setting.key.encode() not in content, path
            assert CREDENTIAL.encode() not in content, path


@pytest.mark.parametrize("kind", ["text/event-stream", "application/octet-stream"])
def test_their_credential_comes_back_in_no_packed_stream(setting: Setting, kind: str) -> None:
    said = b'data: {"key":"' + CREDENTIAL.encode() + b'"}\n\n'
    packed = gzip.compress(said)

    async def repeating(connection: Connection) -> None:
        await connection.head(200, ("Content-Type", kind), ("Content-Encoding", "gzip"))
        for at in range(0, len(packed), 10):
            await connection.chunk(packed[at : at + 10])
        await connection.end()

    setting.script(repeating)
    body = b'{"model":"gpt-4o-mini","messages":[],"stream":true}'
    key = f"Bearer {setting.key}"
    status, headers, got = setting.program.post(
        "/llm/v1/chat/completions", body, Authorization=key, Accept_Encoding="gzip"
    )
    assert status == 200 and "content-encoding" not in headers
    assert got == said.replace(CREDENTIAL.encode(), b"*" * len(CREDENTIAL))


def test_each_chunk_arrives_before_the_next_is_sent(setting: Setting) -> None:
    async def lockstep(connection: Connection) -> None:
        await connection.head(200, ("Content-Type", "text/event-stream"))
        for number in range(5):
            await connection.chunk(f'data: {{"choices":[],"n":{number}}}\n\n'.encode())
            await connection.upstream.signalled()
        await connection.chunk(b"data: [DONE]\n\n")
        await connection.end()

    setting.script(lockstep)
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", setting.program.port, timeout=60)
    body = b'{"model":"gpt-4o-mini","messages":[],"stream":true,"stream_options":{"include_usage":true}}'
    connection.request("POST", "/llm/v1/chat/completions", body, {"Authorization": f"Bearer {setting.key}"})
    answer = connection.getresponse()
    for number in range(5):
        assert f'"n":{number}'.encode() in answer.readline()
        assert answer.readline() == b"\n"
        setting.upstream.go_on.release()
    assert answer.read() == b"data: [DONE]\n\n"
    connection.close()


def test_redirects_are_answers_and_are_not_followed(setting: Setting) -> None:
    async def elsewhere(connection: Connection) -> None:
        await connection.whole(b"", 307, ("Location", f"{setting.upstream.url}/secret"))

    setting.script(elsewhere)
    status, headers, _ = setting.program.post(
        "/llm/v1/chat/completions", b'{"model":"m","messages":[]}', Authorization=f"Bearer {setting.key}"
    )
    assert (status, headers["location"]) == (307, f"{setting.url}/secret")
    assert len(setting.upstream.received) == 1
    assert headers["x-gateway-request-id"]


@pytest.mark.parametrize("location", ["/v1/chat/completions/?a=b", "./completions/?a=b"])
def test_a_redirect_within_the_upstream_leads_back_here(setting: Setting, location: str) -> None:
    async def slash(connection: Connection) -> None:
        await connection.whole(b"", 308, ("Location", location))

    setting.script(slash)
    key = f"Bearer {setting.key}"
    status, headers, _ = setting.program.post("/llm/v1/chat/completions", b'{"model":"m"}', Authorization=key)
    assert (status, headers["location"]) == (308, f"{setting.url}/v1/chat/completions/?a=b")


def test_no_redirect_takes_a_request_or_a_key_past_the_gateway(setting: Setting) -> None:
    where = "https://elsewhere.example/v1"

    async def elsewhere(connection: Connection) -> None:
        await connection.whole(b"", 307, ("Location", f"{where}?to=them"))

    setting.script(elsewhere)
    key = f"Bearer {setting.key}"
    status, headers, body = setting.program.post(
        "/llm/v1/chat/completions", b'{"model":"m"}', Authorization=key
    )
    assert status == 502 and "location" not in headers and b"https://elsewhere.example, past" in body
    assert setting.program.get("/llm/v1/files/1", Authorization=key) == 307  # whose key no client takes along
    assert setting.program.get("/llm/v1/files/1", X_Api_Key=setting.key) == 502


def test_a_body_of_60_mb_passes(setting: Setting) -> None:
    async def size(connection: Connection) -> None:
        await connection.whole(b'{"size":%d}' % len(connection.received.body))

    setting.script(size)
    body = b"x" * (60 << 20)
    status, _, answer = setting.program.post(
        "/llm/v1/files", body, Authorization=f"Bearer {setting.key}", Content_Type="application/octet-stream"
    )
    assert (status, answer) == (200, b'{"size":%d}' % len(body))
