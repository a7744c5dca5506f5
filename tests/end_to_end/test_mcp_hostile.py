"""Servers and clients that mean harm: an error or what is right, one row each, and the gateway goes on."""

import contextlib
import http.client
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.mcp_place import call, initialize, messages
from tests.end_to_end.program import PROGRAM, Program, eventually
from tests.end_to_end.raw import sent
from tests.fakes.hostile_mcp import ELSEWHERE, FLOOD, ODD, TOOLS, Hostile

pytestmark = pytest.mark.slow


@dataclass
class Place:
    """A gateway in front of the hostile server, by both transports, and two keys."""

    program: Program
    server: Hostile
    ana: str
    bo: str

    def send(
        self, message: object, key: str = "", method: str = "POST", path: str = "/evil/mcp", **more: str
    ) -> tuple[int, dict[str, str], bytes]:
        connection, answer = self.opened(message, method, path, key or self.ana, **more)
        with contextlib.closing(connection):
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def knows(self, proxy: str) -> bool:
        """Return whether the gateway has taken a new proxy."""
        return self.send({}, path=f"/{proxy}/mcp")[0] != 404

    def opened(
        self, message: object, method: str = "POST", path: str = "/evil/mcp", key: str = "", **more: str
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        connection = http.client.HTTPConnection("127.0.0.1", self.program.port, timeout=60)
        headers = {
            "Authorization": f"Bearer {key or self.ana}",
            "Accept": "application/json, text/event-stream",
            "Content-Type": "application/json",
        } | {name.replace("_", "-"): value for name, value in more.items()}
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        connection.request(method, path, body if method == "POST" else None, headers)
        return connection, connection.getresponse()

    def session(self, key: str = "", version: str = "2025-06-18") -> str:
        status, headers, _ = self.send(initialize(version), key)
        assert status == 200
        return headers["mcp-session-id"]

    def rows(self, exchange_id: str) -> list[dict[str, Any]]:
        return [row for row in self.program.rows(tab="mcp") if row["exchange_id"] == exchange_id]


def cancellation(id: int) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    program = Program(tmp_path_factory.mktemp("hostile") / "data")
    with Hostile() as server:
        for name, path in (("evil", "/mcp"), ("evil-sse", "/sse")):
            program.run("proxy", "add", name, "--kind", "mcp", "--upstream", server.url + path)
        ana = program.add_user("ana@example.org")
        bo = program.add_user("bo@example.org")
        with program.serving():
            yield Place(program, server, ana, bo)


@pytest.mark.parametrize("name", ["redirect", "cut off", "no json", "deep", "no http", "header", "length"])
def test_what_no_client_should_get_is_an_error_with_the_id_of_the_request(place: Place, name: str) -> None:
    status, headers, body = place.send(call(name, id=7), Mcp_Session_Id=place.session())
    error = json.loads(body)
    assert (status, error["id"], error["error"]["code"]) == (502, 7, -32010)
    assert ELSEWHERE.encode() not in body and "location" not in headers
    [row] = place.rows(headers["x-gateway-request-id"])
    assert (row["outcome"], row["target"]) == ("failed", name)
    assert place.send(call("good"), Mcp_Session_Id=place.session())[0] == 200


@pytest.mark.parametrize(
    ("name", "passes"),
    [
        ("byte order mark", b'\xef\xbb\xbf{"jsonrpc"'),
        ("too large a number", b'"n":1e400'),
        ("no number", b'"n":NaN'),
        ("batch of one", b'{"jsonrpc"'),
        ("batch of one event", b'data: {"jsonrpc"'),
    ],
)
def test_an_answer_that_clients_can_read_passes_and_is_looked_at(
    place: Place, name: str, passes: bytes
) -> None:
    status, headers, body = place.send(call(name, id=7), Mcp_Session_Id=place.session())
    assert status == 200 and passes in body and b"fine" in body
    [row] = place.rows(headers["x-gateway-request-id"])
    assert (row["outcome"], row["target"]) == ("success", name)
    stored = place.program.rows("--payloads", tab="mcp")
    assert "fine" in str([one for one in stored if one["exchange_id"] == row["exchange_id"]])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("batch", "is a batch of messages"),
        ("for another", "is for another request"),
        ("nothing", "is empty"),
        ("crowded", "holds more than 200,000 lists and objects"),
    ],
)
def test_an_answer_that_is_none_is_told_by_what_it_is(place: Place, name: str, told: str) -> None:
    status, _, body = place.send(call(name, id=7), Mcp_Session_Id=place.session())
    assert status == 502 and told in json.loads(body)["error"]["message"]


