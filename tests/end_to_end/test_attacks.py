"""What strangers and callers may try with the bytes of HTTP, sent as they are."""

import gzip
import json
import socket
import sys
import zlib
from contextlib import ExitStack
from pathlib import Path

import pytest
import zstandard

from gateway_desktop.gateway.downstream.connections import LARGEST_HEAD
from tests.end_to_end import raw
from tests.end_to_end.conftest import Setting
from tests.end_to_end.program import CREDENTIAL, PROGRAM, Program, eventually
from tests.fakes.llm import Connection

BODY = b'{"model":"m","messages":[{"role":"user","content":"Hello"}]}'


def sent(setting: Setting, line: str, *headers: str, body: bytes = BODY, key: bool = True) -> bytes:
    """Send a request byte for byte and return the status line of its answer."""
    known = (f"Authorization: Bearer {setting.key}",) if key else ()
    return raw.sent(setting.program.port, line, *headers, *known, body=body).partition(b"\r\n")[0]


CHAT = "POST /llm/v1/chat/completions HTTP/1.1"


@pytest.mark.parametrize("header", ["Cookie: a=b; session=KEY", "X_Api_Key: KEY", "X-Auth: Token KEY"])
def test_our_key_goes_upstream_in_no_header(setting: Setting, header: str) -> None:
    assert b"200" in sent(setting, CHAT, header.replace("KEY", setting.key), "X-Kept: gwd_is_no_key")
    [received] = setting.upstream.received
    assert setting.key.encode() not in repr(received).encode()
    assert received.header("X-Kept") == b"gwd_is_no_key"


@pytest.mark.parametrize("field", ["KEY=VALUE", "api-key=VALUE", "access_token=VALUE", "b;key=%67VALUE"])
def test_our_key_goes_upstream_in_no_field_of_the_query(setting: Setting, field: str) -> None:
    value = setting.key[1:] if "%67" in field else setting.key
    query = field.replace("VALUE", value)
    assert b"200" in sent(setting, f"POST /llm/v1/chat/completions?a=1&{query}&c=2 HTTP/1.1")
    [received] = setting.upstream.received
    assert received.target == "/v1/chat/completions?a=1&c=2"


def test_our_key_in_the_place_of_a_model_stands_in_no_row(setting: Setting) -> None:
    body = BODY.replace(b'"m"', f'"{setting.key}"'.encode())
    status, headers, _ = setting.program.post(
        "/llm/v1/chat/completions", body, Authorization=f"Bearer {setting.key}"
    )
    assert status == 200
    row = setting.program.row(headers["x-gateway-request-id"])
    assert row["target"] == "<GATEWAY_KEY>" and setting.key not in repr(row)


def test_an_address_with_our_key_in_its_path_is_refused(setting: Setting) -> None:
    assert b"400" in sent(setting, f"POST /llm/{setting.key}/v1/chat/completions HTTP/1.1")
    assert setting.upstream.received == []


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("TRACE /llm/v1/models HTTP/1.1", b"501"),
        ("CONNECT /llm/v1 HTTP/1.1", b"501"),
        ("POST /llm/v1/chat/completions#/deployments/allowed HTTP/1.1", b"400"),
        ("GET /llm/v1/..;/x HTTP/1.1", b"400"),
        ("GET /llm/v1/..%3bx/y HTTP/1.1", b"400"),
        ("GET /llm/%252e%252e/x HTTP/1.1", b"400"),
        ("GET /llm/%25%32%65%25%32%65/x HTTP/1.1", b"400"),
        ("POST /llm/v1/chat/completions%3F/deployments/allowed HTTP/1.1", b"400"),
        ("GET /llm/v1/%c0%ae%c0%ae/x HTTP/1.1", b"400"),
        ("POST /llm/v1/chat/completions%00 HTTP/1.1", b"400"),
        ("GET /llm/v1/models%0d%0ax HTTP/1.1", b"400"),
    ],
)
def test_what_an_upstream_might_read_otherwise_does_not_go_there(
    setting: Setting, line: str, status: bytes
) -> None:
    assert status in sent(setting, line)
    assert setting.upstream.received == []


