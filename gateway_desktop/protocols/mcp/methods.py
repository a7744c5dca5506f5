"""Which parameters and results of which method hold text, a tool or a resource.

What is not known here passes like everything else; its texts are the parameters and the result as JSON.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gateway_desktop.core.call import TextPart
from gateway_desktop.protocols.json_body import compact

NAMED_BY = {
    "tools/call": "name",
    "prompts/get": "name",
    "resources/read": "uri",
    "resources/subscribe": "uri",
    "resources/unsubscribe": "uri",
    "tasks/get": "taskId",
    "tasks/result": "taskId",
    "tasks/cancel": "taskId",
}
_LISTS = {
    "tools/list": "tools",
    "prompts/list": "prompts",
    "resources/list": "resources",
    "resources/templates/list": "resourceTemplates",
}
_WITHOUT_TEXT = frozenset({"ping", "logging/setLevel", *NAMED_BY, *_LISTS})
_READ = frozenset({"description", "title", "default", "const", "name", "uri", "$comment"})
_VALUES = frozenset({"enum", "examples", "default"})
_MOST = 2000  # texts of one message, each by itself
_DEEPEST = 12


def target_of(method: str, params: dict[str, Any]) -> str:
    """Return the tool, prompt, resource or task that a request names."""
    name = params.get(NAMED_BY.get(method, ""))
    if method == "completion/complete" and isinstance(ref := params.get("ref"), dict):
        name = ref.get("name") or ref.get("uri")
    return name if isinstance(name, str) else ""


def request_texts(method: str, params: dict[str, Any], *, from_server: bool = False) -> list[TextPart]:
    """Return the texts of a request's parameters."""
    match method:
        case "tools/call" | "prompts/get":
            arguments = params.get("arguments")
            texts = [
                TextPart("/params/arguments", "tool_argument", compact(arguments), target_of(method, params))
            ]
            return texts * bool(arguments) + _answers(params)
        case "completion/complete":
            argument = params.get("argument")
            return [TextPart("/params/argument", "tool_argument", compact(argument))] * bool(argument)
        case "sampling/createMessage":
            return [*_system(params), *_messages(params, "/params/messages", "tool_result")]
        case "elicitation/create":
            return _strings(params, "/params", "tool_result", ("message", "url"))
        case "initialize" | "server/discover" | "subscriptions/listen":
            return []
    if method in _WITHOUT_TEXT or method.startswith("notifications/"):
        return _answers(params)
    rest = {name: value for name, value in params.items() if name != "_meta"}
    role = "tool_result" if from_server else "tool_argument"
    return [TextPart("/params", role, compact(rest))] * bool(rest)


def result_texts(method: str, target: str, result: dict[str, Any]) -> list[TextPart]:
    """Return the texts of a result."""
    if asked := result.get("inputRequests"):
        return list(_input_requests(asked))
    if member := _LISTS.get(method):
        return _capped(_descriptions(result.get(member), f"/result/{member}"))
    if read := _RESULTS.get(method):
        return read(result, target)
    rest = {name: value for name, value in result.items() if name != "_meta"}
    return [TextPart("/result", "tool_result", compact(rest), target)] * bool(rest)


def error_texts(error: dict[str, Any], target: str) -> list[TextPart]:
    """Return the texts of an error, which clients show to their model like a result."""
    texts = _strings(error, "/error", "tool_result", ("message",), target)
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
        return
    for key, request in asked.items():
        if not isinstance(request, dict) or not isinstance(params := request.get("params"), dict):
            continue
        method = request.get("method")
        for part in request_texts(method if isinstance(method, str) else "", params, from_server=True):
            yield part._replace(place=f"/result/inputRequests/{_escaped(str(key))}{part.place}")


def _tool_result(result: dict[str, Any], tool: str) -> list[TextPart]:
    texts = list(_contents(result.get("content"), "/result/content", "tool_result", tool))
    structured = result.get("structuredContent")
    if structured is not None:
        text = compact(structured)
        if all(part.text != text for part in texts):
            texts.append(TextPart("/result/structuredContent", "tool_result", text, tool))
    return _capped(texts)