def test_an_answer_that_is_left_out_of_a_stream_is_told_by_its_limit(place: Place) -> None:
    _, headers, body = place.send(call("crowded event", id=7), Mcp_Session_Id=place.session())
    told = "holds more than 200,000 lists and objects"
    assert told.encode() in body and len(body) < 2000
    [row] = place.rows(headers["x-gateway-request-id"])
    assert row["outcome"] == "failed" and told in row["error"]


def test_a_server_that_moved_is_told_of_to_its_callers_and_to_who_tries_it(place: Place) -> None:
    program, moved = place.program, f"{place.server.url}/moved"
    program.run("proxy", "add", "moved", "--kind", "mcp", "--upstream", moved)
    program.run("proxy", "add", "moved-sse", "--kind", "mcp", "--upstream", f"{moved}/sse")
    for name, path in (("moved", "/moved/"), ("moved-sse", "/moved/sse/")):
        tried = str(program.json_of(1, "proxy", "test", name))
        assert f"redirect to {place.server.url}{path}: set the upstream to that address" in tried
        eventually(partial(place.knows, name))
        status, headers, body = place.send(initialize("2025-06-18"), path=f"/{name}/mcp")
        told = "The server answers with a redirect to its own address with a / at the end"
        assert status == 502 and told in json.loads(body)["error"]["message"]
        [row] = place.rows(headers["x-gateway-request-id"])
        assert row["error"].startswith(told)


def test_a_list_of_tools_is_read_to_its_end_by_who_tries_the_server(place: Place) -> None:
    tried = place.program.json("proxy", "test", "evil")
    assert tried["summary"] == f"The server answers: {TOOLS:,} tools"


@pytest.mark.parametrize(
    ("harm", "status", "told"),
    [
        ("for-another", 1, "The upstream answers, but not in MCP; check its address"),
        ("crowded", 1, "holds more than 200,000 lists and objects"),
        ("crowded-event", 1, "holds more than 200,000 lists and objects"),
        ("text-id", 0, "The server answers"),
        ("text-id-event", 0, "The server answers"),
        ("forbidden", 1, "refuses the credential, or the host name that it is called by (403)"),
    ],
)
def test_who_tries_a_server_is_told_what_its_callers_will_meet(
    place: Place, harm: str, status: int, told: str
) -> None:
    upstream = f"{place.server.url}/always/{harm}"
    place.program.run("proxy", "add", harm, "--kind", "mcp", "--upstream", upstream)
    assert told in place.program.json_of(status, "proxy", "test", harm)["summary"]


@pytest.mark.parametrize(
    ("name", "count"),
    [("other ids", 1), ("flood", FLOOD + 1), ("twice", 2), ("deep event", 1), ("line in header", 1)],
)
def test_what_is_right_in_what_comes_passes_alone(place: Place, name: str, count: int) -> None:
    status, headers, body = place.send(call(name, id=7), Mcp_Session_Id=place.session())
    said = messages(body, headers["content-type"])
    assert status == 200 and len(said) <= count
    assert next(one["id"] for one in said if "id" in one) == 7
    assert b"not asked for" not in body
    [row] = place.rows(headers["x-gateway-request-id"])
    assert row["outcome"] == "success"


