"""Which parameters and results of which method hold text, a tool or a resource.

What is not known here passes like everything else; its texts are the parameters and the result as JSON.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.json_pointer import escaped
from gateway_desktop.protocols.json_body import compact
from gateway_desktop.protocols.mcp.contents import contents, one_or_many, others, strings
from gateway_desktop.protocols.mcp.tool_lists import name_of
from gateway_desktop.protocols.unread import holds_text, says_something, words_only

NAMED_BY = {
    "tools/call": "name",
    "prompts/get": "name",
    "resources/read": "uri",
    "resources/subscribe": "uri",
    "resources/unsubscribe": "uri",
    "tasks/get": "taskId",
    "tasks/result": "taskId",
    "tasks/update": "taskId",
    "tasks/cancel": "taskId",
}
LISTS = {
    "tools/list": "tools",
    "prompts/list": "prompts",
    "resources/list": "resources",
    "resources/templates/list": "resourceTemplates",
}
# What is listed where, and may be asked for by its name.
ASKED_OF = {
    "tools/call": ("tools",),
    "prompts/get": ("prompts",),
    "completion/complete": ("prompts", "resources", "resourceTemplates"),
    "resources/read": ("resources", "resourceTemplates"),
    "resources/subscribe": ("resources", "resourceTemplates"),
}
_VALUES = frozenset({"enum", "enumNames", "examples", "default", "_meta"})
# Of a schema: words of machines, unless somebody writes a story there.
_QUIET = frozenset(
    {"type", "format", "pattern", "$ref", "$schema", "$id", "required", "mimeType", "audience", "taskSupport"}
)
_LONGEST_QUIET = 200
_MOST_OF_PATTERN = 3  # words
_MOST = 2000  # texts of one message, each by itself
_DEEPEST = 12


class Entry(NamedTuple):
    """One tool, prompt, resource or template of a list."""

    name: str | None  # what it is asked for by; None where that cannot be read
    texts: list[TextPart]


def target_of(method: str, params: dict[str, Any]) -> str:
    """Return the tool, prompt, resource or task that a request names."""
    name = params.get(NAMED_BY.get(method, ""))
    if method == "completion/complete" and isinstance(ref := params.get("ref"), dict):
        name = ref.get("name") or ref.get("uri")
    return name if isinstance(name, str) else ""


def tasks_of(method: str, params: dict[str, Any]) -> list[str]:
    """Return the ids of the tasks that a request is about: one, or those it wants to hear of."""
    wanted = params.get("notifications") if method == "subscriptions/listen" else None
    ids = wanted.get("taskIds") if isinstance(wanted, dict) else None
    if NAMED_BY.get(method) == "taskId":
        ids = [params.get("taskId")]
    return [id for id in ids if isinstance(id, str)] if isinstance(ids, list) else []


def begun_task(result: dict[str, Any]) -> str:
    """Return the id of the task that was begun instead of an answer, or "" (2025-11-25: `task`)."""
    task = result if result.get("resultType") == "task" else result.get("task")
    id = task.get("taskId") if isinstance(task, dict) else None
    return id if isinstance(id, str) else ""


def request_texts(method: str, params: object, *, from_server: bool = False) -> list[TextPart]:
    """Return the texts of a request's or a notification's parameters."""
    role = "tool_result" if from_server else "tool_argument"
    if not isinstance(params, dict):
        return [TextPart("/params", role, compact(params))] * bool(params)
    match method:
        case "tools/call" | "prompts/get":
            arguments, tool = params.get("arguments"), target_of(method, params)
            texts = [TextPart("/params/arguments", role, compact(arguments), tool)] * bool(arguments)
            known = {"arguments", "inputResponses"}
            known |= {"name"} if words_only(params.get("name"), _LONGEST_QUIET) else set()
        case "sampling/createMessage":
            system = strings(params, "/params", "tool_result", ("systemPrompt",))
            asked = _messages(params, "/params/messages", "tool_result")
            texts = [*system, *asked, *_descriptions(params.get("tools"), "/params/tools")]
            known = {"systemPrompt", "messages", "tools", "inputResponses"}
        case "elicitation/create":
            texts = strings(params, "/params", "tool_result", ("message", "url"))
            texts += _described(params.get("requestedSchema"), "/params/requestedSchema", "", 0)
            known = {"message", "url", "requestedSchema", "inputResponses"}
        case _ if method in _KNOWN or method.startswith("notifications/"):
            texts, known = [], {"inputResponses"}
        case _:
            known = params.keys() - {"_meta"}
            rest = {name: params[name] for name in params if name in known}
            texts = [TextPart("/params", role, compact(rest))] * bool(rest)
            return [*texts, *others(params, frozenset(known), "/params", role)]
    return _capped([*texts, *_answers(params), *others(params, frozenset(known), "/params", role)])


def result_texts(method: str, target: str, result: object) -> list[TextPart]:
    """Return the texts of a result."""
    role = "tool_result"
    if not isinstance(result, dict):
        return [TextPart("/result", role, compact(result), target)] * (result is not None)
    texts = list(_input_requests(result.get("inputRequests")))
    if member := LISTS.get(method):
        known = {member}
        texts += _descriptions(result.get(member), f"/result/{member}")
    elif method in _RESULTS:
        read, known = _RESULTS[method]
        texts += read(result, target)
    else:
        known = result.keys() - {"_meta", "inputRequests"}
        rest = {name: result[name] for name in result if name in known}
        texts += [TextPart("/result", role, compact(rest), target)] * bool(rest)
    known = known | {"inputRequests"}
    return _capped([*texts, *others(result, frozenset(known), "/result", role, target)])


def list_texts(method: str, target: str, message: dict[str, Any]) -> tuple[list[TextPart], list[Entry]]:
    """Return the texts beside the entries of a list, and those of each; nothing for other answers."""
    member, result = LISTS.get(method, ""), message.get("result")
    listed = result.get(member) if isinstance(result, dict) else None
    if not isinstance(result, dict) or not isinstance(listed, list):
        return [], []
    beside = result_texts(method, target, {**result, member: []})
    if "error" in message:
        beside += error_texts(message["error"], target)
    beside += message_texts(message, "tool_result")
    found = [
        Entry(name_of(one, member), _capped(_described(one, f"/result/{member}/{at}", _called(one), 0)))
        for at, one in enumerate(listed)
    ]
    return beside, found


def answer_texts(message: dict[str, Any]) -> list[TextPart]:
    """Return the texts of a client's answer, which reach the server as arguments do."""
    given = [(name, message[name]) for name in ("result", "error") if holds_text(message.get(name))]
    texts = [TextPart(f"/{name}", "tool_argument", compact(value)) for name, value in given]
    return [*texts, *message_texts(message, "tool_argument")]


