"""POST /v1/responses (OpenAI, Azure OpenAI, and all who speak like them)."""

from collections.abc import Mapping
from typing import Any

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.queued import QUEUED
from gateway_desktop.core.reply import OWN_SEARCHES, Reply, Usage
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.llm.answer import NOT_YET, Answer, error_message
from gateway_desktop.protocols.llm.dialect import Dialect
from gateway_desktop.protocols.llm.earlier import Body
from gateway_desktop.protocols.llm.readers import reader_of
from gateway_desktop.protocols.llm.texts import Texts, objects, role_of, words
from gateway_desktop.protocols.llm.usage import add_other, count, mapping, openai_usage

_BEGINNING = frozenset({"response.created", "response.queued", "response.in_progress"})
_TERMINAL = frozenset({"response.completed", "response.incomplete", "response.failed", "response.cancelled"})
# Which member of an item holds text, and whose words they are.
_TEXT_OF_ITEM = {
    "function_call": (("arguments", "tool_call"),),
    "function_call_output": (("output", "tool"),),
    "custom_tool_call": (("input", "tool_call"),),
    "custom_tool_call_output": (("output", "tool"),),
    "mcp_call": (("arguments", "tool_call"), ("output", "tool")),
    "code_interpreter_call": (("code", "tool_call"),),
    "local_shell_call": (("action", "tool_call"),),
    "local_shell_call_output": (("output", "tool"),),
    "shell_call": (("action", "tool_call"),),
    "shell_call_output": (("output", "tool"),),
    "apply_patch_call": (("operation", "tool_call"),),
    "apply_patch_call_output": (("output", "tool"),),
    "computer_call": (("action", "tool_call"),),
    "web_search_call": (("action", "tool_call"),),
}
_OF_BODY = frozenset({"instructions", "input", "tools", "prompt"})
_OF_ITEM = frozenset({"type", "id", "call_id", "status", "phase", "encrypted_content"})
_OF_TOOLS = frozenset({"type", "id", "role", "tools"})
_OF_MESSAGE = _OF_ITEM | {"role", "content"}
_OF_REASONING = _OF_ITEM | {"summary", "content"}
_OF_KNOWN = {
    kind: _OF_ITEM | {"name", "max_output_length"} | {member for member, _ in members}
    for kind, members in _TEXT_OF_ITEM.items()
}
_OF_PART = frozenset({"type", "text", "stdout", "stderr", "outcome", "logprobs", "refusal"})
_OF_REFUSAL = frozenset({"type", "refusal"})
_OF_AUDIO = frozenset({"type"})
_OF_IMAGE = frozenset({"type", "image_url", "detail", "file_id"})
_OF_FILE = frozenset({"type", "file_data", "file_id"})
# Which event brings a piece of which text; the terminal event has them all whole.
_DELTAS = {
    "response.output_text.delta": "assistant",
    "response.refusal.delta": "refusal",
    "response.function_call_arguments.delta": "tool_call",
    "response.custom_tool_call_input.delta": "tool_call",
    "response.mcp_call_arguments.delta": "tool_call",
    "response.code_interpreter_call_code.delta": "tool_call",
    "response.reasoning_text.delta": "thinking",
    "response.reasoning_summary_text.delta": "thinking",
}
_PREVIEW = "web_search_preview"
_WITHOUT_REASONING = ("gpt-4o", "gpt-4.1", "chatgpt-4o")
_SAYING = (".delta", ".done", ".partial_image")  # ends of events
_MEMBERS = {
    "assistant": "/content/{content}/text",
    "refusal": "/content/{content}/refusal",
    "tool_call": "/arguments",
    "thinking": "/summary/{content}/text",
}


class OpenAiResponses(Dialect):
    """Responses, and their compaction."""

    def operation(self, method: str, path: str) -> str | None:
        """Return "responses"."""
        found = method == "POST" and path.endswith(("/responses", "/responses/compact"))
        return "responses" if found else None

    def read(self, call: Call, body: Body, path: str) -> None:  # noqa: ARG002 - the shape needs it not
        """Read instructions and input."""
        call.stream = body.get("stream") is True
        if body.get("background") is True:
            call.detail["background"] = True
        texts = Texts(call)
        texts.content("/instructions", "system", body.get("instructions"), _read_part)
        texts.messages(body, "input", _read_item)
        if "tools" in body:
            texts.add_tools(body.get("tools"))
        if "prompt" in body:
            texts.add_rest("/prompt", "user", texts.opened("/prompt", "user", body.get("prompt")))
        texts.members(body, _OF_BODY)

    def reader(self, call: Call, reply: Reply, content_type: str) -> ReplyReader:
        """Return a reader of events or of one object."""
        return reader_of(ResponsesAnswer(call, reply), content_type)


