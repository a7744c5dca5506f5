"""A server that wants its words past the policies: as an error, under another id, as what nobody reads."""

import base64
import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from tests.end_to_end.program import CREDENTIAL, Program, eventually

pytestmark = pytest.mark.slow
POLICIES = r"""
name: Birds
rules:
- name: no-vultures
  when: {pattern: 'vulture-[a-z]+'}
  action: block
  direction: answer
- name: raven
  when: {pattern: 'raven-[a-z]{4,}'}
  action: redact
  direction: answer
- name: no-eagles
  when: {pattern: 'eagle-[a-z]+'}
  action: block
  direction: request
"""
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "t", "arguments": {}}}
BAD = '"result":{"content":[{"type":"text","text":"a vulture-king"}]}'
VULTURE = base64.b64encode(b"here is a vulture-king, packed").decode()
GOOD = '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"fine"}]}}'


@dataclass
class Place:
    """A gateway in front of a server that answers with the events it was told."""

    program: Program
    key: str
    server: "Server"

    def gets(self, *events: str) -> str:
        """Return the stream that a caller of a tool gets."""
        self.server.says(200, "text/event-stream", "".join(f"event: message\ndata: {e}\n\n" for e in events))
        return self.posts(CALL)

    def posts(self, message: dict[str, Any], **headers: str) -> str:
        """Return what a client gets that sends a message."""
        named = {"Authorization": f"Bearer {self.key}", "Accept": "application/json, text/event-stream"}
        said = self.program.post("/evil/mcp", json.dumps(message).encode(), **named, **headers)
        return said[2].decode()

    def opens_session(self, name: str) -> dict[str, str]:
        """Return the header of a session that the server opens."""
        self.server.session = name
        self.server.says(200, "application/json", '{"jsonrpc":"2.0","id":0,"result":{}}')
        self.posts({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {}})
        self.server.session = ""
        return {"Mcp-Session-Id": name}

    def resumes(self, after: str, event: str, **headers: str) -> str:
        """Return what a client gets that opens a stream again, on which the server sends an event."""
        self.server.says(200, "text/event-stream", f"id: 9\ndata: {event}\n\n")
        named = {"Authorization": f"Bearer {self.key}", "Accept": "text/event-stream", "Last-Event-ID": after}
        return httpx.get(f"{self.program.base}/evil/mcp", headers=named | headers, timeout=60).text

    def row(self, **fields: str) -> dict[str, Any]:
        return self.program.newest("mcp", **fields)


class Server(ThreadingHTTPServer):
    """Says what it was told, and keeps what it was sent."""

    answer: tuple[int, str, bytes] = (200, "text/event-stream", b"")
    session = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Evil)
        self.got: list[str] = []

    def says(self, status: int, kind: str, body: str) -> None:
        """Answer like this from now on."""
        self.answer = (status, kind, body.encode())


class Evil(BaseHTTPRequestHandler):
    """One connection to the server."""

    def do_POST(self) -> None:
        assert isinstance(self.server, Server)
        self.server.got.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.do_GET()

    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        status, kind, body = self.server.answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if self.server.session:
            self.send_header("Mcp-Session-Id", self.server.session)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("mcp-bypasses")
    server = Server()
    Thread(target=server.serve_forever, daemon=True).start()
    program = Program(folder / "data")
    upstream = f"http://127.0.0.1:{server.server_port}/mcp"
    program.run("proxy", "add", "evil", "--kind", "mcp", "--upstream", upstream)
    words = ("proxy", "add", "kept", "--kind", "mcp", "--upstream", upstream, "--credential-stdin")
    program.run(*words, stdin=CREDENTIAL)
    key = program.add_user("ana@example.org", "--name", "Ana")
    program.run("policy", "import", "-", stdin=POLICIES)
    with program.serving():
        yield Place(program, key, server)
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "before",
    [
        f'{{"jsonrpc":"2.0","id":1.0,{BAD}}}',
        f'{{"jsonrpc":"2.0","id":"1",{BAD}}}',
        f'{{"jsonrpc":"2.0","id":null,{BAD}}}',
        f'[{{"jsonrpc":"2.0","id":1,{BAD}}}]',
        f'{{"jsonrpc":"2.0","id":1,"more":NaN,{BAD}}}',
    ],
    ids=["number", "text", "null", "list", "unreadable"],
)
def test_an_answer_that_only_some_clients_take_for_theirs_does_not_pass(place: Place, before: str) -> None:
    said = place.gets(before, GOOD)
    assert "vulture-king" not in said and '"fine"' in said


