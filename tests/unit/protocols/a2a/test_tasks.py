"""Which tasks a request names, and lists of tasks that were sifted."""

import json

import pytest

from gateway_desktop.core.errors import UpstreamFailed
from gateway_desktop.protocols.a2a.tasks import (
    IN_MESSAGES,
    IN_PARAMETERS,
    tasks_in,
    tasks_in_path,
    without_tasks,
)


@pytest.mark.parametrize(
    "params",
    [
        *({name: "t"} for name in ("id", "taskId", "task_id", "TASKID")),
        *({name: "tasks/t"} for name in ("name", "parent")),
        {"name": "tasks/t/pushNotificationConfigs/c"},
        {"taskId": "another", "id": "t"},
    ],
)
def test_a_task_is_found_however_it_is_named(params: dict[str, object]) -> None:
    assert "t" in tasks_in(params, IN_PARAMETERS)


def test_a_message_names_its_task_its_context_and_the_tasks_it_refers_to() -> None:
    message = {"taskId": "t", "referenceTaskIds": ["u", 1], "messageId": "m", "contextId": "c"}
    assert tasks_in(message, IN_MESSAGES) == ["t", "u", "c"]


@pytest.mark.parametrize(
    "path", ["/tasks/t", "/v1/tasks/t:cancel", "/tenant/tasks/%74/pushNotificationConfigs/c"]
)
def test_a_path_names_its_task(path: str) -> None:
    assert "t" in tasks_in_path(path)


@pytest.mark.parametrize("rpc", [True, False])
def test_a_list_is_left_with_what_may_be_seen(rpc: bool) -> None:
    def answered(*ids: str) -> bytes:
        listed = {"tasks": [{"id": id} for id in ids], "totalSize": len(ids), "nextPageToken": "n"}
        return json.dumps({"jsonrpc": "2.0", "id": 1, "result": listed} if rpc else listed).encode()

    def may_see(task: str) -> bool:
        return task != "hers"

    assert json.loads(without_tasks(answered("his", "hers"), may_see)) == json.loads(answered("his"))
    same = answered("his")
    assert without_tasks(same, may_see) is same


def test_what_is_no_list_passes_and_what_cannot_be_read_does_not() -> None:
    for other in (b"", b"<html>", b'{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}'):
        assert without_tasks(other, lambda _: False) is other
    with pytest.raises(UpstreamFailed, match="cannot be read"):
        without_tasks(b'{"tasks":[{"id":"hers"}', lambda _: False)
