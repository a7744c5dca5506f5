"""Requests as a checker of agents writes them: through us they get what the agent gives by itself."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.end_to_end.agent_place import AgentSetting
from tests.end_to_end.program import Program, eventually
from tests.fakes.agent import SampleAgent

PUSH_NOT_SUPPORTED = -32003
GET_TASK = {"jsonrpc": "2.0", "id": 7, "method": "GetTask", "params": {"id": "none"}}
BADLY_WRITTEN = {
    "cut off": b'{"jsonrpc": "2.0", "id": 7, "method": "GetTask"',
    "empty": b"  ",
    "a batch": json.dumps([GET_TASK]).encode(),
    "nothing in a batch": b"[]",
    "an object as id": json.dumps({**GET_TASK, "id": {"a": 1}}).encode(),
    "a list as id": json.dumps({**GET_TASK, "id": [1]}).encode(),
    "a number as method": json.dumps({**GET_TASK, "method": 5}).encode(),
    "no method": json.dumps({"jsonrpc": "2.0", "id": 7, "params": {}}).encode(),
    "an unknown method": json.dumps({**GET_TASK, "method": "Fly"}).encode(),
    "another version": json.dumps({**GET_TASK, "jsonrpc": "1.0"}).encode(),
    "a list of parameters": json.dumps({**GET_TASK, "params": ["none"]}).encode(),
}
ASKED = {"1.0": {"A2A-Version": "1.0"}, "0.3": {}}


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgentSetting]:
    """The proxy `weather` is open to everybody, and no address may be told to the agent."""
    program = Program(tmp_path_factory.mktemp("bindings") / "data")
    with SampleAgent() as agent:
        program.run("proxy", "add", "weather", "--kind", "a2a", "--upstream", agent.url)
        program.run("proxy", "set", "weather", "anonymous=on")
        with program.serving():
            made = AgentSetting(program, agent, "")
            httpx.get(f"{made.url}/.well-known/agent-card.json", timeout=60)  # detectors are built
            yield made


@pytest.mark.parametrize("version", ASKED)
@pytest.mark.parametrize("written", BADLY_WRITTEN)
def test_a_badly_written_request_gets_the_status_code_and_id_of_the_agent(
    setting: AgentSetting, written: str, version: str
) -> None:
    def asked(base: str) -> tuple[int, str, int, Any]:
        headers = {"Content-Type": "application/json", **ASKED[version]}
        answer = httpx.post(f"{base}/rpc/", content=BADLY_WRITTEN[written], headers=headers, timeout=60)
        said = answer.json()
        return answer.status_code, answer.headers["Content-Type"], said["error"]["code"], said["id"]

    assert asked(setting.url) == asked(setting.agent.url)


def test_a_badly_written_request_of_the_http_binding_gets_its_status(setting: AgentSetting) -> None:
    for base in (setting.agent.url, setting.url):
        answer = httpx.post(f"{base}/message:send", content=b"{", headers=ASKED["1.0"], timeout=60)
        said = answer.json()["error"]
        assert (answer.status_code, said["code"], said["status"]) == (400, 400, "INVALID_ARGUMENT")


def test_an_extended_card_keeps_the_media_type_of_the_agent(setting: AgentSetting) -> None:
    kinds = [
        httpx.get(f"{base}/extendedAgentCard", headers=ASKED["1.0"], timeout=60).headers["Content-Type"]
        for base in (setting.agent.url, setting.url)
    ]
    assert kinds == ["application/a2a+json"] * 2


def test_a_card_says_how_long_it_may_be_kept_and_how_it_may_be_asked_for(setting: AgentSetting) -> None:
    url = f"{setting.url}/.well-known/agent-card.json"
    whole, head = httpx.get(url), httpx.head(url)
    assert "max-age=" in whole.headers["Cache-Control"]  # A2A 1.0 section 8.6.1
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", whole.headers["ETag"])
    refused = httpx.post(url, json={})
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
    assert refused.json()["error"]["status"] == "UNIMPLEMENTED"


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("CreateTaskPushNotificationConfig", {"taskId": "t", "url": "https://8.8.8.8/hook"}),
        ("GetTaskPushNotificationConfig", {"taskId": "t", "id": "p"}),
        ("ListTaskPushNotificationConfigs", {"taskId": "t"}),
        ("DeleteTaskPushNotificationConfig", {"taskId": "t", "id": "p"}),
    ],
)
def test_a_card_without_notifications_means_every_operation_on_them(
    setting: AgentSetting, method: str, params: dict[str, Any]
) -> None:
    """A2A 1.0 section 3.3.4: all of them are answered with PushNotificationNotSupportedError."""
    card = httpx.get(f"{setting.url}/.well-known/agent-card.json").json()
    assert card["capabilities"]["pushNotifications"] is False
    said = setting.rpc(method, params, A2A_Version="1.0").json()["error"]
    assert (said["code"], said["data"][0]["domain"]) == (PUSH_NOT_SUPPORTED, "a2a-protocol.org")
    verb = {"C": "POST", "G": "GET", "L": "GET", "D": "DELETE"}[method[0]]
    path = "/tasks/t/pushNotificationConfigs" + ("/p" if "id" in params else "")
    body = {"url": params["url"]} if "url" in params else None
    answer = httpx.request(verb, setting.url + path, json=body, headers=ASKED["1.0"])
    assert (answer.status_code, answer.json()["error"]["details"][0]["reason"]) == (
        400,
        "PUSH_NOTIFICATION_NOT_SUPPORTED",
    )


def test_the_card_of_the_only_agent_is_also_at_the_address_of_the_gateway(setting: AgentSetting) -> None:
    """A2A 1.0 section 8.2: who knows only the host asks there."""
    program = setting.program
    at_proxy = httpx.get(f"{setting.url}/.well-known/agent-card.json", timeout=60)
    for known in ("/.well-known/agent-card.json", "/.well-known/agent.json"):
        at_host = httpx.get(program.base + known, timeout=60)
        assert (at_host.content, at_host.headers["ETag"]) == (at_proxy.content, at_proxy.headers["ETag"])
    program.run("proxy", "add", "second", "--kind", "a2a", "--upstream", setting.agent.url)
    eventually(lambda: httpx.get(f"{program.base}/.well-known/agent-card.json").status_code == 404)
    program.run("proxy", "stop", "second")
    eventually(lambda: httpx.get(f"{program.base}/.well-known/agent-card.json").status_code == 200)


def test_at_another_of_this_machine_s_own_addresses_the_card_leads_back_there_without_tls(
    tmp_path: Path,
) -> None:
    program = Program(tmp_path / "data")
    program.base = f"http://127.0.0.2:{program.port}"
    program.run("settings", "set", "listen.host", "127.0.0.2")
    with SampleAgent() as agent:
        program.run("proxy", "add", "weather", "--kind", "a2a", "--upstream", agent.url)
        key = program.add_user("ana@example.com")
        with program.serving():
            url = f"{program.base}/weather/.well-known/agent-card.json"
            answer = httpx.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=60)
    assert f'"{program.base}/weather/' in answer.text
    assert "https://127.0.0.2" not in answer.text
