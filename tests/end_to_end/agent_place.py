"""A gateway in front of the sample agent, and what an official client makes of the agent."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
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
from google.protobuf.json_format import MessageToDict

from tests.end_to_end.program import Program
from tests.fakes.agent import SampleAgent

WEBHOOK = "https://8.8.8.8/hook"  # public, and nobody calls it: the agent has no sender
NAMES = {"id", "contextId", "taskId", "messageId", "timestamp", "artifactId"}
BINDINGS = [(binding, version) for binding in ("JSONRPC", "HTTP+JSON") for version in ("1.0", "0.3")]


@dataclass
class AgentSetting:
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
        return self.program.rows(tab="a2a")

    def row(self, answer: httpx.Response) -> dict[str, Any]:
        return self.program.row(answer.headers["x-gateway-request-id"], tab="a2a")

    def rpc(self, method: str, params: dict[str, Any], path: str = "/rpc/", **headers: str) -> httpx.Response:
        body = {"jsonrpc": "2.0", "id": "seven", "method": method, "params": params}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.post(f"{self.url}{path}", json=body, headers={**self.signed_in, **named}, timeout=60)


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
    setting: AgentSetting,
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
