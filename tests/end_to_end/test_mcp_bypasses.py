"""A server that wants its words past the policies: as an error, under another id, as what nobody reads."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.end_to_end.program import Program, eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
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
"""
BAD = '"result":{"content":[{"type":"text","text":"a vulture-king"}]}'
GOOD = '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"fine"}]}}'


@dataclass
class Place:
    """A gateway in front of a server that answers with the events it was told."""

    program: Program
    key: str
    events: list[str]

    def gets(self, *events: str) -> str:
        """Return the stream that a caller of a tool gets."""
        self.events[:] = events
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "t", "arguments": {}}}
        accept = "application/json, text/event-stream"
        said = self.program.post(
            "/evil/mcp", json.dumps(call).encode(), Authorization=f"Bearer {self.key}", Accept=accept
        )
        return said[2].decode()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("mcp-bypasses")
    events: list[str] = []

    class Evil(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = "".join(f"event: message\ndata: {one}\n\n" for one in events).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    Thread(target=server.serve_forever, daemon=True).start()
    program = Program(folder / "data")
    upstream = f"http://127.0.0.1:{server.server_port}/mcp"
    program.run("proxy", "add", "evil", "--kind", "mcp", "--upstream", upstream)
    key = program.add_user("ana@example.org", "--name", "Ana")
    program.run("policy", "import", "-", stdin=POLICIES)
    program.start()
    yield Place(program, key, events)
    program.stop()
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

    assert "raven-black" not in eventually(written, seconds=15)