@pytest.mark.parametrize("name", ["text id", "text id event"])
def test_an_answer_that_names_the_number_of_its_request_as_a_text_passes(place: Place, name: str) -> None:
    status, headers, body = place.send(call(name, id=7), Mcp_Session_Id=place.session())
    assert status == 200 and b'"id": "7"' in body and b"fine" in body
    [row] = place.rows(headers["x-gateway-request-id"])
    assert (row["outcome"], row["target"]) == ("success", name)


def test_a_stream_that_is_not_in_the_coding_it_names_ends_in_an_error(place: Place) -> None:
    _, headers, body = place.send(call("packed", id=7), Mcp_Session_Id=place.session())
    assert b'"id":7,"error":{"code":-32010' in body
    [row] = place.rows(headers["x-gateway-request-id"])
    assert (row["outcome"], row["target"]) == ("failed", "packed")
    assert "Traceback" not in place.program.said()


def test_what_nobody_knows_passes_to_the_byte_both_ways(place: Place) -> None:
    session = place.session()
    asked = (
        b'{"jsonrpc":"2.0" , "id":5,"method":"tools/call","params":{"name":"odd","arguments":{"n":1.0},'
        b'"_meta":{"x.example/trace":"\\u00e9","progressToken":"p"},"task":{"ttl":5},"unheardOf":[1e3]}}'
    )
    headers = {
        "Mcp_Session_Id": session,
        "Mcp_Method": "tools/call",
        "Mcp_Name": "=?base64?b2Rk?=",
        "Mcp_Param_Region": "eu",
        "Connection": "keep-alive, X-Hop",
        "X_Hop": "stays here",
    }
    status, _, body = place.send(asked, **headers)
    assert (status, body) == (200, ODD % 5)
    assert place.server.body == asked
    got = place.server.asked[-1][1]
    assert (got["mcp-param-region"], got["mcp-name"]) == ("eu", "=?base64?b2Rk?=")
    assert "x-hop" not in got and "authorization" not in got
    unknown = b'{"id":"u","method":"x.example/unheard","jsonrpc":"2.0","params":{"deep":{"er":[true]}}}'
    status, _, body = place.send(unknown, Mcp_Session_Id=session)
    assert status == 200 and place.server.body == unknown


def test_a_session_is_not_over_because_its_server_finds_no_stream(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place.server, "streams", False)
    session = place.session()
    assert place.send({}, method="GET", Mcp_Session_Id=session)[0] == 404
    assert place.send(call("good"), Mcp_Session_Id=session)[0] == 200
    place.server.asked.clear()
    command = [*PROGRAM, "connect", "evil", "--data", str(place.program.data)]
    environment = {**os.environ, "GATEWAY_DESKTOP_KEY": place.ana}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as client:
        assert client.stdin is not None and client.stdout is not None
        opening = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        for message in (initialize("2025-06-18"), opening):
            print(json.dumps(message), file=client.stdin, flush=True)
        eventually(lambda: "GET /mcp" in [line for line, _, _ in place.server.asked])
        print(json.dumps(call("good", id=7)), file=client.stdin, flush=True)
        said = [json.loads(client.stdout.readline()) for _ in range(2)]
    assert [(one["id"], "result" in one) for one in said] == [(0, True), (7, True)]
    assert [message.get("method") for _, _, message in place.server.asked if message].count("initialize") == 1


def test_who_connects_by_a_command_has_one_answer_though_its_id_is_a_text(place: Place) -> None:
    command = [*PROGRAM, "connect", "evil", "--data", str(place.program.data)]
    environment = {**os.environ, "GATEWAY_DESKTOP_KEY": place.ana}
    asked = (initialize("2025-06-18"), call("text id event", id=7), call("byte order mark", id=8))
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as client:
        assert client.stdin is not None and client.stdout is not None
        said = []
        for message in asked:
            print(json.dumps(message), file=client.stdin, flush=True)
            said.append(json.loads(client.stdout.readline()))
        client.stdin.close()
        said += map(json.loads, client.stdout)
    assert [(one["id"], "result" in one) for one in said] == [(0, True), ("7", True), (8, True)]