class ResponsesAnswer(Answer):
    """A response object: whole, or in the event that ends the stream."""

    def __init__(self, call: Call, reply: Reply) -> None:
        super().__init__(call, reply)
        self._texts: list[TextPart] | None = None
        self._deltas: dict[tuple[int, int, str], list[str]] = {}

    def read_object(self, value: Mapping[str, Any]) -> None:
        """Read a whole response."""
        self._response(value)

    def event(self, value: Mapping[str, Any]) -> bool:
        """Read an event."""
        kind = value.get("type")
        if role := _DELTAS.get(kind) if type(kind) is str else None:
            delta = value.get("delta")
            if type(delta) is str:
                content = value.get("content_index", value.get("summary_index", 0))
                key = (value.get("output_index", 0), content, role)
                self._deltas.setdefault(key, []).append(delta)
        elif kind in _TERMINAL:
            self._response(mapping(value.get("response")))
            self.ended = self.over = True
        elif kind in _BEGINNING:
            response = mapping(value.get("response"))
            self.reply.response_model = words(response.get("model"))
            if "background" in self.call.detail and isinstance(id := response.get("id"), str):
                self.reply.detail[QUEUED] = id
        elif kind == "error" or "error" in value:
            self.error(value.get("error") or value)
        return False

    def says(self, value: Mapping[str, Any]) -> bool:
        """Return whether an event brings a piece of an item, one that is done, or all of them."""
        kind = words(value.get("type")) or ""
        return kind.endswith(_SAYING) or bool(mapping(value.get("response")).get("output"))

    def texts(self) -> list[TextPart]:
        """Return the texts of the response, or the pieces of it that came."""
        if self._texts is not None:
            return self._texts
        return [
            TextPart(f"/output/{output}" + _MEMBERS[role].format(content=content), role, "".join(pieces))
            for (output, content, role), pieces in sorted(self._deltas.items(), key=_position)
        ]

    def unreported(self, characters: int, usage: Any) -> Any:
        """Return nothing for what has only been queued; it is reported where it is fetched."""
        return None if self.reply.finish in NOT_YET else super().unreported(characters, usage)

    def close(self, *, cut: bool) -> None:
        """Complete the reply; what is made in the background goes on without who listened to it."""
        super().close(cut=cut)
        if "background" in self.call.detail and not self.ended:
            self.reply.usage = None

    def _response(self, response: Mapping[str, Any]) -> None:
        reply = self.reply
        reply.detail.pop(QUEUED, None)
        reply.response_model = words(response.get("model")) or reply.response_model
        status = response.get("status")
        reason = mapping(response.get("incomplete_details")).get("reason")
        reply.finish = reason if isinstance(reason, str) else status if isinstance(status, str) else None
        if reply.finish in NOT_YET and isinstance(id := response.get("id"), str):
            reply.detail[QUEUED] = id
        if tier := response.get("service_tier"):
            reply.service_tier = words(tier)
        if error := response.get("error"):
            self.error(error)
        if status == "failed" and not reply.error:
            reply.error = error_message(error) or "The response failed"
        if isinstance(usage := response.get("usage"), dict) and reply.finish not in NOT_YET:
            self.usage = openai_usage(usage)
        if isinstance(output := response.get("output"), list):
            self._output(output)
        if self.usage is not None:
            _add_tools(self.usage, mapping(response.get("tool_usage")), response.get("tools"))
            _tell_searches_apart(self.usage, reply.response_model or "", response.get("tools"))

    def _output(self, output: list[Any]) -> None:
        call = Call("responses", b"")
        texts = Texts(call)
        for index, item in objects(output):
            _read_item(texts, f"/output/{index}", item, "assistant")
        # Some upstreams leave `output` empty in the last event of a stream: the pieces have it then.
        if texts.parts or not self._deltas:
            self._texts = texts.parts
        if names := [str(item["name"]) for _, item in objects(output) if item.get("name")]:
            self.reply.detail["tool_calls"] = names
        if self.usage is not None:
            self.usage.extra |= _paid_calls(output)
            for _, item in objects(output):
                if svg := mapping(item.get("svg_usage")):  # in no other number
                    add_other(self.usage, "svg", svg.get("model"), openai_usage(svg))


