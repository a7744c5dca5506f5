"""What callers try so that a text is not looked at, or a model not known, and the upstream reads it."""

import gzip
import json
import zlib
from collections.abc import Iterator

import pytest

from tests.end_to_end.program import Program
from tests.end_to_end.raw import sent
from tests.fakes.llm import Connection, FakeUpstream

WORD = "BLUEBIRD"
POLICY = """
name: Birds
rules:
- name: bird
  when:
    pattern: BLUEBIRD
  action: block
- name: finch
  when:
    pattern: FINCH-[0-9]+
  action: redact
"""
PIECE = 'data: {"choices":[{"index":0,"delta":{"content":"%s"}}]}\n\n'
SPLIT = PIECE % "a BLUE" + PIECE % "BIRD"
FORM = "multipart/form-data; boundary=x"


class House:
    """A gateway in front of a scripted upstream: a word is forbidden at `llm`, a model at `few`."""

    def __init__(self, program: Program, upstream: FakeUpstream) -> None:
        self.program = program
        self.upstream = upstream
        program.add_proxy("llm", upstream.url, "--provider", "openai")
        program.add_proxy("few", upstream.url, "--provider", "openai")
        self.key = program.add_user("ana@example.org")
        (program.data.parent / "birds.yaml").write_text(POLICY)
        program.run("policy", "import", str(program.data.parent / "birds.yaml"))
        program.run("proxy", "allow", "few", "--group", "team", "--model", "*", "--model", "!big")

    def status(self, line: str, body: bytes, *headers: str) -> bytes:
        given = (f"Authorization: Bearer {self.key}", *headers)
        return sent(self.program.port, line, *given, body=body).partition(b"\r\n")[0]


async def taken(connection: Connection) -> None:
    await connection.whole(b'{"taken":true}')


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    program = Program(tmp_path_factory.mktemp("gateway") / "data")
    with FakeUpstream(taken) as upstream:
        house = House(program, upstream)
        with program.serving():
            yield house


@pytest.fixture
def house(running: House) -> House:
    running.upstream.received.clear()
    running.upstream.script = taken
    return running


def form(content: bytes, more: str = "") -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="prompt"{more}\r\n\r\n'
    return head.encode() + content + b"\r\n--x--\r\n"


FILE = '; filename="batch.jsonl"'
LINE = json.dumps({"body": {"input": WORD}})
ESCAPED = LINE.replace("BLUE", "\\u0042LUE")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, form("\u200b BLUEBIRD".encode())),
        (FORM, form("\xa0BLUEBIRD".encode())),
        (FORM, form(b"\1\2\3BLUEBIRD\xff\xfe")),
        (FORM, form(f'{{"a":"\U0001f469\u200d\U0001f680"}}\n{LINE}'.encode(), FILE)),
        (FORM, form(b"a table in the caf\xe9 " * 20 + LINE.encode(), FILE)),
        (FORM, form(b'{"a":1}\n' + ESCAPED.encode(), FILE)),
        ("multipart/related; boundary=x", b"--x\r\n\r\n\0\r\n--x\r\n\r\nBLUEBIRD\r\n--x--\r\n"),
        ("application/json", LINE.encode("utf-16-le")),
        ("application/json", LINE.encode("utf-16-be")),
        ("application/json", LINE.encode("utf-32-le")),
        ("application/json", f"[{ESCAPED}]".encode()),
        ("application/json", f'{{"a":NaN,"b":{ESCAPED}}}'.encode()),
        ("application/json", b"[" * 5000 + ESCAPED.encode() + b"]" * 5000),
    ],
)
def test_a_text_is_looked_at_however_it_is_written(house: House, kind: str, body: bytes) -> None:
    assert b" 403 " in house.status("POST /llm/v1/files HTTP/1.1", body, f"Content-Type: {kind}")
    assert house.upstream.received == []


