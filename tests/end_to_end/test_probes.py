"""What tools and browsers send beside their calls, byte for byte, and requests as to a forward proxy."""

import http.client
import json

import pytest

from tests.end_to_end.conftest import Setting
from tests.end_to_end.program import eventually
from tests.fakes.llm import Connection

CHAT = b'{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'
PAGE = "http://localhost:3000"


def ask(
    setting: Setting, method: str, target: str, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send a request with this very target and return status, headers in small letters, and body."""
    connection = http.client.HTTPConnection("127.0.0.1", setting.program.port, timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body, {"Content-Type": "application/json", **named})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("root", ["http://127.0.0.1:{port}", "HTTP://LocalHost", "https://[::1]:8443"])
def test_an_address_as_for_a_forward_proxy_is_one_of_ours(setting: Setting, root: str) -> None:
    target = root.format(port=setting.program.port) + "/llm/v1/chat/completions?a=1"
    status, headers, _ = ask(setting, "POST", target, CHAT, Authorization=f"Bearer {setting.key}")
    assert status == 200
    assert setting.upstream.received[-1].target == "/v1/chat/completions?a=1"
    row = setting.program.row(headers["x-gateway-request-id"])
    assert (row["endpoint"], row["actor"]) == ("POST /v1/chat/completions", "ana@example.org")


@pytest.mark.parametrize(
    "authority",
    ["api.openai.com", "127.0.0.1.evil.example", "127.0.0.1:80@evil.example", "localhost@evil.example"],
)
def test_an_address_elsewhere_is_not_passed_on(setting: Setting, authority: str) -> None:
    target = f"http://{authority}/llm/v1/chat/completions"
    status, _, body = ask(setting, "POST", target, CHAT, Authorization=f"Bearer {setting.key}")
    assert status == 421
    assert "its own proxies" in json.loads(body)["error"]
    assert setting.upstream.received == []


def test_the_host_of_such_a_request_is_still_looked_at(setting: Setting) -> None:
    bearer = f"Bearer {setting.key}"
    target = f"http://127.0.0.1:{setting.program.port}/llm/v1/models"
    assert ask(setting, "GET", target, Authorization=bearer, Host="evil.example")[0] == 403
    assert ask(setting, "GET", f"http://127.0.0.1:{setting.program.port}")[0] == 404
    assert setting.upstream.received == []


def test_a_page_of_this_machine_may_call_and_read(setting: Setting) -> None:
    async def shared(connection: Connection) -> None:
        await connection.whole(b"{}", 200, ("Access-Control-Allow-Origin", "https://app.example"))

    before = len(setting.program.rows())
    asked = {
        "Origin": PAGE,
        "Access_Control_Request_Method": "POST",
        "Access_Control_Request_Headers": "authorization,content-type,x-stainless-lang",
    }
    status, headers, body = ask(setting, "OPTIONS", "/llm/v1/chat/completions", b"", **asked)
    assert (status, body) == (204, b"")
    assert headers["access-control-allow-origin"] == PAGE
    assert headers["access-control-allow-methods"] == "POST"
    assert headers["access-control-allow-headers"] == "authorization,content-type,x-stainless-lang"
    assert "access-control-allow-credentials" not in headers

    setting.script(shared)
    bearer = f"Bearer {setting.key}"
    status, headers, _ = ask(
        setting, "POST", "/llm/v1/chat/completions", CHAT, Origin=PAGE, Authorization=bearer
    )
    assert (status, headers["access-control-allow-origin"]) == (200, PAGE)
    assert headers["access-control-expose-headers"] == "*"
    status, headers, _ = ask(setting, "POST", "/llm/v1/chat/completions", CHAT, Origin=PAGE)
    assert (status, headers["access-control-allow-origin"]) == (401, PAGE)
    eventually(lambda: len(setting.program.rows()) == before + 2)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_a_page_from_elsewhere_may_neither(setting: Setting, origin: str) -> None:
    asked = {"Origin": origin, "Access_Control_Request_Method": "POST"}
    for method, given in (("OPTIONS", asked), ("POST", {"Origin": origin, "x_api_key": setting.key})):
        status, headers, _ = ask(setting, method, "/llm/v1/chat/completions", b"", **given)
        assert status == 403
        assert not [name for name in headers if name.startswith("access-control-")]
    assert setting.upstream.received == []


def test_options_that_no_browser_asks_go_the_way_of_all(setting: Setting) -> None:
    assert ask(setting, "OPTIONS", "/llm/v1/models", Origin=PAGE)[0] == 401
    assert (
        ask(setting, "OPTIONS", "/llm/v1/models", Origin=PAGE, Access_Control_Request_Method="\xff")[0] == 401
    )


def test_a_tool_that_looks_whether_anybody_is_there_leaves_no_refusal(setting: Setting) -> None:
    before = len(setting.program.rows())
    for path in ("/llm", "/llm/", "/llm/api/hello"):
        status, _, body = ask(setting, "HEAD", path, User_Agent="Bun/1.4.0")
        assert (status, body) == (200, b"")
    assert ask(setting, "HEAD", "/llm", Host="evil.example")[0] == 403
    assert ask(setting, "HEAD", "/llm/v1/models")[0] == 401
    assert ask(setting, "HEAD", "/llm", Authorization="Bearer gwd_wrong")[0] == 401
    eventually(lambda: len(setting.program.rows()) == before + 3)
    assert setting.upstream.received == []


def test_a_list_of_models_is_read_to_its_end_by_who_tries_the_upstream(setting: Setting) -> None:
    models = [{"id": f"vendor/model-{number}", "object": "model"} for number in range(20_000)]

    async def lists(connection: Connection) -> None:
        await connection.whole(json.dumps({"object": "list", "data": models}).encode())

    setting.script(lists)
    assert setting.program.json("proxy", "test", "llm")["summary"] == "The upstream answers: 20,000 models"


def test_the_head_of_an_answer_tells_how_long_the_answer_is(setting: Setting) -> None:
    async def answer(connection: Connection) -> None:
        await connection.head(200, ("Content-Type", "application/json"), length=1234)

    setting.script(answer)
    status, headers, body = ask(setting, "HEAD", "/llm/v1/models/gpt-4o-mini", x_api_key=setting.key)
    assert (status, headers["content-length"], body) == (200, "1234", b"")
