"""POST /v1/messages and /v1/messages/count_tokens (Anthropic; also Ollama, LM Studio and others).

Vertex AI has both by the names of its own: .../publishers/anthropic/models/M:rawPredict, :streamRawPredict.
"""

from collections.abc import Mapping
from typing import Any

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.reply import Reply, Usage
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.json_body import compact, decoded
from gateway_desktop.protocols.llm.answer import Answer
from gateway_desktop.protocols.llm.dialect import Dialect
from gateway_desktop.protocols.llm.earlier import Body
from gateway_desktop.protocols.llm.readers import reader_of
from gateway_desktop.protocols.llm.texts import Texts, objects, role_of, words
from gateway_desktop.protocols.llm.usage import anthropic_usage, count, mapping
from gateway_desktop.protocols.strict_json import strict
from gateway_desktop.protocols.unread import holds_text

_OF_BODY = frozenset({"system", "messages", "tools"})
_OF_MESSAGE = frozenset({"role", "content"})
# What is read of a block; ids and `cache_control` are labels.
_OF_TEXT = frozenset({"type", "text", "cache_control"})
_OF_THINKING = frozenset({"type", "thinking", "signature", "cache_control"})
_OF_USE = frozenset({"type", "id", "name", "input", "cache_control", "caller"})
_OF_RESULT = frozenset({"type", "tool_use_id", "content", "is_error", "cache_control", "caller"})
_OF_SEARCH = frozenset({"type", "title", "source", "content", "cache_control"})
_OF_SEALED = frozenset({"type", "data"})
_OF_DOCUMENT = frozenset({"type", "title", "context", "source", "cache_control"})
_NO_TEXT = frozenset({"type", "id", "encrypted_content", "encrypted_index", "signature", "data"})


class AnthropicMessages(Dialect):
    """Messages."""

    def operation(self, method: str, path: str) -> str | None:
        """Return "messages" or "count_tokens"; OpenAI's threads have messages too."""
        if method != "POST" or "/threads/" in path:
            return None
        if path.endswith("/messages"):
            return "messages"
        if "/publishers/anthropic/models/" in path and path.endswith((":rawPredict", ":streamRawPredict")):
            return "count_tokens" if "/count-tokens:" in path else "messages"
        return "count_tokens" if path.endswith("/messages/count_tokens") else None

    def read(self, call: Call, body: Body, path: str) -> None:  # noqa: ARG002 - the shape needs it not
        """Read system and messages."""
        call.stream = body.get("stream") is True and call.operation == "messages"
        texts = Texts(call)
        texts.content("/system", "system", body.get("system"), _read_block)
        texts.messages(body, "messages", _read_message)
        texts.add_tools(body.get("tools"))
        texts.members(body, _OF_BODY)

    def reader(self, call: Call, reply: Reply, content_type: str) -> ReplyReader:
        """Return a reader of events or of one object."""
        return reader_of(MessagesAnswer(call, reply), content_type)