def _paid_calls(output: list[Any]) -> dict[str, int]:
    """Return how often was searched, how much drawn, and in how many containers code ran: paid beside tokens.

    Pages that are opened for a search are not.
    """
    found = {"web_search_requests": 0, "file_searches": 0, "drawn_images": 0}
    containers = set()
    for _, item in objects(output):
        kind = item.get("type")
        if container := words(item.get("container_id", mapping(item.get("environment")).get("container_id"))):
            containers.add(container)
        if kind == "web_search_call" and mapping(item.get("action")).get("type", "search") == "search":
            found["web_search_requests"] += 1
        elif kind == "file_search_call":
            found["file_searches"] += 1
        elif kind == "image_generation_call" and item.get("result"):
            found["drawn_images"] += 1
    found["containers"] = len(containers)
    return {name: number for name, number in found.items() if number}


def _add_tools(usage: Usage, used: Mapping[str, Any], tools: object) -> None:
    """Add what OpenAI says its own tools used, in no other number: images, and searches that are paid."""
    searches = count(mapping(used.get("web_search")).get("num_requests"))
    if searches is not None:
        usage.extra.pop("web_search_requests", None)
        if searches:
            usage.extra["web_search_requests"] = searches
    images = openai_usage(mapping(used.get("image_gen")))
    if images.input or images.output:
        usage.extra.pop("drawn_images", None)
        cached = mapping(mapping(used["image_gen"]).get("cached_tokens_details"))
        if number := count(cached.get("cached_image_tokens")):
            images.extra["cache_image_read_tokens"] = number
        made_by = (tool.get("model") for _, tool in objects(tools) if tool.get("type") == "image_generation")
        add_other(usage, "image_tool", next(made_by, None), images)


def _tell_searches_apart(usage: Usage, model: str, tools: object) -> None:
    """Set apart searches of models that do not reason where they cost more than is listed.

    The preview's are 25 dollars for a thousand; of small models each is paid with 8,000 tokens, too, which no
    usage tells.
    """
    preview = any((words(tool.get("type")) or "").startswith(_PREVIEW) for _, tool in objects(tools))
    own = model.startswith(_WITHOUT_REASONING) and (preview or "-mini" in model)
    if own and (searches := usage.extra.pop("web_search_requests", 0)):
        usage.extra[OWN_SEARCHES] = searches


def _position(piece: tuple[tuple[object, object, str], list[str]]) -> tuple[int, int, str]:
    output, content, role = piece[0]
    return count(output) or 0, count(content) or 0, role


def _read_item(texts: Texts, place: str, item: Mapping[str, Any], otherwise: str = "user") -> None:
    kind = item.get("type")
    if kind in (None, "message"):
        role = role_of(item, otherwise)
        texts.content(f"{place}/content", role, item.get("content"), _read_part)
        texts.unread(place, role, item, _OF_MESSAGE)
    elif kind == "additional_tools":  # Codex's, in place of `tools` of the request
        texts.add_tools(item.get("tools"), f"{place}/tools")
        texts.unread(place, "tool_description", item, _OF_TOOLS)
    elif kind == "reasoning":
        texts.content(f"{place}/summary", "thinking", item.get("summary"), _read_part)
        texts.content(f"{place}/content", "thinking", item.get("content"), _read_part)
        texts.unread(place, "thinking", item, _OF_REASONING)
    elif isinstance(kind, str) and (members := _TEXT_OF_ITEM.get(kind)):
        call_id = item.get("call_id", item.get("id"))
        for member, role in members:
            if role == "tool" and "name" not in item:
                texts.of_result(call_id)
            else:
                texts.of_call(item.get("name"), call_id)
            _read_member(texts, f"{place}/{member}", role, item.get(member))
        texts.unread(place, members[-1][1], item, _OF_KNOWN[kind])
        texts.of_nobody()
    else:
        said = isinstance(kind, str) and kind.endswith(("_call", "_request"))
        texts.add_rest(place, "tool_call" if said else "tool", item)


def _read_member(texts: Texts, place: str, role: str, value: object) -> None:
    if isinstance(value, list):
        texts.content(place, role, value, _read_part)
    else:
        texts.add_json(place, role, value)


def _read_part(texts: Texts, place: str, role: str, part: Mapping[str, Any]) -> None:
    read = _OF_PART
    match part.get("type"):
        case "refusal":
            texts.add(f"{place}/refusal", "refusal", part.get("refusal"))
            read = _OF_REFUSAL
        case "input_image":
            texts.count("images")
            texts.add_url(f"{place}/image_url", role, part.get("image_url"))
            read = _OF_IMAGE
        case "input_audio":
            texts.count("audio")
            read = _OF_AUDIO
        case "input_file":
            texts.count("files")
            texts.add_packed(f"{place}/file_data", role, part.get("file_data"))
            read = _OF_FILE
        case _:
            for member in ("text", "stdout", "stderr"):
                texts.add(f"{place}/{member}", role, part.get(member))
    texts.unread(place, role, part, read)
