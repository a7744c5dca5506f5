"""The official A2A client against the official A2A server: direct and through the gateway it is the same."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from a2a.client import A2ACardResolver, Client, ClientConfig, ClientFactory
from a2a.helpers import new_text_message
from a2a.types import (
    AgentCard,
    CancelTaskRequest,
    DeleteTaskPushNotificationConfigRequest,
    GetExtendedAgentCardRequest,
    GetTaskPushNotificationConfigRequest,
    GetTaskRequest,
    ListTaskPushNotificationConfigsRequest,
    ListTasksRequest,
    Message,
    Role,
    SendMessageRequest,
    SubscribeToTaskRequest,
    TaskPushNotificationConfig,
)
from a2a.utils.signing import InvalidSignaturesError, create_signature_verifier
from google.protobuf.json_format import MessageToDict
from jwt.api_jwk import PyJWK

from tests.end_to_end.program import CREDENTIAL, Program, eventually
from tests.fakes.agent import KEY_HEADER, SampleAgent

WEBHOOK = "https://8.8.8.8/hook"  # public, and nobody calls it: the agent has no sender
NAMES = {"id", "contextId", "taskId", "messageId", "timestamp", "artifactId"}
BINDINGS = [(binding, version) for binding in ("JSONRPC", "HTTP+JSON") for version in ("1.0", "0.3")]


@dataclass
class Setting:
    """A gateway with the proxy `weather` in front of the sample agent, and Ana's key."""

    program: Program
    agent: SampleAgent
    key: str

    @property
    def url(self) -> str:
        return f"{self.program.base}/weather"

    @property
    def signed_in(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}

    def rows(self) -> list[dict[str, Any]]:
        out = self.program.run("audit", "--tab", "a2a", "--format", "jsonl")
        return sorted((json.loads(line) for line in out.splitlines()), key=lambda row: int(row["id"]))

    def row(self, answer: httpx.Response) -> dict[str, Any]:
        exchange = answer.headers["x-gateway-request-id"]
        return eventually(lambda: next((row for row in self.rows() if row["exchange_id"] == exchange), None))

    def rpc(self, method: str, params: dict[str, Any], path: str = "/rpc/", **headers: str) -> httpx.Response:
        body = {"jsonrpc": "2.0", "id": "seven", "method": method, "params": params}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.post(f"{self.url}{path}", json=body, headers={**self.signed_in, **named}, timeout=60)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    program = Program(tmp_path_factory.mktemp("gateway") / "data")
    with SampleAgent() as agent:
        words = ("proxy", "add", "weather", "--kind", "a2a", "--upstream", agent.url, "--credential-stdin")
        program.run(*words, stdin=CREDENTIAL)
        program.run("settings", "set", "a2a.push_hosts", "8.8.8.8")
        key = program.add_user("ana@example.org", "--name", "Ana")
        program.start()
        made = Setting(program, agent, key)
        httpx.get(
            f"{made.url}/.well-known/agent-card.json", headers=made.signed_in, timeout=60
        )  # detectors are built
        yield made
        program.stop()


@pytest.fixture
def setting(running: Setting) -> Setting:
    running.agent.executor.waiting.clear()
    running.agent.executor.go_on.clear()
    running.agent.seen.clear()
    return running


def message(text: str, **names: str) -> SendMessageRequest:
    said = Message()
    said.CopyFrom(new_text_message(text, role=Role.ROLE_USER))
    for name, value in names.items():
        setattr(said, name, value)
    return SendMessageRequest(message=said)