class MessagesAnswer(Answer):
    """A message of several content blocks; its usage is cumulative, field by field."""

    def __init__(self, call: Call, reply: Reply) -> None:
        super().__init__(call, reply)
        self.estimates = call.operation == "messages"
        self._blocks: dict[int, _Block] = {}
        self._last: dict[str, Any] = {}  # of each field of usage the last value that was one
        self._told = False  # how much output there was at the end

    def read_object(self, value: Mapping[str, Any]) -> None:
        """Read a whole message."""
        reply = self.reply
        reply.response_model = words(value.get("model"))
        reply.finish = words(value.get("stop_reason"))
        self._usage(value.get("usage"))
        self._told = True
        if "error" in value:
            self.error(value["error"])
        if self.call.operation == "count_tokens" and "input_tokens" in value:
            reply.detail["counted_tokens"] = value["input_tokens"]  # nothing was used: counting is free
        for index, block in objects(value.get("content")):
            self._blocks[index] = _Block(block)

    def event(self, value: Mapping[str, Any]) -> bool:
        """Read an event of a stream."""
        match value.get("type"):
            case "content_block_delta":
                block = self._blocks.get(value.get("index", 0))
                if block is not None:
                    block.add(mapping(value.get("delta")))
            case "content_block_start":
                self._begin(value)
            case "message_start":
                message = mapping(value.get("message"))
                self.reply.response_model = words(message.get("model"))
                self._usage(message.get("usage"))
            case "message_delta":
                self._usage(value.get("usage"))
                self._told = self._told or "usage" in value
                self.reply.finish = words(mapping(value.get("delta")).get("stop_reason")) or self.reply.finish
            case "message_stop":
                self.ended = self.over = True
            case "error":
                self.error(value.get("error"))
        return False

    def says(self, value: Mapping[str, Any]) -> bool:
        """Return whether an event is a delta, or a block that has none: deltas follow those of words."""
        kind = value.get("type")
        block = mapping(value.get("content_block")).get("type")
        return kind == "content_block_delta" or (
            kind == "content_block_start" and block not in ("text", "thinking")
        )

    def reported(self) -> Usage | None:
        """Return the usage from the last value of each field."""
        if self.usage is None and self._last:
            self.usage = anthropic_usage(self._last)
            for _, iteration in objects(self._last.get("iterations")):
                if iteration.get("type") == "fallback_message":  # the model asked first had declined
                    self.reply.response_model = words(iteration.get("model")) or self.reply.response_model
        return self.usage

    def final_usage(self) -> bool:
        """Return whether the count of output at the end had come; the first one knows nothing of it."""
        return self._told

    def texts(self) -> list[TextPart]:
        """Return the blocks' texts."""
        found = [
            TextPart(f"/content/{index}/{block.member}", block.role, text, block.name)
            for index, block in sorted(self._blocks.items())
            if (text := block.text())
        ]
        if calls := [block.name for _, block in sorted(self._blocks.items()) if block.name]:
            self.reply.detail["tool_calls"] = calls
        return found

    def _begin(self, value: Mapping[str, Any]) -> None:
        """Begin a block; deltas find only what began here, so an index that is none is refused once."""
        index = count(value.get("index", 0))
        if index is not None:
            self._blocks[index] = _Block(mapping(value.get("content_block")))

    def _usage(self, usage: object) -> None:
        for name, number in mapping(usage).items():
            if number is not None:
                self._last[name] = number
        tier = "fast" if self._last.get("speed") == "fast" else self._last.get("service_tier")
        if isinstance(tier, str):
            self.reply.service_tier = tier


class _Block:
    """One content block, whole or put together from deltas."""

    __slots__ = ("_pieces", "_value", "member", "name", "role")

    def __init__(self, block: Mapping[str, Any]) -> None:
        self._pieces: list[str] = []
        self._value: object = None
        self.member, self.role, self.name = "text", "assistant", ""
        kind = block.get("type")
        if kind == "text":
            self._put(block.get("text"))
        elif kind == "thinking":
            self.member, self.role = "thinking", "thinking"
            self._put(block.get("thinking"))
        elif isinstance(kind, str) and kind.endswith("tool_use"):
            self.member, self.role = "input", "tool_call"
            self.name = str(block.get("name") or "")
            self._value = block.get("input")
        elif isinstance(kind, str) and kind.endswith("tool_result"):
            self.member, self.role = "content", "tool"
            self._put_result(block.get("content"))
        else:
            self.member, self.role = "", "tool"
            self._put_result(block)

    def add(self, delta: Mapping[str, Any]) -> None:
        """Add a delta; signatures and citations are no text."""
        match delta.get("type"):
            case "text_delta":
                self._put(delta.get("text"))
            case "input_json_delta":
                self._put(delta.get("partial_json"))
            case "thinking_delta":
                self._put(delta.get("thinking"))

    def text(self) -> str:
        """Return the text; input that came in pieces is written as the whole answer would be."""
        joined = "".join(self._pieces)
        if self.role != "tool_call":
            return joined
        if not joined:
            return compact(self._value) if self._value else ""
        try:
            data = joined.encode()
            value = decoded(data)  # first: it refuses what cannot be read in passing
            strict(data)
            return compact(value)
        except (Malformed, ValueError):
            return joined  # it was cut, or has a member twice: each client takes the one or the other

    def _put_result(self, content: object) -> None:
        parts = content if isinstance(content, list) else [content]
        for part in parts:
            if isinstance(part, dict) and not isinstance(part.get("text"), str):
                kept = {name: item for name, item in part.items() if name not in _NO_TEXT}
                self._put(compact(kept) if holds_text(kept) else "")
            else:
                self._put(part.get("text") if isinstance(part, dict) else part)

    def _put(self, text: object) -> None:
        if type(text) is str:
            self._pieces.append(text)