def test_a_server_gives_nobody_the_session_of_another(place: Place) -> None:
    session = place.session()
    place.send(call("other session"), Mcp_Session_Id=session)
    assert place.send(call("good"), Mcp_Session_Id="of-somebody-else")[0] == 404


def test_a_server_cannot_speak_as_the_gateway(place: Place) -> None:
    _, headers, _ = place.send(call("cookie"), Mcp_Session_Id=place.session())
    assert headers["x-gateway-request-id"] != "made-up"
    assert place.rows(headers["x-gateway-request-id"])


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:1/message",
        "//elsewhere.example.org/message",
        "https://127.0.0.1/message",
        "http://user@127.0.0.1:9/m",
        "http://[",
        "http://127.0.0.1:99999/m",
        "",
        "\\\\elsewhere.example.org\\m",
    ],
)
@pytest.mark.parametrize("transport", ["sse", "mcp"])
def test_an_endpoint_that_leads_elsewhere_is_not_followed(
    place: Place, endpoint: str, transport: str
) -> None:
    place.server.endpoint = endpoint
    place.server.asked.clear()
    if transport == "sse":
        status, headers, body = place.send(b"", method="GET", path="/evil-sse/sse")
        assert status != 502 or [row["outcome"] for row in place.rows(headers["x-gateway-request-id"])] == [
            "failed"
        ]
    else:
        status, _, body = place.send(initialize("2025-06-18"), path="/evil-sse/mcp")
    if endpoint in ("", "\\\\elsewhere.example.org\\m"):  # a strange path, and on the server itself
        assert not [asked for asked, headers, _ in place.server.asked if "elsewhere" in headers["host"]]
    else:
        assert b"another host" in body, (status, body)
        assert [asked for asked, _, _ in place.server.asked] == ["GET /sse"]


def test_a_call_that_its_client_cancels_is_over_though_its_server_says_nothing_more(place: Place) -> None:
    """Its row does not wait until the client is gone, and what the server says later reaches nobody."""
    session = place.session()
    connection, answer = place.opened(call("silent", id=7), Mcp_Session_Id=session)
    with contextlib.closing(connection):
        assert b"progress" in answer.readline()
        status, *_ = place.send(cancellation(7), Mcp_Session_Id=session)
        assert status == 200
        [ended] = [said for said in messages(answer.read(), "text/event-stream") if "id" in said]
        assert ended["id"] == 7 and "cancelled" in ended["error"]["message"]
        [row] = eventually(lambda: place.rows(answer.headers["x-gateway-request-id"]))
        assert (row["outcome"], row["actor"], row["target"]) == ("abandoned", "ana@example.org", "silent")
    assert place.send(call("good"), Mcp_Session_Id=session)[0] == 200


def test_a_call_that_is_cancelled_on_the_older_transport_is_over_too(place: Place) -> None:
    place.server.stays, place.server.endpoint = True, "/message?s=1"
    try:
        connection, answer = place.opened(b"", "GET", "/evil-sse/sse")
        with contextlib.closing(connection):
            answer.readline()
            path = answer.readline().decode().partition("data: ")[2].strip()
            _, headers, _ = place.send(call("silent", id=7), path=path)
            place.send(cancellation(7), path=path)
            [row] = eventually(lambda: place.rows(headers["x-gateway-request-id"]))
            assert (row["outcome"], row["actor"], row["target"]) == ("abandoned", "ana@example.org", "silent")
    finally:
        place.server.stays = False


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_the_session_of_another_is_there_for_nobody_by_any_method(place: Place, method: str) -> None:
    session = place.session()
    status, headers, _ = place.send(call("good"), place.bo, method, Mcp_Session_Id=session)
    assert status == 404
    [row] = place.rows(headers["x-gateway-request-id"])
    assert (row["actor"], row["outcome"], row["block_reason"]) == ("bo@example.org", "blocked", "access")
    assert place.send(call("good"), Mcp_Session_Id=session)[0] == 200  # it was not ended