def plain(answer: Any) -> Any:
    """Return an answer without what is different each time."""

    def masked(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: masked(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [masked(inner) for inner in value]
        return "..." if name in NAMES and value not in ("weather", "chart") else value

    return masked(MessageToDict(answer))


async def sent(client: Client, request: SendMessageRequest) -> list[Any]:
    return [event async for event in client.send_message(request)]


async def every_method(client: Client, agent: SampleAgent) -> dict[str, Any]:
    """Use all that a client has, and return what came of it."""
    found: dict[str, Any] = {}
    found["reply"] = [plain(event) for event in await sent(client, message("hello"))]
    events = await sent(client, message("weather"))
    found["task"] = [plain(event) for event in events]
    task = next(
        event.task.id if event.HasField("task") else event.status_update.task_id
        for event in events
        if event.HasField("task") or event.HasField("status_update")
    )
    found["get"] = plain(await client.get_task(GetTaskRequest(id=task)))
    try:
        found["list"] = len((await client.list_tasks(ListTasksRequest())).tasks) > 0
    except NotImplementedError:
        found["list"] = "0.3 has none"
    asked = await sent(client, message("ask"))
    last = asked[-1].task if asked[-1].HasField("task") else asked[-1].status_update
    found["asked"] = plain(asked[-1])
    open_task = getattr(last, "id", "") or last.task_id
    answer = message("weather in Oslo", task_id=open_task, context_id=last.context_id)
    found["answered"] = [plain(event) for event in await sent(client, answer)]
    found["failed"] = plain((await sent(client, message("fail")))[-1])
    try:
        await client.get_task(GetTaskRequest(id="no-such-task"))
    except Exception as error:  # noqa: BLE001 - which one it is, is compared
        found["error"] = (type(error).__name__, str(error).partition("http://")[0])
    found |= await push_methods(client, task)
    found["extended"] = (await client.get_extended_agent_card(GetExtendedAgentCardRequest())).name
    return found


async def push_methods(client: Client, task: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    config = TaskPushNotificationConfig(task_id=task, id="mine", url=WEBHOOK)
    found["push"] = plain(await client.create_task_push_notification_config(config))
    one = GetTaskPushNotificationConfigRequest(task_id=task, id="mine")
    for name, work in (
        ("push get", lambda: client.get_task_push_notification_config(one)),
        (
            "push list",
            lambda: client.list_task_push_notification_configs(
                ListTaskPushNotificationConfigsRequest(task_id=task)
            ),
        ),
    ):
        found[name] = await outcome(work)
    gone = DeleteTaskPushNotificationConfigRequest(task_id=task, id="mine")
    try:
        await client.delete_task_push_notification_config(gone)
        found["push deleted"] = True
    except Exception as error:  # noqa: BLE001 - 0.3's HTTP+JSON has none, on either way
        found["push deleted"] = type(error).__name__
    return found


async def outcome(work: Callable[[], Awaitable[Any]]) -> Any:
    try:
        return plain(await work())
    except Exception as error:  # noqa: BLE001 - which one it is, is compared
        return type(error).__name__


async def long_task(client: Client, agent: SampleAgent) -> dict[str, Any]:
    """Leave a stream, take it up again elsewhere, and cancel another task."""
    executor, found = agent.executor, {}
    executor.waiting.clear()
    executor.go_on.clear()
    stream = aiter(client.send_message(message("wait")))
    first = await anext(stream)
    await asyncio.to_thread(executor.waiting.wait, 10)
    task = first.task.id
    again = aiter(client.subscribe(SubscribeToTaskRequest(id=task)))
    found["resubscribed"] = plain(await anext(again))
    executor.go_on.set()
    found["rest"] = [plain(event) async for event in again]
    found["first"] = [plain(event) async for event in stream]
    executor.waiting.clear()
    executor.go_on.clear()
    stream = aiter(client.send_message(message("wait")))
    task = (await anext(stream)).task.id
    await asyncio.to_thread(executor.waiting.wait, 10)
    found["cancelled"] = plain(await client.cancel_task(CancelTaskRequest(id=task)))["status"]["state"]
    executor.go_on.set()
    return found


def used(
    setting: Setting,
    binding: str,
    version: str,
    work: Callable[[Client, SampleAgent], Awaitable[dict[str, Any]]],
    *,
    proxied: bool,
    streaming: bool = True,
) -> dict[str, Any]:
    """Return what a client of this binding and version makes of the agent."""

    async def run() -> dict[str, Any]:
        headers = setting.signed_in if proxied else {}
        async with httpx.AsyncClient(headers=headers, timeout=60) as http:
            base = setting.url if proxied else setting.agent.url
            card = await A2ACardResolver(http, base).get_agent_card()
            kept = [
                interface
                for interface in card.supported_interfaces
                if interface.protocol_binding == binding and interface.protocol_version == version
            ]
            assert kept, card
            only = AgentCard()
            only.CopyFrom(card)
            del only.supported_interfaces[:]
            only.supported_interfaces.extend(kept)
            config = ClientConfig(
                httpx_client=http, supported_protocol_bindings=[binding], streaming=streaming
            )
            return await work(ClientFactory(config).create(only), setting.agent)

    return asyncio.run(asyncio.wait_for(run(), 60))


@pytest.mark.slow
@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize(("binding", "version"), BINDINGS)
def test_every_method_is_the_same_through_the_gateway(
    setting: Setting, binding: str, version: str, streaming: bool
) -> None:
    direct = used(setting, binding, version, every_method, proxied=False, streaming=streaming)
    proxied = used(setting, binding, version, every_method, proxied=True, streaming=streaming)
    assert proxied == direct
    assert direct["extended"] == "Weather agent, extended"


@pytest.mark.slow
@pytest.mark.parametrize(("binding", "version"), BINDINGS)
def test_streams_resubscription_and_cancelling_are_the_same_through_the_gateway(
    setting: Setting, binding: str, version: str
) -> None:
    direct = used(setting, binding, version, long_task, proxied=False)
    proxied = used(setting, binding, version, long_task, proxied=True)
    assert proxied == direct
    assert direct["cancelled"] == "TASK_STATE_CANCELED"


def test_a_stream_leaves_a_row_with_user_agent_method_task_and_state(setting: Setting) -> None:
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


def test_the_agent_gets_its_own_key_and_never_ours(setting: Setting) -> None:
    answer = setting.rpc("GetTask", {"id": "none"}, A2A_Version="1.0")
    assert answer.json()["error"]["code"] == -32001
    assert setting.row(answer)["outcome"] == "failed"
    got = next(seen for seen in setting.agent.seen if seen[":path"] == "/rpc/")
    assert got[KEY_HEADER.lower()] == CREDENTIAL
    assert setting.key not in json.dumps(setting.agent.seen)


def test_the_card_leads_back_here_names_our_sign_in_and_no_grpc(setting: Setting) -> None:
    card = httpx.get(f"{setting.url}/.well-known/agent-card.json", headers=setting.signed_in).json()
    assert setting.agent.url not in json.dumps(card)
    assert {entry["url"] for entry in card["supportedInterfaces"]} == {setting.url, f"{setting.url}/rpc/"}
    assert card["url"] == f"{setting.url}/rpc/"
    assert "GRPC" not in json.dumps(card)
    assert KEY_HEADER not in json.dumps(card)
    assert "signatures" not in card
    assert card["securitySchemes"]["gatewayKey"]["scheme"] == "bearer"


def test_a_card_that_is_known_is_not_sent_again(setting: Setting) -> None:
    first = httpx.get(f"{setting.url}/.well-known/agent.json", headers=setting.signed_in)
    headers = {**setting.signed_in, "If-None-Match": first.headers["ETag"]}
    second = httpx.get(f"{setting.url}/.well-known/agent-card.json", headers=headers)
    assert (second.status_code, second.content) == (304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("path", ["/rpc", "/rpc/"])
def test_an_address_counts_with_and_without_a_slash(setting: Setting, path: str) -> None:
    said = {"messageId": "m", "role": "ROLE_USER", "parts": [{"text": "hello"}]}
    answer = setting.rpc("SendMessage", {"message": said}, path, A2A_Version="1.0")
    assert answer.json()["result"]["message"]["parts"] == [{"text": "You said hello"}]


def test_the_version_may_stand_in_the_query(setting: Setting) -> None:
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
    setting: Setting, url: str, method: str
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


def test_a_key_that_stands_twice_is_refused_at_any_depth(setting: Setting) -> None:
    body = (
        b'{"jsonrpc":"2.0","id":1,"method":"message/send","params":{"configuration":{},"configuration":{}}}'
    )
    answer = httpx.post(f"{setting.url}/rpc/", content=body, headers=setting.signed_in)
    assert (answer.status_code, answer.json()["error"]["code"]) == (200, -32600)
    assert not [seen for seen in setting.agent.seen if seen[":method"] == "POST"]


def test_without_a_key_nothing_is_told_not_even_the_card(setting: Setting) -> None:
    for path in ("/.well-known/agent-card.json", "/extendedAgentCard", "/tasks"):
        answer = httpx.get(f"{setting.url}{path}")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert setting.agent.seen == []


def test_a_caller_who_leaves_ends_the_stream_of_the_agent(setting: Setting) -> None:
    said = {"messageId": "m", "role": "ROLE_USER", "parts": [{"text": "wait"}]}
    body = {"jsonrpc": "2.0", "id": 1, "method": "SendStreamingMessage", "params": {"message": said}}
    headers = {**setting.signed_in, "A2A-Version": "1.0"}
    with httpx.stream("POST", f"{setting.url}/rpc/", json=body, headers=headers, timeout=60) as answer:
        next(answer.iter_lines())
        exchange = answer.headers["x-gateway-request-id"]
    row = eventually(lambda: next((row for row in setting.rows() if row["exchange_id"] == exchange), None))
    assert row["outcome"] == "abandoned"
    assert row["detail"]["task"]


def test_a_try_of_the_proxy_names_the_skills_and_what_is_left_out(setting: Setting) -> None:
    found = setting.program.json("proxy", "test", "weather")
    assert (found["ok"], found["models"]) == (True, ["Weather report"])
    assert any("gRPC is not proxied" in step for step in found["steps"])
    assert "its signature: valid" in found["steps"]


def test_the_lines_to_connect_with_work_as_they_are(setting: Setting) -> None:
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
def test_an_agent_below_a_path_with_the_older_address_of_its_card(setting: Setting, entered: str) -> None:
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
    setting: Setting,
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


def test_an_agent_whose_card_changed_is_refused_until_it_is_approved(setting: Setting) -> None:
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