def message_texts(message: dict[str, Any], role: str) -> list[TextPart]:
    """Return the texts that stand in a message beside what JSON-RPC knows."""
    known = {name for name in _NAMED if words_only(message.get(name), _LONGEST_QUIET)}
    return list(others(message, _READ_BY_THEMSELVES | known, "", role))


def error_texts(error: object, target: str) -> list[TextPart]:
    """Return the texts of an error, which clients show to their model like a result."""
    if not isinstance(error, dict):
        return [TextPart("/error", "tool_result", compact(error), target)] * holds_text(error)
    texts = strings(error, "/error", "tool_result", ("message",), target)
    if data := error.get("data"):
        text = data if isinstance(data, str) else compact(data)
        texts.append(TextPart("/error/data", "tool_result", text, target))
    return texts


def _answers(params: dict[str, Any]) -> list[TextPart]:
    """Return what a retry answers to the server's questions (2026-07-28: `inputResponses`)."""
    given = params.get("inputResponses")
    return [TextPart("/params/inputResponses", "tool_argument", compact(given))] * bool(given)


def _input_requests(asked: object) -> Iterator[TextPart]:
    if not isinstance(asked, dict):
        if asked:
            yield TextPart("/result/inputRequests", "tool_result", compact(asked))
        return
    for key, request in asked.items():
        at = f"/result/inputRequests/{escaped(str(key))}"
        if not isinstance(request, dict):
            yield TextPart(at, "tool_result", compact(request))
            continue
        method = request.get("method")
        named = method if isinstance(method, str) else ""
        for part in request_texts(named, request.get("params"), from_server=True):
            yield part._replace(place=at + part.place)
        yield from others(request, frozenset({"method", "params"}), at, "tool_result")


def _tool_result(result: dict[str, Any], tool: str) -> list[TextPart]:
    texts = list(contents(result.get("content"), "/result/content", "tool_result", tool))
    structured = result.get("structuredContent")
    if structured is not None:
        text = compact(structured)
        if all(part.text != text for part in texts):
            texts.append(TextPart("/result/structuredContent", "tool_result", text, tool))
    return texts