def test_a_key_in_what_is_no_http_is_not_logged(setting: Setting) -> None:
    folded = f"Authorization: Bearer\r\n {setting.key}"
    assert b"400" in sent(setting, CHAT, folded, key=False)
    for log in (setting.program.data.parent / "serve.log", *setting.program.data.rglob("*.log")):
        assert setting.key not in log.read_text()


@pytest.mark.parametrize("charset", ["utf-7", "UTF-16", '"utf-16le"'])
def test_json_in_another_charset_is_refused(setting: Setting, charset: str) -> None:
    assert b"415" in sent(setting, CHAT, f"Content-Type: application/json; charset={charset}")
    assert b"200" in sent(setting, CHAT, "Content-Type: application/json; charset=UTF-8")


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(BODY) + gzip.compress(BODY)),
        ("deflate", zlib.compress(BODY) + BODY),
        ("zstd", zstandard.compress(BODY) + zstandard.compress(BODY)),
    ],
)
def test_a_body_that_goes_on_behind_its_end_is_refused(setting: Setting, coding: str, packed: bytes) -> None:
    assert b"400" in sent(setting, CHAT, f"Content-Encoding: {coding}", body=packed)
    assert setting.upstream.received == []


def test_a_small_body_that_unpacks_to_gigabytes_is_refused(setting: Setting) -> None:
    packer = zstandard.ZstdCompressor().compressobj()
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1024)) + packer.flush()
    assert len(packed) < 100_000
    assert b"413" in sent(setting, CHAT, "Content-Encoding: zstd", body=packed)


@pytest.mark.parametrize(
    "header",
    ["User-Agent: caf\xe9", "Originator: \xff", "x-claude-code-session-id: \xed\xa0\x80", "Accept: \xff"],
)
def test_bytes_in_a_header_that_are_no_ascii_stop_nobody(setting: Setting, header: str) -> None:
    assert b"401" in sent(setting, CHAT, header, key=False)
    assert b"200" in sent(setting, CHAT, header)


@pytest.mark.parametrize(
    "header", ["Authorization: Bearer gwd_\xff", "Authorization: Bearer \xff", "x-api-key: gwt_\xff"]
)
def test_a_key_that_is_no_ascii_is_unknown(setting: Setting, header: str) -> None:
    assert b"401" in sent(setting, CHAT, header, key=False)


@pytest.mark.parametrize(
    "body",
    [
        b'{"model":"m\\ud83d","messages":[]}',
        b'{"model":"m","messages":[{"role":"u\\ud83d","content":"a\\udc00","n\\ud83d":"text"}]}',
        b'{"model":"m","metadata":{"user_id":"u\\ud83d_session_x"},"messages":[]}',
    ],
)
def test_half_a_letter_stops_nobody(setting: Setting, body: bytes) -> None:
    assert b"200" in sent(setting, CHAT, "Content-Type: application/json", body=body)


def test_what_the_upstream_would_unpack_and_we_would_not_does_not_go_there(setting: Setting) -> None:
    twice = ("Content-Encoding: identity", "Content-Encoding: gzip")
    assert b"400" in sent(setting, CHAT, *twice, body=gzip.compress(BODY))
    assert b"400" in sent(setting, CHAT, "Content_Encoding: gzip", body=gzip.compress(BODY))
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
    head = (CHAT, f"Host: 127.0.0.1:{setting.program.port}", f"Authorization: Bearer {setting.key}")
    lines = "\r\n".join([*head, "Transfer-Encoding: gzip, chunked", "Connection: close", "", ""])
    with socket.create_connection(("127.0.0.1", setting.program.port), timeout=60) as connection:
        connection.sendall(lines.encode() + chunked)
        assert b" 501 " in connection.recv(65536)
    form = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\nHell=6f\r\n--x--\r\n"
    )
    kind = "Content-Type: multipart/form-data; boundary=x"
    assert b"415" in sent(setting, "POST /llm/v1/files HTTP/1.1", kind, body=form)
    assert setting.upstream.received == []


def test_a_body_that_does_not_come_is_waited_for_no_longer_than_the_longest_silence(setting: Setting) -> None:
    head = f"{CHAT}\r\nHost: 127.0.0.1:{setting.program.port}\r\nAuthorization: Bearer {setting.key}\r\n"
    with socket.create_connection(("127.0.0.1", setting.program.port), timeout=60) as connection:
        connection.sendall(head.encode() + b"Content-Length: 60000000\r\n\r\n{")
        assert b" 408 " in connection.recv(65536)
    assert setting.upstream.received == []