@pytest.mark.parametrize("whose", ["another's", "nobody's"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_session_means_nothing_in_the_revision_that_has_none(place: Place, method: str, whose: str) -> None:
    """What is not the caller's is ignored there, as servers do; the upstream does not hear of it."""
    session = place.session(place.bo) if whose == "another's" else "made-up"
    place.server.asked.clear()
    named = {"Mcp_Session_Id": session, "MCP_Protocol_Version": "2026-07-28"}
    status, headers, _ = place.send(call("good"), method=method, **named)
    assert status == 200
    [(_, got, _)] = place.server.asked
    assert got["mcp-protocol-version"] == "2026-07-28" and "mcp-session-id" not in got
    if method != "GET":  # of a stream that is opened there is none
        [row] = place.rows(headers["x-gateway-request-id"])
        assert (row["actor"], row["session"]) == ("ana@example.org", None)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("second", ["Mcp-Session-Id", "mcp_session_id", "Mcp_session-Id"])
def test_the_session_of_another_is_not_named_beside_ones_own(place: Place, method: str, second: str) -> None:
    """Servers behind CGI's variables read `_` as `-`, some the last of two."""
    mine = place.session()
    place.server.asked.clear()
    headers = (
        f"Authorization: Bearer {place.ana}",
        "Accept: application/json, text/event-stream",
        f"Mcp-Session-Id: {mine}",
        f"{second}: another",
    )
    body = json.dumps(call("good")).encode() if method == "POST" else b""
    answer = sent(place.program.port, f"{method} /evil/mcp HTTP/1.1", *headers, body=body)
    assert b" 400 " in answer.partition(b"\r\n")[0]
    assert not place.server.asked


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_all"}}]', -32002),
        (b'[[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_all"}}]]', -32600),
        (b'[{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}]', -32600),
        (b'[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[{"name":"delete_all"}]}]', -32002),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":["delete_all"]}}', -32002),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"Name":"delete_all"}}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","Name":"delete_all"}}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","param\xc5\xbf":{"name":"delete_all"}}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete\\u005fall"}}', -32002),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"Delete_All"}}', -32002),
        (b'{"jsonrpc":"2.0","id":1,"method":"Tools/Call","params":{"name":"delete_all"}}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/call ","params":{"name":"delete_all"}}', -32600),
    ],
)
def test_a_forbidden_tool_is_not_reached_by_the_back_door(place: Place, body: bytes, code: int) -> None:
    place.program.run("proxy", "allow", "evil", "--group", "team", "--tool", "*", "--tool", "!delete_*")
    refused = call("delete_x")
    session = place.session(version="2025-03-26")
    eventually(lambda: b"may not use" in place.send(refused, Mcp_Session_Id=session)[2])
    place.server.asked.clear()
    _, _, answer = place.send(body, Mcp_Session_Id=session)
    found = json.loads(answer)
    assert (found[0] if isinstance(found, list) else found)["error"]["code"] == code
    assert not place.server.asked


def test_an_endpoint_leads_back_under_the_prefix_of_the_public_url(tmp_path: Path) -> None:
    program = Program(tmp_path / "data")
    with Hostile() as server:
        program.run("proxy", "add", "older", "--kind", "mcp", "--upstream", f"{server.url}/sse")
        key = program.add_user("ana@example.org")
        toml = program.data / "settings.toml"
        before = toml.read_text() if toml.exists() else ""
        toml.write_text(f'public_url = "http://127.0.0.1:{program.port}/behind/it"\n{before}')
        program.start()
        place = Place(program, server, key, key)
        _, _, body = place.send(b"", method="GET", path="/older/sse")
        assert b"data: /behind/it/older/sse/message?session_id=" in body
        program.stop()