@pytest.mark.parametrize(
    "beside", [": a vulture-king", "vulture-king: a", "vulture-king", "retry: vulture-king"]
)
def test_what_stands_beside_a_message_does_not_pass_unread(place: Place, beside: str) -> None:
    place.server.says(200, "text/event-stream", f"{beside}\n\nid: 7\nretry: 900\n{beside}\ndata: {GOOD}\n\n")
    said = place.posts(CALL)
    assert "vulture-king" not in said and "id: 7\nretry: 900\n" in said and f"data: {GOOD}\n\n" in said


def test_words_that_are_split_over_two_contents_are_looked_at_joined(place: Place) -> None:
    """As hosts give them to their models."""
    split = '{"jsonrpc":"2.0","id":1,"result":{"content":[%s]}}'
    text = '{"type":"text","text":"%s"}'
    said = place.gets(split % f"{text % 'a vul'},{text % 'ture-king'}")
    assert "ture-king" not in said and "no-vultures" in said
    said = place.gets(split % f"{text % 'a raven-'},{text % 'black'}")
    assert "black" not in said and "raven" in said


def test_the_words_of_an_error_are_looked_at_like_a_result(place: Place) -> None:
    error = '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"a vulture-king"}}'
    assert "vulture-king" not in place.gets(error)
    assert "vulture-king" not in place.gets(error.replace('"message"', '"message":"no","data"'))


def test_what_is_masked_in_an_error_is_masked_in_its_row(place: Place) -> None:
    error = '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no raven-black here"}}'
    said = place.gets(error)
    assert "raven-black" not in said and "<RAVEN_1>" in said

    def written() -> str:
        rows = place.program.run("audit", "--tab", "mcp", "--format", "jsonl")
        return rows if "<RAVEN_1>" in rows else ""

    assert "raven-black" not in eventually(written)


def test_an_event_of_twenty_megabytes_is_looked_at_to_its_end(place: Place) -> None:
    padding = "x" * (20 << 20)
    event = GOOD.replace("fine", f"{padding} a vulture-king")
    said = place.gets(event)
    assert "vulture-king" not in said and "no-vultures" in said


def test_an_event_that_cannot_be_held_is_refused_in_the_protocols_words(place: Place) -> None:
    said = place.gets(GOOD.replace("fine", "x" * (65 << 20)))
    assert len(said) < 10_000
    error = json.loads(said.split("data: ", 1)[1])
    assert error["id"] == 1 and "larger than 64 MB" in error["error"]["message"]


@pytest.mark.parametrize(
    "words",
    [
        '"method":"notifications/message","params":{"level":"info","data":{"said":"a vulture-king"}}',
        '"method":"notifications/progress","params":{"progressToken":1,"progress":1,"message":"vulture-king"}',
        '"method":"notifications/other","params":["a vulture-king"]',
        '"method":"notifications/message","params":{"level":"info","_meta":{"x":{"y":"vulture-king"}}}',
    ],
    ids=["log", "progress", "by position", "_meta"],
)
def test_a_notification_does_not_pass_with_what_must_not_pass(place: Place, words: str) -> None:
    said = place.gets(f'{{"jsonrpc":"2.0",{words}}}', GOOD)
    assert "vulture-king" not in said and '"fine"' in said
    assert (
        place.row(method=json.loads(f"{{{words}}}")["method"], outcome="blocked")["block_reason"] == "policy"
    )


def test_a_notification_without_harm_passes_to_the_byte_and_has_no_row(place: Place) -> None:
    words = '{"jsonrpc": "2.0",  "method": "notifications/harmless", "params": {"message": "a wren"}}'
    assert words in place.gets(words, GOOD)
    place.row(method="tools/call", outcome="success")
    assert "notifications/harmless" not in [row["method"] for row in place.program.rows(tab="mcp")]


