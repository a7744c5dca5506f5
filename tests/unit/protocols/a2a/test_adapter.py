"""Requests and answers of agents, in the spellings of all versions."""

import json
from typing import Any

import pytest
from multidict import CIMultiDict

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import Malformed, Reason, Refused
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.protocols.a2a.adapter import A2aAdapter

ADAPTER = A2aAdapter()


def head(method: str = "POST", path: str = "/", query: str = "", **headers: str) -> RequestHead:
    named = CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})
    return RequestHead(method, path, query, named, "127.0.0.1")


def rpc(method: str, params: dict[str, Any], **headers: str) -> Call:
    body = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
    return ADAPTER.decode(head(**headers), json.dumps(body).encode(), "")


OLDER_MESSAGE = {
    "kind": "message",
    "messageId": "m",
    "taskId": "t",
    "contextId": "c",
    "role": "user",
    "parts": [
        {"kind": "text", "text": "hello"},
        {"kind": "data", "data": {"city": "Oslo"}},
        {"kind": "file", "file": {"name": "a.txt", "mimeType": "text/plain", "bytes": "aGk="}},
    ],
}
NEWER_MESSAGE = {
    "messageId": "m",
    "taskId": "t",
    "contextId": "c",
    "role": "ROLE_USER",
    "parts": [
        {"text": "hello"},
        {"data": {"city": "Oslo"}},
        {"raw": "aGk=", "filename": "a.txt", "mediaType": "text/plain"},
    ],
}


@pytest.mark.parametrize(
    ("method", "message"), [("message/stream", OLDER_MESSAGE), ("SendStreamingMessage", NEWER_MESSAGE)]
)
def test_a_message_is_read_in_both_spellings(method: str, message: dict[str, Any]) -> None:
    call = rpc(method, {"message": message}, A2A_Extensions="https://example.com/x")
    assert (call.operation, call.stream, call.request_id, call.session) == (
        "SendStreamingMessage",
        True,
        "7",
        "c",
    )
    said = [part.text for part in call.texts if part.role == "user"]
    assert said[:3] == ["hello", '{"city":"Oslo"}', "hi"] and "a.txt" in said[3]
    assert call.texts[0].place == "/params/message/parts/0/text"
    assert (call.detail["task"], call.detail["protocol_version"]) == ("t", "0.3")
    assert call.detail["files"] == [{"name": "a.txt", "type": "text/plain", "bytes": 3, "uri": None}]
    assert call.detail["extensions"] == "https://example.com/x"


@pytest.mark.parametrize(
    ("method", "path", "operation", "task"),
    [
        ("POST", "/v1/message:send", "SendMessage", None),
        ("POST", "/tenant/message%3Astream", "SendStreamingMessage", None),
        ("GET", "/v1/tasks/t1", "GetTask", "t1"),
        ("GET", "/tasks", "ListTasks", None),
        ("POST", "/tasks/t1:cancel", "CancelTask", "t1"),
        ("GET", "/tasks/t1:subscribe", "SubscribeToTask", "t1"),
        ("POST", "/tasks/t1/pushNotificationConfigs", "CreateTaskPushNotificationConfig", "t1"),
        ("GET", "/tasks/t1/pushNotificationConfigs", "ListTaskPushNotificationConfigs", "t1"),
        ("DELETE", "/v1/tasks/t1/pushNotificationConfigs/p", "DeleteTaskPushNotificationConfig", "t1"),
        ("GET", "/v1/card", "GetExtendedAgentCard", None),
        ("GET", "/.well-known/agent.json", "GetAgentCard", None),
        ("GET", "/docs", "other", None),
    ],
)
def test_paths_of_the_http_binding_are_read(method: str, path: str, operation: str, task: str | None) -> None:
    call = ADAPTER.decode(head(method, path), b"", "")
    assert (call.operation, call.detail.get("task")) == (operation, task)


