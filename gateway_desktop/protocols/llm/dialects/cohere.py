"""POST /v2/chat (Cohere): requests are as OpenAI's, answers and streams of a shape of its own."""

from collections.abc import Mapping
from typing import Any

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.reply import Reply
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.llm.answer import Answer
from gateway_desktop.protocols.llm.dialect import Dialect
from gateway_desktop.protocols.llm.earlier import Body
from gateway_desktop.protocols.llm.readers import reader_of
from gateway_desktop.protocols.llm.texts import objects, words
from gateway_desktop.protocols.llm.usage import cohere_billed, mapping, openai_usage

_SAYING = ("content-delta", "tool-plan-delta", "tool-call-start")


class Cohere(Dialect):
    """Chat of the second version; the first is read as other paths are."""

    def __init__(self, requests: Dialect) -> None:
        self._requests = requests

    def operation(self, method: str, path: str) -> str | None:
        """Return "chat"."""
        return "chat" if method == "POST" and path.endswith("/v2/chat") else None

    def read(self, call: Call, body: Body, path: str) -> None:
        """Read messages and tools."""
        self._requests.read(call, body, path)

    def reader(self, call: Call, reply: Reply, content_type: str) -> ReplyReader:
        """Return a reader of events or of one object."""
        return reader_of(CohereAnswer(call, reply), content_type)


class CohereAnswer(Answer):
    """A message: a plan, thoughts and text, calls of tools."""

    def __init__(self, call: Call, reply: Reply) -> None:
        super().__init__(call, reply)
        self._said: dict[tuple[str, str], list[str]] = {}  # by place and role
        self._calls: list[tuple[str, list[str]]] = []  # names, and pieces of arguments

    def read_object(self, value: Mapping[str, Any]) -> None:
        """Read a whole answer."""
        message = mapping(value.get("message"))
        self._plan(message)
        for index, part in objects(message.get("content")):
            self._content(index, part)
        for _, call in objects(message.get("tool_calls")):
            self._call(call)
        self._end(value)

    def event(self, value: Mapping[str, Any]) -> bool:
        """Read an event."""
        delta = mapping(value.get("delta"))
        message, index = mapping(delta.get("message")), value.get("index")
        match value.get("type"):
            case "content-start" | "content-delta":
                self._content(index, mapping(message.get("content")))
            case "tool-plan-delta":
                self._plan(message)
            case "tool-call-start":
                self._call(mapping(message.get("tool_calls")))
            case "tool-call-delta" if self._calls:
                function = mapping(mapping(message.get("tool_calls")).get("function"))
                self._calls[-1][1].append(words(function.get("arguments")) or "")
            case "message-end":
                self._end(delta)
                self.ended = True
        return False

    def says(self, value: Mapping[str, Any]) -> bool:
        """Return whether an event brings words, a plan, thoughts or a tool; `content-start` is empty."""
        return value.get("type") in _SAYING

    def texts(self) -> list[TextPart]:
        """Return plan, thoughts, text and calls of tools."""
        found = [TextPart(place, role, "".join(pieces)) for (place, role), pieces in self._said.items()]
        for index, (name, pieces) in enumerate(self._calls):
            place = f"/message/tool_calls/{index}/function/arguments"
            found.append(TextPart(place, "tool_call", "".join(pieces), name))
        if self._calls:
            self.reply.detail["tool_calls"] = [name for name, _ in self._calls]
        return found

    def _plan(self, message: Mapping[str, Any]) -> None:
        self._add("/message/tool_plan", "thinking", message.get("tool_plan"))

    def _content(self, index: object, part: Mapping[str, Any]) -> None:
        for name, role in (("text", "assistant"), ("thinking", "thinking")):
            self._add(f"/message/content/{index}/{name}", role, part.get(name))

    def _add(self, place: str, role: str, text: object) -> None:
        if said := words(text):
            self._said.setdefault((place, role), []).append(said)

    def _call(self, call: Mapping[str, Any]) -> None:
        function = mapping(call.get("function"))
        self._calls.append((words(function.get("name")) or "", [words(function.get("arguments")) or ""]))

    def _end(self, told: Mapping[str, Any]) -> None:
        self.reply.finish = words(told.get("finish_reason"))
        usage = mapping(told.get("usage"))
        if billed := cohere_billed(usage) or mapping(usage.get("tokens")):
            self.usage = openai_usage(billed)
        if error := told.get("error"):
            self.error(error)