@pytest.mark.parametrize(
    "result",
    [
        f'{{"content":[{{"type":"resource","resource":{{"uri":"a:b","blob":"{VULTURE}"}}}}]}}',
        f'{{"content":[{{"type":"image","data":"{VULTURE}","mimeType":"image/png"}}]}}',
        '{"content":[{"type":"new","said":{"by":"a vulture-king"}}]}',
        '{"content":[],"_meta":{"note":"a vulture-king"}}',
        '{"content":[],"instead":["a vulture-king"]}',
        '"a vulture-king"',
        '["a vulture-king"]',
    ],
    ids=["blob", "image", "new block", "_meta", "member", "text", "list"],
)
def test_text_is_found_wherever_a_result_holds_it(place: Place, result: str) -> None:
    said = place.gets(f'{{"jsonrpc":"2.0","id":1,"result":{result}}}')
    assert "vulture-king" not in said and VULTURE not in said and "no-vultures" in said


def test_an_answer_that_is_error_and_result_at_once_is_read_as_both(place: Place) -> None:
    said = place.gets(f'{{"jsonrpc":"2.0","id":1,"error":{{"code":1,"message":"no"}},{BAD}}}')
    assert "vulture-king" not in said and "no-vultures" in said


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", f'{{"jsonrpc":"2.0","id":7,{BAD}}}'),
        ("application/json", '{"detail":"a vulture-king"}'),
        ("text/plain", 'a "vulture-king'),
    ],
)
def test_an_error_of_http_is_looked_at_whatever_it_says(place: Place, kind: str, body: str) -> None:
    place.server.says(400, kind, body)
    said = place.posts(CALL)
    assert "vulture-king" not in said and "no-vultures" in said
    place.server.says(400, kind, body.replace("vulture-king", "raven-black"))
    assert "raven-black" not in place.posts(CALL)
    place.server.says(400, kind, body.replace("vulture-king", "wren"))
    assert "wren" in place.posts(CALL)


@pytest.mark.parametrize(
    "answer",
    [
        {"result": {"role": "assistant", "content": {"type": "text", "text": "an eagle-owl"}, "model": "m"}},
        {"result": {"action": "accept", "content": {"data": "an eagle-owl"}}},
        {"error": {"code": -1, "message": "an eagle-owl"}},
    ],
    ids=["sampling", "elicitation", "error"],
)
def test_an_answer_that_nobody_asked_for_is_looked_at_before_it_goes_upstream(
    place: Place, answer: dict[str, Any]
) -> None:
    before = len(place.server.got)
    said = place.posts({"jsonrpc": "2.0", "id": 99, **answer})
    assert "no-eagles" in said and json.loads(said)["id"] == 99
    assert len(place.server.got) == before
    place.server.says(202, "text/plain", "")
    place.posts(json.loads(json.dumps({"jsonrpc": "2.0", "id": 98, **answer}).replace("eagle-owl", "owl")))
    assert len(place.server.got) == before + 1


@pytest.mark.parametrize(
    "message",
    [
        {"method": "notifications/cancelled", "params": {"requestId": 1, "reason": "an eagle-owl"}},
        {"id": 5, "method": "resources/read", "params": {"uri": "file:///an/eagle-owl"}},
        {"id": 5, "method": "ping", "params": {"_meta": {"note": "an eagle-owl"}}},
        {"id": 5, "method": "ping", "params": ["an eagle-owl"]},
        {"id": 5, "method": "ping", "more": "an eagle-owl"},
        {"id": 5, "method": "tools/call", "params": {"name": "t", "task": {"note": "an eagle-owl"}}},
    ],
)
def test_text_is_found_wherever_a_message_of_the_client_holds_it(
    place: Place, message: dict[str, Any]
) -> None:
    before = len(place.server.got)
    assert "no-eagles" in place.posts({"jsonrpc": "2.0", **message})
    assert len(place.server.got) == before