def _contents(contents: object, place: str, role: str, tool: str) -> Iterator[TextPart]:
    """Yield the texts of content blocks: text, embedded resources, links; images and sound have none."""
    for index, block in enumerate(contents if isinstance(contents, list) else ()):
        if not isinstance(block, dict):
            continue
        at = f"{place}/{index}"
        yield from _strings(block, at, role, ("text", "title", "description"), tool)
        if block.get("type") == "resource_link":
            yield from _strings(block, at, role, ("uri", "name"), tool)
        if isinstance(resource := block.get("resource"), dict):
            yield from _strings(resource, f"{at}/resource", role, ("text",), tool)
        if "content" in block:  # of a tool's result within a message
            yield from _contents(_many(block["content"]), f"{at}/content", role, tool)


def _messages(params: dict[str, Any], place: str, role: str) -> list[TextPart]:
    texts: list[TextPart] = []
    messages = params.get("messages")
    for index, message in enumerate(messages if isinstance(messages, list) else ()):
        if isinstance(message, dict):
            texts += _contents(_many(message.get("content")), f"{place}/{index}/content", role, "")
    return _capped(texts)


def _capped(texts: Iterable[TextPart]) -> list[TextPart]:
    """Return the texts; what is beyond the limit is one text, for it is read by the model as well."""
    found = list(texts)
    if len(found) <= _MOST:
        return found
    rest = found[_MOST:]
    together = "\n".join(part.text for part in rest)
    return [*found[:_MOST], rest[0]._replace(text=together)]


def _system(params: dict[str, Any]) -> list[TextPart]:
    return _strings(params, "/params", "tool_result", ("systemPrompt",))


def _descriptions(listed: object, place: str) -> Iterator[TextPart]:
    """Yield what a model will read of each tool: every title and description, those of parameters too."""
    for index, entry in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(entry, dict):
            name = entry.get("name")
            yield from _described(entry, f"{place}/{index}", name if isinstance(name, str) else "", 0)


def _described(value: object, place: str, tool: str, depth: int) -> Iterator[TextPart]:
    if depth > _DEEPEST:
        yield TextPart(place, "tool_description", compact(value), tool)
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _described(item, f"{place}/{index}", tool, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            at = f"{place}/{_escaped(key)}"
            if key in _READ and item and isinstance(item, str):
                yield TextPart(at, "tool_description", item, tool)
            elif key in _VALUES and item:
                yield TextPart(at, "tool_description", compact(item), tool)
            else:
                yield from _described(item, at, tool, depth + 1)


def _strings(
    value: dict[str, Any], place: str, role: str, names: tuple[str, ...], tool: str = ""
) -> list[TextPart]:
    return [
        TextPart(f"{place}/{name}", role, text, tool)
        for name in names
        if isinstance(text := value.get(name), str) and text
    ]


def _many(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _prompted(result: dict[str, Any], _target: str) -> list[TextPart]:
    return _messages(result, "/result/messages", "resource")


def _resource(result: dict[str, Any], _target: str) -> list[TextPart]:
    return list(_contents(result.get("contents"), "/result/contents", "resource", ""))


def _introduced(result: dict[str, Any], _target: str) -> list[TextPart]:
    return _strings(result, "/result", "tool_description", ("instructions",))


def _sampled(result: dict[str, Any], _target: str) -> list[TextPart]:
    return list(_contents(_many(result.get("content")), "/result/content", "assistant", ""))


def _elicited(result: dict[str, Any], _target: str) -> list[TextPart]:
    content = result.get("content")
    return [TextPart("/result/content", "user", compact(content))] * bool(content)


_RESULTS: dict[str, Callable[[dict[str, Any], str], list[TextPart]]] = {
    "tools/call": _tool_result,
    "resources/read": _resource,
    "prompts/get": _prompted,
    "initialize": _introduced,
    "server/discover": _introduced,
    "sampling/createMessage": _sampled,
    "elicitation/create": _elicited,
}