def test_bodies_that_are_only_announced_keep_out_nobody(setting: Setting) -> None:
    head = f"{CHAT}\r\nHost: 127.0.0.1:{setting.program.port}\r\nAuthorization: Bearer {setting.key}\r\n"
    with ExitStack() as waiting:
        for _ in range(8):  # all the memory there is for bodies
            at = ("127.0.0.1", setting.program.port)
            connection = waiting.enter_context(socket.create_connection(at, timeout=60))
            connection.sendall(head.encode() + b"Content-Length: 67108864\r\nExpect: 100-continue\r\n\r\n")
            assert b" 100 " in connection.recv(65536)
        assert b" 200 " in sent(setting, CHAT, body=BODY)
        of_old = CHAT.replace("HTTP/1.1", "HTTP/1.0")  # callers of it know of no 100
        assert b" 100 " not in sent(setting, of_old, "Expect: 100-continue", body=BODY)


def test_a_head_without_end_is_not_kept(setting: Setting) -> None:
    head = "".join(f"X-{at}: {'a' * 60_000}\r\n" for at in range(3))
    with socket.create_connection(("127.0.0.1", setting.program.port), timeout=60) as connection:
        connection.sendall(f"GET /healthz HTTP/1.1\r\n{head}".encode()[: LARGEST_HEAD + 1])
        assert connection.recv(65536).startswith(b"HTTP/1.1 431 ")


@pytest.mark.skipif(sys.platform != "linux", reason="reads another process's limits")
def test_callers_who_say_nothing_are_not_soon_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource")
    few = ["sh", "-c", 'ulimit -Sn 200; ulimit -Hn 300; exec "$@"', "sh", *PROGRAM]
    monkeypatch.setattr("tests.end_to_end.program.PROGRAM", few)
    program = Program(tmp_path / "data")
    with ExitStack() as silent, program.serving():
        assert resource.prlimit(program.pid, resource.RLIMIT_NOFILE)[0] == 300
        for _ in range(400):
            silent.enter_context(socket.create_connection(("127.0.0.1", program.port), timeout=60))
        assert program.get("/healthz") == 200
        assert program.said().count("may open 300 files only") == 1


@pytest.mark.parametrize("origin", ["http://[", "http://x]", "http://127.0.0.1:99999", "http://[::g]"])
def test_an_origin_that_is_no_address_is_refused_with_a_reason(setting: Setting, origin: str) -> None:
    status, _, body = setting.program.post("/llm/v1/chat/completions", b"{}", Origin=origin)
    assert status == 403 and b"from a browser" in body


def test_a_page_of_another_site_gets_nothing_without_a_credential(setting: Setting) -> None:
    setting.program.add_proxy("anybody", setting.upstream.url)
    setting.program.run("proxy", "set", "anybody", "anonymous=on")

    def status(site: str) -> int:
        return setting.program.get("/anybody/v1/models", Sec_Fetch_Site=site)

    eventually(lambda: status("none") == 200)
    assert status("same-site") == 200 and status("cross-site") == 403
    setting.program.run("proxy", "remove", "anybody")


@pytest.mark.parametrize("told", ["X-Forwarded-For", "Forwarded", "CF-Connecting-IP"])
def test_who_comes_through_a_tunnel_gets_nothing_without_a_credential(setting: Setting, told: str) -> None:
    name = f"anybody-{len(told)}"
    setting.program.add_proxy(name, setting.upstream.url)
    setting.program.run("proxy", "set", name, "anonymous=on")
    eventually(lambda: setting.program.get(f"/{name}/v1/models") == 200)
    for path in (f"/{name}/v1/models", "/metrics"):
        assert setting.program.get(path) == 200
        assert setting.program.get(path, **{told: "for=127.0.0.1"}) == 401
    setting.program.run("proxy", "remove", name)