def _read_message(texts: Texts, place: str, message: Mapping[str, Any]) -> None:
    role = role_of(message, "user")
    texts.content(f"{place}/content", role, message.get("content"), _read_block)
    texts.unread(place, role, message, _OF_MESSAGE)


def _read_block(texts: Texts, place: str, role: str, block: Mapping[str, Any]) -> None:
    kind = block.get("type")
    if type(block.get("text")) is str:
        texts.add(f"{place}/text", role, block["text"])
        texts.unread(place, role, block, _OF_TEXT)
    elif kind == "thinking":
        texts.add(f"{place}/thinking", "thinking", block.get("thinking"))
        texts.unread(place, "thinking", block, _OF_THINKING)
    elif kind in ("tool_use", "server_tool_use", "mcp_tool_use"):
        texts.of_call(block.get("name"), block.get("id"))
        texts.add_json(f"{place}/input", "tool_call", block.get("input"))
        texts.unread(place, "tool_call", block, _OF_USE)
        texts.of_nobody()
    elif isinstance(kind, str) and kind.endswith("tool_result"):
        texts.of_result(block.get("tool_use_id"))
        texts.content(f"{place}/content", "tool", block.get("content"), _read_block)
        texts.unread(place, "tool", block, _OF_RESULT)
        texts.of_nobody()
    else:
        _read_other(texts, place, role, block)


def _read_other(texts: Texts, place: str, role: str, block: Mapping[str, Any]) -> None:
    match block.get("type"):
        case "image":
            texts.count("images")
            _read_source(texts, f"{place}/source", role, block.get("source"))
            texts.unread(place, role, block, _OF_DOCUMENT)
        case "document":
            texts.count("files")
            for member in ("title", "context"):
                texts.add(f"{place}/{member}", role, block.get(member))
            _read_source(texts, f"{place}/source", role, block.get("source"))
            texts.unread(place, role, block, _OF_DOCUMENT)
        case "redacted_thinking":
            texts.add_packed(f"{place}/data", "thinking", block.get("data"))
            texts.unread(place, "thinking", block, _OF_SEALED)
        case "search_result":
            for member in ("title", "source"):
                texts.add(f"{place}/{member}", "tool", block.get(member))
            texts.content(f"{place}/content", "tool", block.get("content"), _read_block)
            texts.unread(place, "tool", block, _OF_SEARCH)
        case _:
            texts.add_rest(place, role, block)


def _read_source(texts: Texts, place: str, role: str, given: object) -> None:
    source = texts.opened(place, role, given)
    match source.get("type"):
        case "content":
            texts.content(f"{place}/content", role, source.get("content"), _read_block)
            texts.unread(place, role, source, _OF_MESSAGE)
        case "base64":
            texts.add_packed(f"{place}/data", role, source.get("data"))
            texts.unread(place, role, source, _OF_SEALED)
        case _:
            texts.add_rest(place, role, source)
