"""POST .../models/M:generateContent, :streamGenerateContent, :countTokens (Google Gemini and Vertex AI)."""

from collections.abc import Mapping
from typing import Any

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.reply import Reply, Usage
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.json_body import JsonBody, compact
from gateway_desktop.protocols.llm.answer import Answer
from gateway_desktop.protocols.llm.dialect import Dialect
from gateway_desktop.protocols.llm.readers import ArrayReader, SseReader, WholeReader
from gateway_desktop.protocols.llm.texts import Texts, length, objects, role_of
from gateway_desktop.protocols.llm.usage import add_searches, count, gemini_usage, mapping

_OPERATIONS = {
    "generateContent": "generate_content",
    "streamGenerateContent": "generate_content",
    "countTokens": "count_tokens",
}


_OF_BODY = frozenset({"systemInstruction", "system_instruction", "contents", "tools"})


class Gemini(Dialect):
    """Generating, streamed and not, and counting."""

    def operation(self, method: str, path: str) -> str | None:
        """Return "generate_content" or "count_tokens"."""
        return _OPERATIONS.get(path.rpartition(":")[2]) if method == "POST" else None

    def read(self, call: Call, body: JsonBody, path: str) -> None:
        """Read the model from the path, then system instruction and contents."""
        call.stream = path.endswith(":streamGenerateContent")
        texts = Texts(call)
        for name in ("systemInstruction", "system_instruction"):
            if name in body:
                _read_content(texts, f"/{name}", body.get(name), "system")
        contents = body.get("contents")
        if isinstance(contents, list):
            texts.count("messages", length(contents))
            for index, content in enumerate(contents):
                _read_content(texts, f"/contents/{index}", content, "user")
        else:
            _read_content(texts, "/contents", contents, "user")
        if "tools" in body:
            texts.add_tools(body.get("tools"))
        texts.members(body, _OF_BODY)

    def reader(self, call: Call, reply: Reply, content_type: str) -> ReplyReader:
        """Return a reader of events, of an array or of one object."""
        answer = GeminiAnswer(call, reply)
        if content_type == "text/event-stream":
            return SseReader(answer)
        return ArrayReader(answer) if call.stream else WholeReader(answer)


class GeminiAnswer(Answer):
    """Candidates, whole or in pieces; the last usage counts."""

    def __init__(self, call: Call, reply: Reply) -> None:
        super().__init__(call, reply)
        self.estimates = call.operation == "generate_content"
        self._parts: dict[int, list[TextPart]] = {}
        self._pieces: dict[int, list[str]] = {}  # of the part of each candidate that is being written
        self._calls: list[str] = []
        self._last: Mapping[str, Any] = {}  # usage; each piece of a stream repeats it
        self._searches = 0
        self._maps = False  # whether Google's were asked, which is paid by the prompt

    def read_object(self, value: Mapping[str, Any]) -> None:
        """Read a whole answer."""
        if self.call.operation == "count_tokens":  # nothing was used: counting is free
            self.reply.detail["counted_tokens"] = value.get("totalTokens")
            return
        self.event(value)

    def event(self, value: Mapping[str, Any]) -> bool:
        """Read one piece of a stream, which looks like a whole answer."""
        reply = self.reply
        if usage := value.get("usageMetadata"):
            self._last = mapping(usage)
        if model := value.get("modelVersion"):
            reply.response_model = str(model)
        for position, candidate in objects(value.get("candidates")):
            self._candidate(position, candidate)
        if reason := mapping(value.get("promptFeedback")).get("blockReason"):
            reply.finish = str(reason)
            self.ended = True
        if "error" in value:
            self.error(value["error"])
        return False

    def says(self, value: Mapping[str, Any]) -> bool:
        """Return whether a piece has a part with more than an empty text."""
        return any(
            said and name not in ("thought", "thoughtSignature")
            for _, candidate in objects(value.get("candidates"))
            for _, part in objects(mapping(candidate.get("content")).get("parts"))
            for name, said in part.items()
        )

    def reported(self) -> Usage | None:
        """Return the last usage."""
        if self.usage is None and self._last:
            self.usage = gemini_usage(self._last)
            tier = self._last.get("serviceTier") or self._last.get("trafficType")
            self.reply.service_tier = tier.removeprefix("ON_DEMAND_") if isinstance(tier, str) else None
            if self._searches:
                add_searches(self.usage, self._searches)
            if self._maps:
                self.usage.extra["map_searches"] = 1
        return self.usage

    def final_usage(self) -> bool:
        """Return whether output was counted: pieces before the last may only tell the prompt's."""
        return "candidatesTokenCount" in self._last

    def texts(self) -> list[TextPart]:
        """Return each candidate's parts; neighbouring pieces of one kind are one part."""
        for candidate in self._parts:
            self._finish_part(candidate)
        if self._calls:
            self.reply.detail["tool_calls"] = self._calls
        return [part for _, parts in sorted(self._parts.items()) for part in parts if part.text]

    def _candidate(self, position: int, candidate: Mapping[str, Any]) -> None:
        index = count(candidate.get("index"))
        index = position if index is None else index
        for _, part in objects(mapping(candidate.get("content")).get("parts")):
            self._part(index, part)
        if grounding := mapping(candidate.get("groundingMetadata")):
            self._searches = max(self._searches, length(grounding.get("webSearchQueries")))
            self._maps = self._maps or any(
                "maps" in used for _, used in objects(grounding.get("groundingChunks"))
            )
        if isinstance(finish := candidate.get("finishReason"), str):
            self.reply.finish = finish
            self.ended = True

    def _part(self, candidate: int, part: Mapping[str, Any]) -> None:
        text = part.get("text")
        if type(text) is str:
            self._text(candidate, "thinking" if part.get("thought") is True else "assistant", "text", text)
        elif call := mapping(part.get("functionCall")):
            self._calls.append(str(call.get("name") or ""))
            arguments = call.get("args")
            self._finish_part(candidate)
            self._text(candidate, "tool_call", "functionCall/args", compact(arguments) if arguments else "")
            self._parts[candidate][-1] = self._parts[candidate][-1]._replace(tool=self._calls[-1])
            self._finish_part(candidate)
        elif code := mapping(part.get("executableCode")):
            self._text(candidate, "tool_call", "executableCode/code", str(code.get("code") or ""))
        elif result := mapping(part.get("codeExecutionResult")):
            self._text(candidate, "tool", "codeExecutionResult/output", str(result.get("output") or ""))

    def _text(self, candidate: int, role: str, member: str, text: str) -> None:
        parts = self._parts.setdefault(candidate, [])
        pieces = self._pieces.setdefault(candidate, [])
        if not pieces or not parts or parts[-1].role != role:
            self._finish_part(candidate)
            place = f"/candidates/{candidate}/content/parts/{len(parts)}/{member}"
            parts.append(TextPart(place, role, ""))
        pieces.append(text)

    def _finish_part(self, candidate: int) -> None:
        pieces = self._pieces.get(candidate)
        if pieces:
            parts = self._parts[candidate]
            parts[-1] = parts[-1]._replace(text="".join(pieces))
            pieces.clear()