def test_a_little_of_an_agent_that_unpacks_to_a_huge_card_is_no_card(setting: Setting) -> None:
    async def bomb(connection: Connection) -> None:
        card = {"name": "Agent", "url": setting.upstream.url, "skills": [], "capabilities": {}}
        huge = {**card, "description": "word " * (2 << 20)}
        packed = gzip.compress(json.dumps(huge).encode())
        if "extended" in connection.received.target:
            await connection.whole(packed, 200, ("Content-Encoding", "gzip"))
        else:
            await connection.whole(json.dumps(card).encode())

    setting.script(bomb)
    setting.program.run("proxy", "add", "huge", "--kind", "a2a", "--upstream", setting.upstream.url)
    key = f"Authorization: Bearer {setting.key}"
    line = "GET /huge/extendedAgentCard HTTP/1.1"
    eventually(lambda: b" 404 " not in sent(setting, line, body=b""))
    assert b"larger than 8 MB" in raw.sent(setting.program.port, line, key)[:2000]


@pytest.mark.parametrize("path", ["/.well-known/agent-card.json", "/extendedAgentCard"])
def test_their_credential_comes_back_in_no_card_of_an_agent(setting: Setting, path: str) -> None:
    async def repeating(connection: Connection) -> None:
        said = (connection.received.header("Authorization") or b"").decode()
        card = {"name": f"Agent {said}", "url": setting.upstream.url, "skills": [], "capabilities": {}}
        kind = ("Content-Type", "application/json")
        await connection.whole(json.dumps(card).encode(), 200, kind, ("X-Said", said))

    setting.script(repeating)
    name = f"agent-{len(path)}"
    words = ("proxy", "add", name, "--kind", "a2a", "--upstream", setting.upstream.url, "--credential-stdin")
    setting.program.run(*words, stdin=CREDENTIAL)
    key = f"Authorization: Bearer {setting.key}"
    line = f"GET /{name}{path} HTTP/1.1"
    eventually(lambda: b" 200 " in sent(setting, line, key, body=b"", key=False))
    answer = raw.sent(setting.program.port, line, key)
    assert b"Agent Bearer ***" in answer and CREDENTIAL.encode() not in answer


def test_an_upstream_speaks_for_itself_and_not_for_the_gateway(setting: Setting) -> None:
    async def speaking(connection: Connection) -> None:
        headers = {
            "WWW-Authenticate": 'Bearer resource_metadata="https://elsewhere.example"',
            "Set-Cookie": "gateway_desktop_browser=theirs; Path=/oauth",
            "Alt-Svc": 'h3="elsewhere.example:443"',
            "X-Own": "1",
        }
        await connection.whole(b"<script>alert(1)</script>", 200, *headers.items())

    setting.script(speaking)
    key = f"Authorization: Bearer {setting.key}"
    answer = raw.sent(setting.program.port, "GET /llm/v1/models HTTP/1.1", key).partition(b"\r\n\r\n")[0]
    assert b"X-Own: 1" in answer and b"Content-Security-Policy: sandbox" in answer
    assert b"elsewhere" not in answer and b"theirs" not in answer


def test_what_strangers_wrote_moves_no_cursor_of_a_terminal(setting: Setting) -> None:
    name = "\x1b[2J\x9b2JEve\nroot \u202etoor\U000e0041"
    setting.program.run("user", "add", "eve@example.org", "--name", name)
    said = setting.program.run("user", "list")
    [line] = [line for line in said.splitlines() if "eve@example.org" in line]
    assert r"\u001b[2J\u009b2JEve\nroot \u202etoor\udb40\udc41" in line
    assert any(user["name"] == name for user in setting.program.json("user", "list"))


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_callers_wrote_moves_no_cursor_where_the_audit_is_read(setting: Setting, form: str) -> None:
    model = f"{form}\x1b[2J\x9b2J\u202egpj"
    body = json.dumps({"model": model, "messages": []}).encode()
    headers = {"Authorization": f"Bearer {setting.key}"}
    setting.program.row(setting.program.post("/llm/v1/messages", body, **headers)[1]["x-gateway-request-id"])
    said = setting.program.run("audit", "--format", form)
    assert f"{form}\\u001b[2J\\u009b2J\\u202egpj" in said
    assert not {"\x1b", "\x9b", "\u202e"} & set(said)
    if form == "jsonl":
        assert model in [json.loads(line)["target"] for line in said.splitlines()]