def _messages(params: dict[str, Any], place: str, role: str) -> list[TextPart]:
    texts: list[TextPart] = []
    messages = params.get("messages")
    if not isinstance(messages, list):
        return [TextPart(place, role, compact(messages))] * bool(messages)
    for index, message in enumerate(messages):
        at = f"{place}/{index}"
        if isinstance(message, dict):
            texts += one_or_many(message.get("content"), f"{at}/content", role)
            texts += others(message, frozenset({"content"}), at, role)
        else:
            texts.append(TextPart(at, role, compact(message)))
    return texts


def _capped(texts: Iterable[TextPart]) -> list[TextPart]:
    """Return the texts; what is beyond the limit is one text, for it is read by the model as well."""
    found = list(texts)
    if len(found) <= _MOST:
        return found
    rest = found[_MOST:]
    together = "\n".join(part.text for part in rest)
    return [*found[:_MOST], rest[0]._replace(text=together)]


def _descriptions(listed: object, place: str) -> Iterator[TextPart]:
    """Yield what a model will read of each tool: every title and description, those of parameters too."""
    for index, entry in enumerate(listed if isinstance(listed, list) else ()):
        yield from _described(entry, f"{place}/{index}", _called(entry), 0)


def _called(entry: object) -> str:
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else ""


def _described(value: object, place: str, tool: str, depth: int) -> Iterator[TextPart]:
    if depth > _DEEPEST:
        yield TextPart(place, "tool_description", compact(value), tool)
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _described(item, f"{place}/{index}", tool, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            at = f"{place}/{escaped(key)}"
            if says_something(key):
                yield TextPart(f"{at}/", "tool_description", key, tool)
            if _is_description(key, item):
                yield TextPart(at, "tool_description", item if isinstance(item, str) else compact(item), tool)
            else:
                yield from _described(item, at, tool, depth + 1)


def _is_description(key: str, item: object) -> bool:
    """Return whether a member of a tool or a schema is read as one text."""
    if isinstance(item, str):
        return bool(item) and (key not in _QUIET or not _quiet(key, item))
    if key in _VALUES:
        return bool(item)
    if isinstance(item, list) and any(isinstance(one, str) for one in item):
        return key not in _QUIET or not _quiet(key, item)
    return False


def _quiet(key: str, item: object) -> bool:
    """Return whether words of machines are no more than that; a pattern may hold a space or two."""
    if len(compact(item)) > _LONGEST_QUIET:
        return False
    if key == "pattern" and isinstance(item, str):
        return len(item.split()) <= _MOST_OF_PATTERN
    return words_only(item, _LONGEST_QUIET)


def _prompted(result: dict[str, Any], _target: str) -> list[TextPart]:
    return _messages(result, "/result/messages", "resource")


def _resource(result: dict[str, Any], _target: str) -> list[TextPart]:
    return list(contents(result.get("contents"), "/result/contents", "resource", ""))


def _introduced(result: dict[str, Any], _target: str) -> list[TextPart]:
    texts = strings(result, "/result", "tool_description", ("instructions",))
    return [*texts, *_described(result.get("serverInfo"), "/result/serverInfo", "", 0)]


def _sampled(result: dict[str, Any], _target: str) -> list[TextPart]:
    return list(one_or_many(result.get("content"), "/result/content", "assistant"))


def _elicited(result: dict[str, Any], _target: str) -> list[TextPart]:
    content = result.get("content")
    return [TextPart("/result/content", "user", compact(content))] * bool(content)


_Reading = Callable[[dict[str, Any], str], list[TextPart]]
_RESULTS: dict[str, tuple[_Reading, set[str]]] = {
    "tools/call": (_tool_result, {"content", "structuredContent"}),
    "resources/read": (_resource, {"contents"}),
    "prompts/get": (_prompted, {"messages"}),
    "initialize": (_introduced, {"instructions", "serverInfo"}),
    "server/discover": (_introduced, {"instructions", "serverInfo", "supportedVersions"}),
    "sampling/createMessage": (_sampled, {"content"}),
    "elicitation/create": (_elicited, {"content", "action"}),
}
_KNOWN = frozenset(
    {"ping", "logging/setLevel", "completion/complete", "initialize", "server/discover"}
    | {"subscriptions/listen", "tasks/list", *NAMED_BY, *LISTS}
)
_READ_BY_THEMSELVES = frozenset({"params", "result", "error"})
_NAMED = frozenset({"jsonrpc", "id", "method"})
METHODS = _KNOWN | _RESULTS.keys()
