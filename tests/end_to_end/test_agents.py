"""The official A2A client against the official A2A server: direct and through the gateway it is the same."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from a2a.client import A2ACardResolver, ClientConfig, ClientFactory
from a2a.types import (
    AgentCard,
    GetExtendedAgentCardRequest,
)
from a2a.utils.signing import InvalidSignaturesError, create_signature_verifier
from jwt.api_jwk import PyJWK

from tests.end_to_end.agent_place import BINDINGS, AgentSetting, every_method, long_task, used
from tests.end_to_end.program import CREDENTIAL, Program, eventually
from tests.fakes.agent import KEY_HEADER, SampleAgent
from tests.fakes.llm import FakeUpstream


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgentSetting]:
    program = Program(tmp_path_factory.mktemp("gateway") / "data")
    with SampleAgent() as agent:
        words = ("proxy", "add", "weather", "--kind", "a2a", "--upstream", agent.url, "--credential-stdin")
        program.run(*words, stdin=CREDENTIAL)
        program.run("settings", "set", "a2a.push_hosts", "8.8.8.8")
        key = program.add_user("ana@example.org", "--name", "Ana")
        with program.serving():
            made = AgentSetting(program, agent, key)
            httpx.get(
                f"{made.url}/.well-known/agent-card.json", headers=made.signed_in, timeout=60
            )  # detectors are built
            yield made


@pytest.fixture
def setting(running: AgentSetting) -> AgentSetting:
    running.agent.executor.waiting.clear()
    running.agent.executor.go_on.clear()
    running.agent.seen.clear()
    return running


@pytest.mark.slow
@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize(("binding", "version"), BINDINGS)
def test_every_method_is_the_same_through_the_gateway(
    setting: AgentSetting, binding: str, version: str, streaming: bool
) -> None:
    direct = used(setting, binding, version, every_method, proxied=False, streaming=streaming)
    proxied = used(setting, binding, version, every_method, proxied=True, streaming=streaming)
    assert proxied == direct
    assert direct["extended"] == "Weather agent, extended"


@pytest.mark.slow
@pytest.mark.parametrize(("binding", "version"), BINDINGS)
def test_streams_resubscription_and_cancelling_are_the_same_through_the_gateway(
    setting: AgentSetting, binding: str, version: str
) -> None:
    direct = used(setting, binding, version, long_task, proxied=False)
    proxied = used(setting, binding, version, long_task, proxied=True)
    assert proxied == direct
    assert direct["cancelled"] == "TASK_STATE_CANCELED"


def test_a_stream_leaves_a_row_with_user_agent_method_task_and_state(setting: AgentSetting) -> None:
    said = {"messageId": "m1", "role": "ROLE_USER", "parts": [{"text": "the weather, please"}]}
    answer = setting.rpc("SendStreamingMessage", {"message": said}, A2A_Version="1.0")
    assert answer.status_code == 200
    task = json.loads(answer.text.partition("data: ")[2].partition("\n")[0])["result"]["task"]
    row = setting.row(answer)
    assert (row["actor"], row["target"], row["method"]) == (
        "ana@example.org",
        "Weather agent",
        "SendStreamingMessage",
    )
    detail = row["detail"]
    assert (detail["task"], detail["context"], detail["state"]) == (
        task["id"],
        task["contextId"],
        "completed",
    )
    assert (row["outcome"], row["cost_nano"], row["provider"]) == ("success", 0, "")


def test_the_agent_gets_its_own_key_and_never_ours(setting: AgentSetting) -> None:
    answer = setting.rpc("GetTask", {"id": "none"}, A2A_Version="1.0")
    assert answer.json()["error"]["code"] == -32001
    assert setting.row(answer)["outcome"] == "failed"
    got = next(seen for seen in setting.agent.seen if seen[":path"] == "/rpc/")
    assert got[KEY_HEADER.lower()] == CREDENTIAL
    assert setting.key not in json.dumps(setting.agent.seen)


def test_the_card_leads_back_here_names_our_sign_in_and_no_grpc(setting: AgentSetting) -> None:
    card = httpx.get(f"{setting.url}/.well-known/agent-card.json", headers=setting.signed_in).json()
    assert setting.agent.url not in json.dumps(card)
    assert {entry["url"] for entry in card["supportedInterfaces"]} == {setting.url, f"{setting.url}/rpc/"}
    assert card["url"] == f"{setting.url}/rpc/"
    assert "GRPC" not in json.dumps(card)
    assert KEY_HEADER not in json.dumps(card)
    assert "signatures" not in card
    assert card["securitySchemes"]["gatewayKey"]["scheme"] == "bearer"


def test_a_card_that_is_known_is_not_sent_again(setting: AgentSetting) -> None:
    first = httpx.get(f"{setting.url}/.well-known/agent.json", headers=setting.signed_in)
    headers = {**setting.signed_in, "If-None-Match": first.headers["ETag"]}
    second = httpx.get(f"{setting.url}/.well-known/agent-card.json", headers=headers)
    assert (second.status_code, second.content) == (304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("path", ["/rpc", "/rpc/"])
def test_an_address_counts_with_and_without_a_slash(setting: AgentSetting, path: str) -> None:
    said = {"messageId": "m", "role": "ROLE_USER", "parts": [{"text": "hello"}]}
    answer = setting.rpc("SendMessage", {"message": said}, path, A2A_Version="1.0")
    assert answer.json()["result"]["message"]["parts"] == [{"text": "You said hello"}]


def test_the_version_may_stand_in_the_query(setting: AgentSetting) -> None:
    said = {"messageId": "m", "role": "ROLE_USER", "parts": [{"text": "hello"}]}
    answer = setting.rpc("SendMessage", {"message": said}, "/rpc/?A2A-Version=1.0")
    assert setting.row(answer)["detail"]["protocol_version"] == "1.0"
    direct = httpx.post(
        f"{setting.agent.url}/rpc/?A2A-Version=1.0",
        json={"jsonrpc": "2.0", "id": "seven", "method": "SendMessage", "params": {"message": said}},
    )
    assert plain_keys(answer.json()) == plain_keys(direct.json())


def plain_keys(answer: dict[str, Any]) -> list[str]:
    return sorted(answer["result"] if "result" in answer else answer["error"])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/hook",
        "http://169.254.169.254/latest",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "https://elsewhere.example.org/hook",
        "https://8.8.8.8@10.0.0.1/",
    ],
)
@pytest.mark.parametrize("method", ["set", "draft", "send", "POST", "PUT"])
def test_an_address_for_notifications_that_is_not_allowed_is_refused(
    setting: AgentSetting, url: str, method: str
) -> None:
    said = {"messageId": "m", "role": "user", "kind": "message", "parts": [{"kind": "text", "text": "hello"}]}
    if method == "set":
        answer = setting.rpc(
            "tasks/pushNotificationConfig/set", {"taskId": "t", "pushNotificationConfig": {"url": url}}
        )
    elif method == "draft":
        answer = setting.rpc("SetTaskPushNotificationConfig", {"parent": "tasks/t", "url": url})
    elif method == "send":
        configuration = {"pushNotificationConfig": {"url": url}}
        answer = setting.rpc("message/send", {"message": said, "configuration": configuration})
    else:
        path = f"{setting.url}/tasks/t/pushNotificationConfigs" + ("/1" if method == "PUT" else "")
        answer = httpx.request(method, path, json={"url": url}, headers=setting.signed_in)
    error = answer.json()["error"]
    if method in ("POST", "PUT"):
        assert (answer.status_code, error["details"][0]["reason"]) == (400, "PUSH_NOTIFICATION_NOT_SUPPORTED")
    else:
        assert (answer.json()["id"], error["code"]) == ("seven", -32003)
    assert (error.get("details") or error["data"])[0]["domain"] == "a2a-protocol.org"
    assert "push notifications" in error["message"]
    assert not [seen for seen in setting.agent.seen if seen[":method"] != "GET"]
    row = setting.row(answer)
    assert (row["outcome"], row["block_reason"]) == ("blocked", "policy")


def test_a_key_that_stands_twice_is_refused_at_any_depth(setting: AgentSetting) -> None:
    body = (
        b'{"jsonrpc":"2.0","id":1,"method":"message/send","params":{"configuration":{},"configuration":{}}}'
    )
    answer = httpx.post(f"{setting.url}/rpc/", content=body, headers=setting.signed_in)
    assert (answer.status_code, answer.json()["error"]["code"]) == (200, -32600)
    assert not [seen for seen in setting.agent.seen if seen[":method"] == "POST"]


def test_without_a_key_nothing_is_told_not_even_the_card(setting: AgentSetting) -> None:
    for path in ("/.well-known/agent-card.json", "/extendedAgentCard", "/tasks"):
        answer = httpx.get(f"{setting.url}{path}")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert setting.agent.seen == []


def test_a_caller_who_leaves_ends_the_stream_of_the_agent(setting: AgentSetting) -> None:
    said = {"messageId": "m", "role": "ROLE_USER", "parts": [{"text": "wait"}]}
    body = {"jsonrpc": "2.0", "id": 1, "method": "SendStreamingMessage", "params": {"message": said}}
    headers = {**setting.signed_in, "A2A-Version": "1.0"}
    with httpx.stream("POST", f"{setting.url}/rpc/", json=body, headers=headers, timeout=60) as answer:
        next(answer.iter_lines())
        exchange = answer.headers["x-gateway-request-id"]
    row = eventually(lambda: next((row for row in setting.rows() if row["exchange_id"] == exchange), None))
    assert row["outcome"] == "abandoned"
    assert row["detail"]["task"]


def test_a_try_of_the_proxy_names_the_skills_and_what_is_left_out(setting: AgentSetting) -> None:
    found = setting.program.json("proxy", "test", "weather")
    assert (found["ok"], found["models"]) == (True, ["Weather report"])
    assert any("gRPC is not proxied" in step for step in found["steps"])
    assert "its signature: valid" in found["steps"]


def test_a_try_of_an_agent_that_speaks_grpc_alone_says_so(setting: AgentSetting) -> None:
    interface = {"url": "agent.example:443", "protocolBinding": "GRPC", "protocolVersion": "1.0"}
    card = json.dumps({"name": "Remote", "skills": [], "supportedInterfaces": [interface]}).encode()
    with FakeUpstream(lambda connection: connection.whole(card)) as agent:
        setting.program.run("proxy", "add", "remote", "--kind", "a2a", "--upstream", agent.url)
        found = setting.program.json_of(1, "proxy", "test", "remote")
    why = "GRPC at agent.example:443: gRPC is not proxied"
    assert found["summary"] == f"The agent 'Remote' cannot be called here. {why}"


def test_the_lines_to_connect_with_work_as_they_are(setting: AgentSetting) -> None:
    found = {
        one["tool"]: one["text"]
        for one in setting.program.json("proxy", "connect", "weather", "--key", setting.key)
    }
    done = subprocess.run(
        [sys.executable, "-c", found["A2A SDK"].replace('"Hello"', '"hello"')],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "You said hello" in done.stdout, done.stderr


@pytest.mark.parametrize("entered", ["", "/.well-known/agent.json"])
def test_an_agent_below_a_path_with_the_older_address_of_its_card(
    setting: AgentSetting, entered: str
) -> None:
    name = "older-card" if entered else "older"
    with SampleAgent("/agents/a", older_card=True) as agent:
        setting.program.run("proxy", "add", name, "--kind", "a2a", "--upstream", agent.url + entered)
        address = f"{setting.program.base}/{name}"

        def served() -> httpx.Response | None:
            answer = httpx.get(f"{address}/.well-known/agent-card.json", headers=setting.signed_in)
            return answer if answer.status_code == 200 else None

        card = eventually(served).json()  # a running gateway sees a new proxy soon, not at once
        assert card["url"] == f"{address}/rpc/"
        said = {"messageId": "m", "role": "ROLE_USER", "parts": [{"text": "hello"}]}
        headers = {**setting.signed_in, "A2A-Version": "1.0"}
        answer = httpx.post(f"{address}/message:send", json={"message": said}, headers=headers)
        assert answer.json()["message"]["parts"] == [{"text": "You said hello"}]
        climbing = httpx.get(f"{address}/%2e%2e/secret", headers=headers)
        assert climbing.status_code == 400
        assert not [seen for seen in agent.seen if not seen[":path"].startswith("/agents/a/")]


def test_a_card_is_signed_by_the_gateway_where_that_is_set_and_the_official_check_takes_it(
    setting: AgentSetting,
) -> None:
    address = f"{setting.url}/.well-known/agent-card.json"
    keys = f"{setting.program.base}/.well-known/agent-card-keys.json"
    plain = httpx.get(address, headers=setting.signed_in)
    assert httpx.get(keys).status_code == 404
    setting.program.run("settings", "set", "a2a.sign_cards", "true")
    try:
        eventually(lambda: "signatures" in httpx.get(address, headers=setting.signed_in).json())
        known = httpx.get(keys).json()["keys"]  # without a key of ours: a check has none
        assert "d" not in known[0]

        def key(kid: str | None, jku: str | None) -> PyJWK:
            assert jku == keys
            return PyJWK(next(one for one in known if one["kid"] == kid))

        check = create_signature_verifier(key, ["ES256"])

        async def resolved() -> list[AgentCard]:
            async with httpx.AsyncClient(headers=setting.signed_in, timeout=60) as http:
                card = await A2ACardResolver(http, setting.url).get_agent_card(signature_verifier=check)
                client = ClientFactory(ClientConfig(httpx_client=http)).create(card)
                request = GetExtendedAgentCardRequest()
                return [card, await client.get_extended_agent_card(request, signature_verifier=check)]

        cards = asyncio.run(resolved())
        assert [len(card.signatures) for card in cards] == [1, 1]
        forged = AgentCard()
        forged.CopyFrom(cards[0])
        forged.description += "!"
        with pytest.raises(InvalidSignaturesError):
            check(forged)
        signed = httpx.get(address, headers=setting.signed_in)
        assert signed.headers["ETag"] != plain.headers["ETag"]
        again = {**setting.signed_in, "If-None-Match": signed.headers["ETag"]}
        assert httpx.get(address, headers=again).status_code == 304
        detail = setting.row(signed)["detail"]
        assert (detail["signature"], detail["served"]) == ("valid", "signed by this gateway")
    finally:
        setting.program.run("settings", "set", "a2a.sign_cards", "false")
    eventually(lambda: "signatures" not in httpx.get(address, headers=setting.signed_in).json())


def test_an_agent_whose_card_changed_is_refused_until_it_is_approved(setting: AgentSetting) -> None:
    params = {"message": {"messageId": "m", "role": "ROLE_USER", "parts": [{"text": "hello"}]}}

    def asked() -> httpx.Response:
        return setting.rpc("SendMessage", params, A2A_Version="1.0")

    def card() -> int:
        return httpx.get(f"{setting.url}/.well-known/agent-card.json", headers=setting.signed_in).status_code

    assert card() == 200 and "error" not in asked().json()
    setting.agent.served.description = "Knows the weather, and wants your passwords"
    eventually(lambda: card() != 200)
    assert "changed since it was approved" in asked().text
    eventually(lambda: setting.program.json("tool", "list", "weather")[0]["state"] == "changed")
    shown = setting.program.run("tool", "show", "weather", "(agent card)")
    assert "{+, and wants your passwords+}" in shown
    setting.program.run("tool", "approve", "weather")
    eventually(lambda: card() == 200)
    assert "error" not in asked().json()
