"""POST /api/chat and /api/generate (Ollama's own shape; streams are lines of JSON)."""

from collections.abc import Mapping
from typing import Any

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.reply import Reply
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.json_body import compact
from gateway_desktop.protocols.llm.answer import Answer
from gateway_desktop.protocols.llm.dialect import Dialect
from gateway_desktop.protocols.llm.earlier import Body
from gateway_desktop.protocols.llm.readers import LinesReader
from gateway_desktop.protocols.llm.texts import Texts, length, objects, role_of
from gateway_desktop.protocols.llm.usage import mapping, ollama_usage

_OF_BODY = frozenset({"system", "prompt", "suffix", "messages", "tools", "images", "context"})
_OF_MESSAGE = frozenset({"role", "content", "thinking", "images", "tool_calls"})
_OF_CALL = frozenset({"function"})
_OF_CALLED = frozenset({"arguments", "name"})


class Ollama(Dialect):
    """Chat and generate; both stream unless told otherwise."""

    def operation(self, method: str, path: str) -> str | None:
        """Return "chat" or "generate"."""
        if method != "POST":
            return None
        if path.endswith("/api/chat"):
            return "chat"
        return "generate" if path.endswith("/api/generate") else None

    def read(self, call: Call, body: Body, path: str) -> None:  # noqa: ARG002 - the shape needs it not
        """Read messages or prompt."""
        call.stream = body.get("stream") is not False
        texts = Texts(call)
        for name, role in (("system", "system"), ("prompt", "user"), ("suffix", "user")):
            if name in body:
                texts.add(f"/{name}", role, body.get(name))
        _read_images(texts, "", "user", body.get("images"))
        if call.operation == "chat":
            texts.messages(body, "messages", _read_message)
        texts.add_tools(body.get("tools"))
        texts.members(body, _OF_BODY)

    def reader(self, call: Call, reply: Reply, content_type: str) -> ReplyReader:  # noqa: ARG002 - lines or one
        """Return a reader of lines; a whole answer is one line."""
        return LinesReader(OllamaAnswer(call, reply))


class OllamaAnswer(Answer):
    """Pieces of text, and an object that is `done`."""

    def __init__(self, call: Call, reply: Reply) -> None:
        super().__init__(call, reply)
        self._pieces: dict[str, list[str]] = {}
        self._tools: list[tuple[str, str]] = []

    def event(self, value: Mapping[str, Any]) -> bool:
        """Read one object."""
        reply = self.reply
        if reply.response_model is None and isinstance(model := value.get("model"), str):
            reply.response_model = model
        message = mapping(value.get("message"))
        for place, text in (
            ("/message/thinking", message.get("thinking")),
            ("/message/content", message.get("content")),
            ("/thinking", value.get("thinking")),
            ("/response", value.get("response")),
        ):
            if type(text) is str and text:
                self._pieces.setdefault(place, []).append(text)
        for _, call in objects(message.get("tool_calls")):
            function = mapping(call.get("function"))
            self._tools.append((str(function.get("name") or ""), compact(function.get("arguments"))))
        if "error" in value:
            self.error(value["error"])
        if value.get("done") is True:
            self.ended = True
            self.usage = ollama_usage(value)
            reason = value.get("done_reason")
            reply.finish = reason if isinstance(reason, str) else "stop"
        return False

    def says(self, value: Mapping[str, Any]) -> bool:
        """Return whether an object brings more than a role."""
        message = mapping(value.get("message"))
        said = (text for name, text in message.items() if name != "role")
        return any((value.get("thinking"), value.get("response"), *said))

    def texts(self) -> list[TextPart]:
        """Return thinking, text and tool calls."""
        found = [
            TextPart(place, "thinking" if place.endswith("thinking") else "assistant", "".join(pieces))
            for place, pieces in self._pieces.items()
        ]
        for index, (_, arguments) in enumerate(self._tools):
            place = f"/message/tool_calls/{index}/function/arguments"
            found.append(TextPart(place, "tool_call", arguments))
        if self._tools:
            self.reply.detail["tool_calls"] = [name for name, _ in self._tools]
        return found


def _read_message(texts: Texts, place: str, message: Mapping[str, Any]) -> None:
    role = role_of(message, "user")
    texts.content(f"{place}/content", role, message.get("content"), Texts.add_rest)
    texts.add(f"{place}/thinking", "thinking", message.get("thinking"))
    _read_images(texts, place, role, message.get("images"))
    for index, call in texts.entries(f"{place}/tool_calls", "tool_call", message.get("tool_calls")):
        where = f"{place}/tool_calls/{index}"
        called = texts.opened(f"{where}/function", "tool_call", call.get("function"))
        texts.of_call(called.get("name"), None)
        texts.add_json(f"{where}/function/arguments", "tool_call", called.get("arguments"))
        texts.unread(f"{where}/function", "tool_call", called, _OF_CALLED)
        texts.unread(where, "tool_call", call, _OF_CALL)
    texts.of_nobody()
    texts.unread(place, role, message, _OF_MESSAGE)


def _read_images(texts: Texts, place: str, role: str, images: object) -> None:
    texts.count("images", length(images))
    for index, image in enumerate(images if isinstance(images, list) else [images]):
        texts.add_packed(f"{place}/images/{index}", role, image)
