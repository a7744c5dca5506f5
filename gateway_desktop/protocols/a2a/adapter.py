"""The A2A adapter: JSON-RPC and HTTP+JSON in all versions' spellings."""

import json
from typing import Any
from urllib.parse import parse_qsl

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.media_type import media_type
from gateway_desktop.core.reply import Reply
from gateway_desktop.protocols.a2a import errors
from gateway_desktop.protocols.a2a.methods import (
    CARD,
    KNOWN,
    LIST,
    OTHER,
    PUSHED,
    PUSHES,
    SENDS,
    STREAMS,
    Route,
    operation_named,
    route_of,
)
from gateway_desktop.protocols.a2a.parts import files_of, message_texts, rest_texts
from gateway_desktop.protocols.a2a.push import push_urls
from gateway_desktop.protocols.a2a.reader import A2aReader
from gateway_desktop.protocols.a2a.tasks import IN_MESSAGES, IN_PARAMETERS, tasks_in, tasks_in_path
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.json_body import compact
from gateway_desktop.protocols.json_rpc import INVALID_REQUEST, RpcMalformed, is_id, misspelt
from gateway_desktop.protocols.llm.readers import ErrorReader, OpeningReader
from gateway_desktop.protocols.method_override import check_method
from gateway_desktop.protocols.strict_json import strict

_LONGEST = 200  # of a method nobody knows
_IDS = frozenset({"id", "taskId", "task_id", "contextId", "name", "parent", "tenant", "pageToken", "status"})
_IDS |= {
    "historyLength",
    "pushNotificationConfigId",
    "pushNotificationConfig",
    "configuration",
    "lastUpdatedAfter",
}
_CONFIGURATION = frozenset({"acceptedOutputModes", "pushNotificationConfig", "taskPushNotificationConfig"})
_SENT = frozenset({"configuration", "tenant", "id", "contextId"})
PUSH_URLS = "push_urls"  # in `Call.detail`: addresses that the agent is asked to call


class A2aAdapter:
    """Agents behind the gateway."""

    outlives_client = False  # who leaves cancels the call of the agent
    refuse = staticmethod(errors.refusal)
    refuse_midstream = staticmethod(errors.midstream)

    def decode(self, head: RequestHead, body: bytes, provider: str) -> Call:  # noqa: ARG002 - agents have none
        """Read a request as far as it is understood; the body goes on as it is."""
        check_method(head)
        route = route_of(head.method, head.path)
        call = Call(OTHER, body, dialect="rest" if route else "other")
        _read_version(call, head)
        call.tasks = tasks_in_path(head.path)
        document = strict(body) if body else None
        if route is not None:
            _read_rest(call, route, head, document)
        elif isinstance(document, dict) and ("method" in document or misspelt(document)):
            _read_rpc(call, document)
        elif isinstance(document, list):
            raise Malformed("Agent2Agent has no batches; send one request at a time")
        elif document is not None:
            call.texts.append(TextPart("", "user", compact(document)))
        return call

    def read_reply(self, call: Call, status: int, content_type: str) -> ReplyReader:
        """Return the reader of the answer."""
        reply = Reply(status)
        if status >= 400:
            return ErrorReader(reply)
        kind = media_type(content_type)
        if call.stream and kind == "application/json":
            return OpeningReader(
                reply, lambda kind: A2aReader(call, reply, stream=kind != "application/json")
            )
        return A2aReader(call, reply, stream=kind == "text/event-stream")

    def expects_json(self, call: Call) -> bool:
        """Return whether a whole answer must be JSON."""
        return call.operation not in (OTHER, CARD)


def _read_version(call: Call, head: RequestHead) -> None:
    """Note the version and extensions asked for; an empty version is 0.3 (A2A 1.0 section 3.6.2)."""
    query = dict(parse_qsl(head.query, keep_blank_values=True))
    given = next((value for name, value in query.items() if name.lower() == "a2a-version"), "")
    call.detail["protocol_version"] = head.headers.get("A2A-Version", "").strip() or given.strip() or "0.3"
    if extensions := head.headers.get("A2A-Extensions", "") or head.headers.get("X-A2A-Extensions", ""):
        call.detail["extensions"] = extensions