@pytest.mark.parametrize(
    ("method", "params", "operation"),
    [
        ("tasks/get", {"id": "t"}, "GetTask"),
        ("tasks/resubscribe", {"id": "t"}, "SubscribeToTask"),
        ("tasks/pushNotificationConfig/get", {"id": "t", "pushNotificationConfigId": "p"}, None),
        ("GetTaskPushNotificationConfig", {"id": "p", "taskId": "t"}, None),
        ("CancelTask", {"name": "tasks/t"}, "CancelTask"),
    ],
)
def test_the_task_is_found_in_every_spelling(
    method: str, params: dict[str, Any], operation: str | None
) -> None:
    call = rpc(method, params)
    assert call.detail["task"] == "t"
    assert call.operation == (operation or "GetTaskPushNotificationConfig")


def test_a_message_beside_another_hides_no_task() -> None:
    """Servers of 0.3 by protobuf know it as `request`, too."""
    call = rpc("SendMessage", {"message": {"taskId": "mine"}, "request": {"taskId": "theirs"}})
    assert set(call.tasks) >= {"mine", "theirs"}


def test_a_request_of_json_rpc_at_a_path_of_the_http_binding_is_read_as_both() -> None:
    """As Agno's client sends it, and with what another agent would read instead beside it."""
    push = {"pushNotificationConfig": {"url": "https://there.example/hook"}}
    inner = {"message": {"parts": [{"text": "in it"}], "contextId": "c1"}, "configuration": push}
    outer = {"parts": [{"text": "beside it"}], "taskId": "t1"}
    document = {"jsonrpc": "2.0", "id": 1, "method": "message/send", "params": inner, "message": outer}
    call = ADAPTER.decode(head(path="/v1/message:send"), json.dumps(document).encode(), "")
    assert (call.operation, call.dialect) == ("SendMessage", "rest")
    assert {"c1", "t1"} <= set(call.tasks)
    said = {text.place: text.text for text in call.texts}
    assert said["/params/message/parts/0/text"] == "in it"
    assert said["/message/parts/0/text"] == "beside it"
    assert "/params" not in said
    assert call.detail["push_urls"] == ["https://there.example/hook"]


def test_an_unknown_method_passes_with_all_it_says_as_text() -> None:
    call = rpc("vendor/do", {"secret": "text"})
    assert (call.operation, call.texts[0].text) == ("vendor/do", '{"secret":"text"}')


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"method": 7}',
        b'{"a":{"b":1,"b":2}}',
        b'{"a": NaN}',
        b"\xff",
        b'{"method":"m","id":{}}',
        b'{"method":"m","id":1e400}',
        b'{"method":"tasks/get","Method":"message/send"}',
        b'{"Method":"message/send"}',
        '{"method":"message/send","param\u017f":{}}'.encode(),
    ],
)
def test_what_parsers_could_read_differently_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        ADAPTER.decode(head(), body, "")


def test_the_version_is_taken_from_the_query_where_no_header_has_it() -> None:
    call = ADAPTER.decode(head("GET", "/tasks", "A2A-Version=1.0"), b"", "")
    assert call.detail["protocol_version"] == "1.0"


def answer(call: Call, body: bytes, kind: str = "application/json", pieces: int = 7) -> Any:
    reader = ADAPTER.read_reply(call, 200, kind)
    for start in range(0, len(body), pieces):
        reader.feed(body[start : start + pieces])
    reader.end()
    return reader.reply


def test_a_stream_is_put_together_to_artifacts_and_the_last_state() -> None:
    call = rpc("message/stream", {"message": OLDER_MESSAGE})
    part = {"taskId": "t", "contextId": "c", "kind": "artifact-update"}
    artifact = {"artifactId": "a", "parts": [{"kind": "text", "text": "It is "}]}
    rest = {"artifactId": "a", "parts": [{"kind": "text", "text": "sunny."}]}
    said = {"role": "agent", "messageId": "q", "parts": [{"kind": "text", "text": "Where?"}]}
    status = {"state": "input-required", "message": said}
    results = [
        {"kind": "task", "id": "t", "contextId": "c", "status": {"state": "submitted"}},
        {**part, "artifact": artifact},
        {**part, "artifact": rest, "append": True},
        {"kind": "status-update", "taskId": "t", "contextId": "c", "status": status, "final": True},
    ]
    events = [json.dumps({"jsonrpc": "2.0", "id": 7, "result": result}) for result in results]
    reply = answer(call, "".join(f"data: {event}\r\n\r\n" for event in events).encode(), "text/event-stream")
    assert (reply.finish, reply.detail["task"], reply.detail["events"], reply.complete) == (
        "input-required",
        "t",
        4,
        True,
    )
    assert [(text.role, text.text) for text in reply.texts] == [
        ("artifact", "It is sunny."),
        ("agent", "Where?"),
    ]