TWO = [{"type": "text", "text": "a BLUE"}, {"type": "text", "text": "BIRD sings"}]
NOTED = [{**TWO[0], "note": "a sparrow"}, TWO[1]]
LETTERS = [{"type": "text", "text": letter} for letter in WORD]
LONG = [
    {"type": "text", "text": "a wren. " * 1000 + "BLUE"},
    {"type": "text", "text": "BIRD" + " a wren." * 1000},
]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/messages", {"messages": [{"role": "user", "content": TWO}]}),
        ("/v1/messages", {"messages": [{"role": "user", "content": NOTED}]}),
        ("/v1/messages", {"messages": [{"role": "user", "content": LETTERS}]}),
        ("/v1/messages", {"messages": [{"role": "user", "content": LONG}]}),
        ("/v1/messages", {"messages": [{"role": "user", "content": [block]} for block in TWO]}),
        ("/v1/messages", {"system": TWO, "messages": []}),
        (
            "/v1/messages",
            {"messages": [{"role": "user", "content": [{"type": "tool_result", "content": TWO}]}]},
        ),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": ["a BLUE", TWO[1]]}]}),
        (
            "/v1/responses",
            {"input": [{"role": "user", "content": [{**one, "type": "input_text"} for one in TWO]}]},
        ),
        ("/v1beta/models/m:generateContent", {"contents": [{"parts": [{"text": "BLUE"}, {"text": "BIRD"}]}]}),
    ],
)
def test_what_is_split_over_two_blocks_is_looked_at_as_models_read_it(
    house: House, path: str, body: dict[str, object]
) -> None:
    sent = json.dumps({"model": "m", **body}).encode()
    assert b" 403 " in house.status(f"POST /llm{path} HTTP/1.1", sent, "Content-Type: application/json")
    assert house.upstream.received == []


def test_a_split_word_is_seen_in_a_conversation_that_goes_on(house: House) -> None:
    """Texts that are known and clean are not looked at again; where new ones meet them is."""
    said = [{"role": "user", "content": f"wren {number} " * 200} for number in range(40)]
    for more in ([], [{"role": "user", "content": "a BLUE"}]):
        body = json.dumps({"model": "m", "messages": said + more}).encode()
        assert b" 200 " in house.status(
            "POST /llm/v1/messages HTTP/1.1", body, "Content-Type: application/json"
        )
        said += more
    said.append({"role": "user", "content": "BIRD"})
    body = json.dumps({"model": "m", "messages": said}).encode()
    assert b" 403 " in house.status("POST /llm/v1/messages HTTP/1.1", body, "Content-Type: application/json")


def test_what_would_be_masked_and_is_split_is_refused(house: House) -> None:
    blocks = [{"type": "text", "text": "a FINCH-"}, {"type": "text", "text": "0042 sings"}]
    for content, status in (
        (blocks, b" 403 "),
        ([{"type": "text", "text": "a FINCH-0042"}, {"type": "text", "text": "sings"}], b" 200 "),
    ):
        body = json.dumps({"model": "m", "messages": [{"role": "user", "content": content}]}).encode()
        assert status in house.status(
            "POST /llm/v1/messages HTTP/1.1", body, "Content-Type: application/json"
        )
    [received] = house.upstream.received
    assert b"FINCH" not in received.body.replace(b"<FINCH_1>", b"")


def test_a_file_that_is_no_text_passes_to_the_byte(house: House) -> None:
    body = form(zlib.compress(bytes(range(256)) * 64) * 8, '; filename="a.bin"')
    assert b" 200 " in house.status("POST /llm/v1/files HTTP/1.1", body, f"Content-Type: {FORM}")
    assert house.upstream.received[0].body == body


def test_no_header_that_says_what_a_body_is_is_taken_away(house: House) -> None:
    """In the head of gzip may stand a file name; whoever does not unpack would read a form there."""
    packed = gzip.compress(form(b"hello"))
    hidden = b"\x1f\x8b\x08\x08" + packed[4:10] + b"\r\n" + form(WORD.encode()) + b"\0" + packed[10:]
    assert gzip.decompress(hidden) == form(b"hello")
    headers = (
        f"Content-Type: {FORM}",
        "Content-Encoding: gzip",
        "X-Mine: 1",
        "Connection: close, content-encoding, x-mine",
    )
    assert b" 200 " in house.status("POST /llm/v1/audio/transcriptions HTTP/1.1", hidden, *headers)
    [received] = house.upstream.received
    assert received.header("Content-Encoding") == b"gzip" and received.header("X-Mine") is None


@pytest.mark.parametrize(
    "path",
    [
        "/openai/deployments/big/chat/completions",
        "/openai//deployments//big//chat/completions",
        "/openai/Deployments/big/chat/completions",
        "/v1beta/Models/big:generateContent",
    ],
)
def test_a_forbidden_model_is_known_however_the_path_names_it(house: House, path: str) -> None:
    body = b'{"model":"small","messages":[{"role":"user","content":"Hello"}]}'
    assert b" 403 " in house.status(f"POST /few{path} HTTP/1.1", body, "Content-Type: application/json")
    assert house.upstream.received == []


def test_a_path_with_two_models_is_refused(house: House) -> None:
    line = "POST /few/v1beta/models/small/models/big:generateContent HTTP/1.1"
    assert b" 400 " in house.status(line, b'{"contents":[]}', "Content-Type: application/json")
    assert house.upstream.received == []


