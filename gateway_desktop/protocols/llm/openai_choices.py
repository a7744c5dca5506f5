"""Choice: one alternative of a chat answer, whole or put together from deltas."""

from collections.abc import Mapping
from typing import Any

from gateway_desktop.core.call import TextPart
from gateway_desktop.protocols.json_body import compact
from gateway_desktop.protocols.llm.texts import objects
from gateway_desktop.protocols.llm.usage import mapping

_THINKING = ("reasoning_content", "reasoning")


class _Tool:
    __slots__ = ("arguments", "kind", "name")

    def __init__(self) -> None:
        self.kind = "function"
        self.name = ""
        self.arguments: list[str] = []

    def add(self, call: Mapping[str, Any]) -> None:
        for kind, member in (("function", "arguments"), ("custom", "input")):
            if part := mapping(call.get(kind)):
                self.kind = kind
                if isinstance(part.get("name"), str):
                    self.name = self.name or part["name"]
                value = part.get(member)
                if isinstance(value, str):
                    self.arguments.append(value)
                elif value:
                    self.arguments.append(compact(value))


class Choice:
    """What one choice has said so far."""

    __slots__ = (
        "_refusal",
        "_text",
        "_thinking",
        "_thinking_name",
        "_tools",
        "_transcript",
        "finish",
        "words",
    )

    def __init__(self) -> None:
        self.finish: str | None = None
        self.words: list[str] = []  # its content, piece by piece
        self._thinking: list[str] = []
        self._thinking_name = _THINKING[0]
        self._refusal: list[str] = []
        self._text: list[str] = []
        self._transcript: list[str] = []
        self._tools: dict[int, _Tool] = {}

    def whole(self, choice: Mapping[str, Any]) -> None:
        """Read a choice of a whole answer."""
        self._message(mapping(choice.get("message")))
        self._end(choice)

    def delta(self, choice: Mapping[str, Any]) -> None:
        """Read a choice of a chunk."""
        delta = choice.get("delta")
        if type(delta) is dict and delta:
            content = delta.get("content")
            if type(content) is str:
                self.words.append(content)
                if len(delta) > 1:
                    self._rest(delta)
            else:
                self._message(delta)
        if choice.get("finish_reason") or "text" in choice:
            self._end(choice)

    def texts(self, place: str, *, legacy: bool = False) -> list[TextPart]:
        """Return what was said, each with its place in the whole answer."""
        message = f"{place}/message"
        others = (self._thinking, self._refusal, self._transcript, self._tools)
        if not legacy and not any(others):
            text = "".join(self.words)
            return [TextPart(f"{message}/content", "assistant", text)] if text else []
        found: list[TextPart] = [
            TextPart(f"{message}/{self._thinking_name}", "thinking", "".join(self._thinking)),
            TextPart(f"{message}/content", "assistant", "".join(self.words)),
            TextPart(f"{message}/refusal", "refusal", "".join(self._refusal)),
            TextPart(f"{message}/audio/transcript", "assistant", "".join(self._transcript)),
        ]
        if legacy:
            found.append(TextPart(f"{place}/text", "assistant", "".join(self._text)))
        for index, tool in sorted(self._tools.items()):
            member = "input" if tool.kind == "custom" else "arguments"
            where = f"{message}/tool_calls/{index}/{tool.kind}/{member}"
            if index < 0:
                where = f"{message}/function_call/arguments"
            found.append(TextPart(where, "tool_call", "".join(tool.arguments), tool.name))
        return [part for part in found if part.text]

    def tool_names(self) -> list[str]:
        """Return the names of the tools that were called."""
        return [tool.name for _, tool in sorted(self._tools.items()) if tool.name]

    def _message(self, message: Mapping[str, Any]) -> None:
        content = message.get("content")
        if isinstance(content, str):
            self.words.append(content)
        elif isinstance(content, list):  # Mistral's parts
            for _, part in objects(content):
                self._part(part)
        self._rest(message)

    def _rest(self, message: Mapping[str, Any]) -> None:
        for name in _THINKING:
            value = message.get(name)
            if isinstance(value, str) and value:
                self._thinking.append(value)
                self._thinking_name = name
                break  # some send both, with the same words
        if isinstance(refusal := message.get("refusal"), str):
            self._refusal.append(refusal)
        if calls := message.get("tool_calls"):
            for position, call in objects(calls):
                index = call.get("index")
                self._tool(index if isinstance(index, int) else position).add(call)
        if old := message.get("function_call"):
            self._tool(-1).add({"function": old})
        if audio := message.get("audio"):
            transcript = mapping(audio).get("transcript")
            self._transcript.append(transcript if isinstance(transcript, str) else "")

    def _part(self, part: Mapping[str, Any]) -> None:
        if isinstance(text := part.get("text"), str):
            self.words.append(text)
        for _, thought in objects(part.get("thinking")):
            if isinstance(text := thought.get("text"), str):
                self._thinking.append(text)

    def _tool(self, index: int) -> _Tool:
        return self._tools.setdefault(index, _Tool())

    def _end(self, choice: Mapping[str, Any]) -> None:
        if isinstance(finish := choice.get("finish_reason"), str):
            self.finish = finish
        if isinstance(text := choice.get("text"), str):
            self._text.append(text)