def test_what_grows_an_artifact_is_kept_in_its_order_files_and_all() -> None:
    def event(*parts: object, append: bool = True) -> bytes:
        artifact = {"artifactId": "a", "parts": parts}
        update = {"taskId": "t", "contextId": "c", "artifact": artifact, "append": append}
        return b"data: " + json.dumps({"artifactUpdate": update}).encode() + b"\n\n"

    file = {"url": "https://agent.example/a.png", "filename": "a.png"}
    stream = [
        event(file, append=False),
        event({**file, "filename": "b.png"}),
        event({"text": "It "}),
        *(event({"text": letter}) for letter in "is"),
        event({"text": " sun"}, {"data": {"wind": "none"}}),
        event({"text": "ny"}),
        event({"text": "Rain"}, append=False),
        event({"text": "s"}),
    ]
    reply = answer(
        rpc("SendStreamingMessage", {"message": OLDER_MESSAGE}), b"".join(stream), "text/event-stream"
    )
    texts = [text.text for text in reply.texts]
    assert [text for text in texts if "png" not in text] == ["Rains", "It is sun", '{"wind":"none"}', "ny"]


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
def test_pieces_of_an_artifact_have_places_of_their_own_though_the_stream_is_called_json(kind: str) -> None:
    def event(number: int) -> bytes:
        artifact = {"artifactId": "a", "parts": [{"kind": "data", "data": {"rain": number}}]}
        update = {"kind": "artifact-update", "taskId": "t", "artifact": artifact, "append": number > 0}
        return b"data: " + json.dumps({"jsonrpc": "2.0", "id": 1, "result": update}).encode() + b"\n\n"

    reply = answer(rpc("message/stream", {}), b"".join(map(event, range(3))), kind)
    assert (reply.detail["task"], reply.detail["events"]) == ("t", 3)
    assert [part.text for part in reply.texts] == ['{"rain":0}', '{"rain":1}', '{"rain":2}']
    assert len({part.place for part in reply.texts}) == 3


def test_a_task_that_failed_fails_the_call_that_asked_for_it_and_no_other() -> None:
    body = json.dumps({"id": "t", "status": {"state": "TASK_STATE_FAILED"}}).encode()
    sent = ADAPTER.decode(head(path="/message:send"), b"{}", "")
    got = ADAPTER.decode(head("GET", "/tasks/t"), b"", "")
    assert answer(sent, b'{"task":' + body + b"}").error == "The task failed"
    assert answer(got, body).error is None
    assert answer(got, body).finish == "failed"


def test_a_no_is_a_json_rpc_answer_with_the_id_of_the_request() -> None:
    call = rpc("message/send", {"message": OLDER_MESSAGE})
    refusal = ADAPTER.refuse(head(), Refused(Reason.POLICY, "No secrets"), "x1", call)
    document = json.loads(refusal.body)
    assert (refusal.status, document["id"], document["error"]["code"]) == (200, 7, -32010)
    assert document["error"]["message"] == "Gateway Desktop: No secrets"
    assert document["error"]["data"][0]["metadata"] == {"request_id": "x1"}


def test_a_no_to_the_http_binding_is_a_status_with_error_info() -> None:
    where = head("GET", "/v1/tasks/t")
    call = ADAPTER.decode(where, b"", "")
    refusal = ADAPTER.refuse(where, Refused(Reason.ACCESS, "No"), "x1", call)
    error = json.loads(refusal.body)["error"]
    assert (refusal.status, error["status"], error["details"][0]["reason"]) == (
        403,
        "PERMISSION_DENIED",
        "REFUSED_ACCESS",
    )
    assert ADAPTER.refuse_midstream(where, Refused(Reason.POLICY, "No"), "x1", call).startswith(
        b"event: error\n"
    )
