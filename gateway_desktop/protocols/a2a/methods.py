"""The methods of Agent2Agent in all their spellings, and the paths of its HTTP+JSON binding.

Sources: A2A 0.2.6 and 0.3.0 sections 3.5.3 and 7, A2A 1.0 sections 5.3 (method mapping) and 11.3 (URLs).
"""

from dataclasses import dataclass
from urllib.parse import unquote

from gateway_desktop.core.spelling import alike

SEND = "SendMessage"
STREAM = "SendStreamingMessage"
GET = "GetTask"
LIST = "ListTasks"
CANCEL = "CancelTask"
SUBSCRIBE = "SubscribeToTask"
SET_PUSH = "CreateTaskPushNotificationConfig"
GET_PUSH = "GetTaskPushNotificationConfig"
LIST_PUSH = "ListTaskPushNotificationConfigs"
DELETE_PUSH = "DeleteTaskPushNotificationConfig"
EXTENDED_CARD = "GetExtendedAgentCard"
CARD = "GetAgentCard"
PUSHED = "PushNotification"  # from the agent, at an address of ours
PUSH_PATH = "/push-notifications/"
OTHER = "other"

STREAMS = frozenset({STREAM, SUBSCRIBE})
SENDS = frozenset({SEND, STREAM})
PUSHES = frozenset({SET_PUSH, GET_PUSH, LIST_PUSH, DELETE_PUSH})

_OLDER = {
    "tasks/send": SEND,  # before 0.2
    "tasks/sendSubscribe": STREAM,
    "message/send": SEND,
    "message/stream": STREAM,
    "tasks/get": GET,
    "tasks/list": LIST,
    "tasks/cancel": CANCEL,
    "tasks/resubscribe": SUBSCRIBE,
    "tasks/pushNotificationConfig/set": SET_PUSH,
    "tasks/pushNotificationConfig/get": GET_PUSH,
    "tasks/pushNotificationConfig/list": LIST_PUSH,
    "tasks/pushNotificationConfig/delete": DELETE_PUSH,
    "tasks/pushNotification/set": SET_PUSH,
    "tasks/pushNotification/get": GET_PUSH,
    "agent/getAuthenticatedExtendedCard": EXTENDED_CARD,
    "agent/authenticatedExtendedCard": EXTENDED_CARD,
}
_NAMES = {
    **{name: name for name in (SEND, STREAM, GET, LIST, CANCEL, SUBSCRIBE, *PUSHES, EXTENDED_CARD)},
    "ListTaskPushNotificationConfig": LIST_PUSH,
    **_OLDER,
}
KNOWN = frozenset(_NAMES.values())
WELL_KNOWN = ("/.well-known/agent-card.json", "/.well-known/agent.json")
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_ONE_PUSH = {"DELETE": DELETE_PUSH, **dict.fromkeys(_READS, GET_PUSH)}
_TASK_ACTIONS = {"cancel": ("POST", CANCEL), "subscribe": ("", SUBSCRIBE)}


@dataclass(frozen=True, slots=True)
class Route:
    """What a path of the HTTP+JSON binding asks for."""

    operation: str
    task: str = ""


def operation_named(method: str) -> str:
    """Return the name of 1.0 for a JSON-RPC method; one that is not known keeps its own.

    But one of push notifications sets some: drafts of 1.0 called it `SetTaskPushNotificationConfig`.
    """
    known = _NAMES.get(method, "")
    return known or (SET_PUSH if of_push(method) else method)


def of_push(name: str) -> bool:
    """Return whether a method, a path or a member is one of push notifications, however it is written."""
    return "pushnotification" in alike(name).replace("_", "")


def route_of(method: str, raw_path: str) -> Route | None:
    """Return what an HTTP request asks for by its path, with or without tenant and `/v1` before it."""
    path = unquote(raw_path).rstrip("/")
    if path.endswith(WELL_KNOWN):
        return Route(CARD)
    if method == "POST" and raw_path.startswith(PUSH_PATH):  # as it is looked at where nobody signs in
        return Route(PUSHED)
    parts = path.split("/")
    last = parts[-1]
    if method == "POST" and last in ("message:send", "message:stream"):
        return Route(SEND if last == "message:send" else STREAM)
    if method == "GET" and _is_extended_card(parts):
        return Route(EXTENDED_CARD)
    if method == "GET" and last == "tasks":
        return Route(LIST)
    found = _task_route(method, parts)
    return Route(SET_PUSH) if found is None and method not in _READS and of_push(path) else found


def _is_extended_card(parts: list[str]) -> bool:
    return parts[-1] in ("extendedAgentCard", "authenticatedExtendedCard") or parts[-2:] == ["v1", "card"]


def _task_route(method: str, parts: list[str]) -> Route | None:
    if len(parts) > 2 and parts[-2] == "tasks":
        task, colon, action = parts[-1].rpartition(":")
        if colon and action in _TASK_ACTIONS:
            wanted, operation = _TASK_ACTIONS[action]
            return Route(operation, task) if wanted in ("", method) else None
        return Route(GET, parts[-1]) if method == "GET" else None
    if len(parts) > 3 and parts[-1] == "pushNotificationConfigs" and parts[-3] == "tasks":
        return Route(LIST_PUSH if method in _READS else SET_PUSH, parts[-2])
    if len(parts) > 4 and parts[-2] == "pushNotificationConfigs" and parts[-4] == "tasks":
        return Route(_ONE_PUSH.get(method, SET_PUSH), parts[-3])
    return None