def _read_content(texts: Texts, place: str, content: object, otherwise: str) -> None:
    if isinstance(content, dict) and "parts" in content:
        role = role_of(content, otherwise) if otherwise == "user" else otherwise
        role = {"model": "assistant", "function": "tool"}.get(role, role)
        texts.content(f"{place}/parts", role, content["parts"], _read_part)
    else:
        texts.content(place, otherwise, content, _read_part)
    if isinstance(content, dict):
        texts.unread(place, otherwise, content, _OF_CONTENT)


_OF_CONTENT = frozenset({"role", "parts"})
# Where in a part which words stand; SDKs write some names in either way.
_WORDS = (
    ("functionCall", "args", "tool_call"),
    ("function_call", "args", "tool_call"),
    ("functionResponse", "response", "tool"),
    ("function_response", "response", "tool"),
    ("executableCode", "code", "tool_call"),
    ("codeExecutionResult", "output", "tool"),
)
_MEDIA = ("inlineData", "inline_data", "fileData", "file_data")


_OF_MEDIA = frozenset({"data"})
_OF_PART = frozenset({"text", "thought", "thoughtSignature", *_MEDIA, *(name for name, _, _ in _WORDS)})


def _read_part(texts: Texts, place: str, role: str, part: Mapping[str, Any]) -> None:
    if "text" in part:
        texts.add(f"{place}/text", "thinking" if part.get("thought") is True else role, part["text"])
    for name, member, speaker in _WORDS:
        if name in part:
            said = texts.opened(f"{place}/{name}", speaker, part[name])
            texts.of_call(said.get("name"), None)
            texts.add_json(f"{place}/{name}/{member}", speaker, said.get(member))
            texts.content(f"{place}/{name}/parts", speaker, said.get("parts"), _read_part)
            texts.unread(f"{place}/{name}", speaker, said, frozenset({member, "parts", "name", "id"}))
            texts.of_nobody()
    for name in _MEDIA:
        if name in part:
            media = texts.opened(f"{place}/{name}", role, part[name])
            _count_media(texts, media)
            texts.add_packed(f"{place}/{name}/data", role, media.get("data"))
            texts.unread(f"{place}/{name}", role, media, _OF_MEDIA)
    texts.unread(place, role, part, _OF_PART)


def _count_media(texts: Texts, data: Mapping[str, Any]) -> None:
    kind = data.get("mimeType", data.get("mime_type"))
    kind = kind if isinstance(kind, str) else ""
    if kind.startswith("image/"):
        texts.count("images")
    else:
        texts.count("audio" if kind.startswith("audio/") else "files")