def test_an_answer_that_is_sent_again_to_who_resumes_is_judged_again(place: Place) -> None:
    session = place.opens_session("resumed")
    place.server.says(200, "text/event-stream", "id: 1\nretry: 1\ndata: \n\n")  # and ends: the client resumes
    place.posts(CALL, **session)
    assert '"fine"' in place.resumes("1", GOOD, **session)
    assert '"fine"' in place.resumes("1", GOOD, **session)
    said = place.resumes("1", GOOD.replace("fine", "a vulture-king"), **session)
    assert "vulture-king" not in said and "no-vultures" in said
    assert "raven-black" not in place.resumes("1", GOOD.replace("fine", "a raven-black"), **session)
    assert "data" not in place.resumes("1", GOOD.replace('"id":1', '"id":77'), **session)


def test_a_stream_is_resumed_after_events_of_its_own_session_alone(place: Place) -> None:
    """A server that keeps the streams of all in one place would tell one what another was told."""
    one, another = place.opens_session("one"), place.opens_session("another")
    place.server.says(200, "text/event-stream", f"id: of-one\ndata: {GOOD}\n\n")
    assert '"fine"' in place.posts(CALL, **one)
    place.server.says(200, "text/event-stream", f"id: of-another\ndata: {GOOD}\n\n")
    assert '"fine"' in place.posts(CALL, **another)
    said = place.resumes("of-one", GOOD, **another)
    assert "fine" not in said and "No event of this session" in said
    assert place.row(block_reason="access")["outcome"] == "blocked"
    assert '"fine"' in place.resumes("of-one", GOOD, **one)


def test_a_stream_that_its_client_left_is_resumed_however_many_events_came_meanwhile(place: Place) -> None:
    session = place.opens_session("left")
    words = '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"%s"}}'
    events = "".join(f"id: left-{n}\ndata: {words % ('x' * 700)}\n\n" for n in range(4000))
    place.server.says(200, "text/event-stream", f"{events}id: left-last\ndata: {GOOD}\n\n")
    named = {"Authorization": f"Bearer {place.key}", "Accept": "application/json, text/event-stream"}
    address = f"{place.program.base}/evil/mcp"
    with httpx.stream("POST", address, json=CALL, headers=named | session, timeout=60) as answer:
        assert next(answer.iter_lines()) == "id: left-0"
    eventually(lambda: "client left" in place.row()["detail"]["timeline_ms"])
    said = place.resumes("left-0", "{}", **session)
    assert "id: left-1\n" in said and '"fine"' in said


def test_what_a_client_answers_in_a_session_is_looked_at_and_the_server_is_told(place: Place) -> None:
    session = place.opens_session("asked")
    asks = '{"jsonrpc":"2.0","id":"a1","method":"elicitation/create","params":{"message":"Your name?"}}'
    place.server.says(200, "text/event-stream", f"data: {asks}\n\ndata: {GOOD}\n\n")
    assert "Your name?" in place.posts(CALL, **session)
    place.server.says(202, "text/plain", "")
    answer = {"jsonrpc": "2.0", "id": "a1", "result": {"action": "accept", "content": {"name": "eagle-owl"}}}
    place.posts(answer, **session)
    told = json.loads(place.server.got[-1])
    assert told["id"] == "a1" and "no-eagles" in told["error"]["message"]
    row = place.row(method="elicitation/create", outcome="blocked")
    assert row["block_reason"] == "policy" and row["policy"].endswith("no-eagles")


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (401, "text/plain", f"bad key {CREDENTIAL}"),
        (200, "application/json", GOOD.replace("fine", CREDENTIAL)),
        (200, "text/event-stream", f"data: {GOOD.replace('fine', CREDENTIAL)}\n\n"),
    ],
)
def test_our_credential_comes_back_in_nothing_and_stands_in_no_row(
    place: Place, status: int, kind: str, body: str
) -> None:
    place.server.says(status, kind, body)
    named = {"Authorization": f"Bearer {place.key}", "Accept": "application/json, text/event-stream"}
    got, headers, said = place.program.post("/kept/mcp", json.dumps(CALL).encode(), **named)
    assert got == status and b"***" in said and CREDENTIAL.encode() not in said
    row = place.row(exchange_id=headers["x-gateway-request-id"])
    assert CREDENTIAL not in json.dumps(row)