@pytest.mark.parametrize(
    ("kind", "stream"),
    [
        ("text/event-stream", 'data: {"choices":[]}\r: BLUEBIRD, and more\n\n'),
        ("application/json", SPLIT),
        ("text/plain", SPLIT),
    ],
)
def test_a_stream_is_looked_at_whatever_it_calls_itself(house: House, kind: str, stream: str) -> None:
    async def streaming(connection: Connection) -> None:
        await connection.whole(stream.encode(), 200, ("Content-Type", kind))

    house.upstream.script = streaming
    body = b'{"model":"m","stream":true,"messages":[{"role":"user","content":"Hello"}]}'
    assert b" 403 " in house.status("POST /llm/v1/chat/completions HTTP/1.1", body)


def blocks(*texts: str) -> str:
    """Return the blocks of a stream of Anthropic's."""
    events: list[dict[str, object]] = []
    for index, text in enumerate(texts):
        begun = {"type": "text", "text": ""}
        events.append({"type": "content_block_start", "index": index, "content_block": begun})
        for at in range(0, len(text), 7):
            delta = {"type": "text_delta", "text": text[at : at + 7]}
            events.append({"type": "content_block_delta", "index": index, "delta": delta})
        events.append({"type": "content_block_stop", "index": index})
    events.append({"type": "message_stop"})
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)


def parts(*texts: str) -> str:
    """Return the parts of a stream of OpenAI's responses."""
    kind = "response.output_text"
    events = [
        event
        for index, text in enumerate(texts)
        for event in (
            {"type": f"{kind}.delta", "output_index": 0, "content_index": index, "delta": text},
            {"type": f"{kind}.done", "output_index": 0, "content_index": index, "text": text},
        )
    ]
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events)


@pytest.mark.parametrize(
    ("path", "stream"),
    [
        ("/v1/messages", blocks("a BLUE", "BIRD sings")),
        ("/v1/messages", blocks(*WORD)),
        ("/v1/messages", blocks("a wren. " * 300 + "BLUE", "BIRD" + " a wren." * 300)),
        ("/v1/messages", blocks("a FINCH-", "12 sings")),
        ("/v1/responses", parts("a BLUE", "BIRD sings")),
    ],
)
def test_the_end_of_what_is_split_over_two_blocks_of_a_stream_does_not_leave(
    house: House, path: str, stream: str
) -> None:
    async def streaming(connection: Connection) -> None:
        await connection.whole(stream.encode(), 200, ("Content-Type", "text/event-stream"))

    house.upstream.script = streaming
    body = {
        "model": "m",
        "stream": True,
        "messages": [{"role": "user", "content": "Hello"}],
        "input": "Hello",
    }
    line = f"POST /llm{path} HTTP/1.1"
    given = (f"Authorization: Bearer {house.key}", "Content-Type: application/json")
    answer = sent(house.program.port, line, *given, body=json.dumps(body).encode())
    assert b"The policy 'Birds'" in answer
    assert stream[-40:].encode() not in answer
    assert b"sings" not in answer and b'"D"' not in answer and answer.count(b" a wren") < 350


def test_a_file_is_not_fetched_in_ranges_past_a_policy(house: House) -> None:
    """As upstreams give them that know ranges (RFC 9110 section 14)."""
    text = b"a wren and a BLUEBIRD"

    async def giving(connection: Connection) -> None:
        asked = (connection.received.header("Range") or b"").decode()
        if not asked:
            await connection.whole(text, 200, ("Content-Type", "text/plain"))
            return
        first, last = map(int, asked.removeprefix("bytes=").split("-"))
        await connection.whole(text[first : last + 1], 206, ("Content-Type", "text/plain"))

    house.upstream.script = giving
    for asked in ("0-16", "17-99"):
        line = "GET /llm/v1/files/one/content HTTP/1.1"
        assert b" 403 " in house.status(line, b"", f"Range: bytes={asked}")


def test_a_key_is_no_name(house: House) -> None:
    """What is called the name of somebody is looked at where it is like a key."""
    key = "BLUEBIRD" + "x7" * 8
    for message in (
        {"name": key, "content": "Hello"},
        {"content": [{"type": "text", "text": "a", "name": key}]},
    ):
        body = json.dumps({"model": "m", "messages": [{"role": "user", **message}]}).encode()
        line = "POST /llm/v1/chat/completions HTTP/1.1"
        assert b" 403 " in house.status(line, body, "Content-Type: application/json")
    assert house.upstream.received == []