def _read_rpc(call: Call, document: dict[str, Any]) -> None:
    if problem := misspelt(document):
        raise Malformed(problem)
    method, params = document["method"], document.get("params")
    if not is_id(document.get("id")):
        raise RpcMalformed(INVALID_REQUEST, "The id must be a text or a number", "/id")
    call.dialect = "jsonrpc"
    call.request_id = json.dumps(document.get("id"))
    if not isinstance(method, str) or not method:
        raise RpcMalformed(INVALID_REQUEST, "The method must be a text", "/method", id=call.request_id)
    call.operation = operation_named(method)[:_LONGEST]
    call.detail["called"] = method[:_LONGEST]
    _note_push(call, params)
    _read_params(call, params, "/params", known=call.operation in KNOWN)
    if isinstance(params, dict) and "task" not in call.detail and (task := _task_of(call.operation, params)):
        call.detail["task"] = task


def _read_rest(call: Call, route: Route, head: RequestHead, document: object) -> None:
    call.operation = route.operation
    if route.operation == PUSHED:
        _read_pushed(call, document)
        return
    call.detail["called"] = f"{head.method} {head.path}"
    if route.task:
        call.detail["task"] = route.task
    _note_push(call, document)
    if isinstance(document, dict) and isinstance(params := document.get("params"), dict):
        # Agno's agents want a request of JSON-RPC at the paths of HTTP+JSON.
        _read_params(call, params, "/params", known=True)
        document = {name: value for name, value in document.items() if name != "params"}
    _read_params(call, document, "", known=True)
    if route.operation == LIST:
        context = dict(parse_qsl(head.query)).get("contextId", "")
        _note(call, "context", context)


def _read_pushed(call: Call, document: object) -> None:
    """Read what an agent tells of a task: a task or an event of its stream."""
    reader = A2aReader(call, Reply(200), stream=False)
    reader.feed(compact(document).encode())
    reader.end()
    call.texts = reader.reply.texts
    call.detail |= reader.reply.detail | {"direction": "from server"}
    call.session = str(call.detail["context"]) if "context" in call.detail else None


def _note_push(call: Call, params: object) -> None:
    if urls := push_urls(call.operation, params):
        call.detail[PUSH_URLS] = urls


def _read_params(call: Call, params: object, place: str, *, known: bool) -> None:
    call.stream = call.operation in STREAMS
    if not isinstance(params, dict):
        if params:
            call.texts.append(TextPart(place, "user", compact(params)))
        return
    call.tasks += tasks_in(params, IN_PARAMETERS)
    if call.operation in SENDS:
        _read_sent(call, params, place)
    elif not known:
        call.texts.append(TextPart(place, "user", compact(params)))
    else:
        call.texts += rest_texts(params, _IDS, place, "metadata")
    _note(call, "context", params.get("contextId"))
    call.session = str(call.detail["context"]) if "context" in call.detail else None


def _read_sent(call: Call, params: dict[str, Any], place: str) -> None:
    name = "message" if "message" in params else "request"
    message = params.get(name)
    call.texts += message_texts(message, f"{place}/{name}")
    if files := files_of(message):
        call.detail["files"] = files
    for sent in (params.get("message"), params.get("request")):  # whichever of both the agent reads
        call.tasks += tasks_in(sent, IN_MESSAGES) if isinstance(sent, dict) else []
    if isinstance(message, dict):
        _note(call, "task", message.get("taskId"))
        _note(call, "context", message.get("contextId"))
    call.texts += rest_texts(params, _SENT | {name}, place, "metadata")
    if isinstance(configuration := params.get("configuration"), dict):
        call.texts += rest_texts(configuration, _CONFIGURATION, f"{place}/configuration", "metadata")


def _task_of(operation: str, params: dict[str, Any]) -> str:
    """Return the task that is meant: of push configs 1.0 calls it `taskId`, 0.3 `id` or `taskId`."""
    names = ("taskId", "task_id", "id", "name", "parent") if operation in PUSHES else ("id", "taskId", "name")
    for name in names:
        if isinstance(params.get(name), str) and params[name]:
            return str(params[name]).removeprefix("tasks/").partition("/")[0]
    return ""


def _note(call: Call, name: str, value: object) -> None:
    if isinstance(value, str) and value:
        call.detail[name] = value
