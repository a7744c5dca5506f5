"""Texts: collects the text parts of a request with their places, and counts what is no text."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.json_pointer import escaped
from gateway_desktop.protocols.crowded import check_texts
from gateway_desktop.protocols.json_body import JsonBody, compact
from gateway_desktop.protocols.llm.earlier import Body
from gateway_desktop.protocols.llm.labels import LABELS, is_label, is_setting, is_word
from gateway_desktop.protocols.unread import holds_text, says_something, unpacked

_SEALED = frozenset({"encrypted_content", "encrypted_index", "signature", "thoughtSignature"})
_LONG = 1000  # characters: what is packed in base64 and longer is a file
_SCHEMAS = frozenset(
    {"response_format", "text", "output_format", "output_config", "format", "generationConfig"}
)
_OF_TOOL = frozenset({"type", "function"})
_DECLARED = frozenset({"functionDeclarations", "function_declarations"})  # Gemini's tools hold many
ReadMessage = Callable[["Texts", str, Mapping[str, Any]], None]
ReadPart = Callable[["Texts", str, str, Mapping[str, Any]], None]


class Texts:
    """The texts of one call, in their order, and counts that go into its detail."""

    __slots__ = ("_call", "_counts", "_names", "parts", "tool")

    def __init__(self, call: Call) -> None:
        self._call = call
        self._names: dict[str, str] = {}  # of tools, by the ids of their calls
        self._counts: dict[str, int] = {}  # of what is no text, since messages are read
        self.parts = call.texts
        self.tool = ""  # whose the texts are that are added next

    def of_call(self, name: object, call_id: object) -> None:
        """Say that the next texts are what a tool is called with."""
        self.tool = name if isinstance(name, str) else ""
        if self.tool and isinstance(call_id, str):
            self._names[call_id] = self.tool

    def of_result(self, call_id: object, name: object = None) -> None:
        """Say that the next texts are what a call brought; the tool is known by the call, or named."""
        known = self._names.get(call_id) if isinstance(call_id, str) else None
        self.tool = known or (name if isinstance(name, str) else "")

    def of_nobody(self) -> None:
        """Say that the next texts are no tool's."""
        self.tool = ""

    def add(self, place: str, role: str, text: object) -> None:
        """Add a text; what stands in its place and holds text is added as JSON."""
        if type(text) is str:
            if text:
                check_texts(self.parts)
                self.parts.append(TextPart(place, role, text, self.tool))
        elif text is not None and holds_text(text):
            self.parts.append(TextPart(place, role, compact(text), self.tool))

    def opened(self, place: str, role: str, value: object) -> Mapping[str, Any]:
        """Return an object to read; what stands in its place is added, and an empty one returned."""
        if isinstance(value, dict):
            return value
        self.add(place, role, value)
        return {}

    def entries(self, place: str, role: str, value: object) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the objects in a list with their index; what stands in their place is added."""
        if not isinstance(value, list):
            self.add(place, role, value)
            return
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield index, item
            else:
                self.add(f"{place}/{index}", role, item)

    def add_json(self, place: str, role: str, value: object) -> None:
        """Add a value that is not text as JSON, or as it is where it is a string."""
        if isinstance(value, str):
            self.add(place, role, value)
        elif value:
            self.parts.append(TextPart(place, role, compact(value), self.tool))

    def add_packed(self, place: str, role: str, data: object) -> None:
        """Add the text of a file in base64 or as a data URL; images and other bytes have none."""
        if isinstance(data, str):
            head, _, rest = data.partition(",") if data[:5].lower() == "data:" else ("", "", data)
            plain = bool(head) and not head.lower().endswith(";base64")
            data = unquote(rest) if plain else unpacked(rest)
        self.add(place, role, data)

    def add_rest(self, place: str, role: str, value: Mapping[str, Any]) -> None:
        """Add the members of an object of an unknown kind that hold text; of what is packed, only text."""
        for name, item in value.items():
            if says_something(name):
                self.add(place, role, name)
            if holds_text(item) and not is_label(name, item) and not _is_packed(name, item):
                self.add_json(f"{place}/{escaped(name)}", role, item)

    def unread(self, place: str, role: str, value: Mapping[str, Any], read: frozenset[str]) -> None:
        """Add what an object holds beside the members that were read, and labels that are more than that."""
        for name, item in value.items():
            if name not in read:
                self.add_rest(place, role, {name: item})
            elif name in LABELS:
                if not is_label(name, item):
                    self.add(f"{place}/{name}", role, item)
            elif name in _SEALED:
                self.add_packed(f"{place}/{name}", role, item)

    def members(self, body: JsonBody, read: frozenset[str]) -> None:
        """Add what stands in the body's members that nobody has read.

        Some upstreams read them all the same: Go's take names in any case ("Messages").
        """
        for name in body.others(read):
            if is_setting(body, name):
                continue
            role = "system" if name in _SCHEMAS else "user"
            if name in LABELS:
                self.add(f"/{name}", role, body.get(name))
            else:
                self.add_rest("", role, {name: body.get(name)})

    def add_url(self, place: str, role: str, url: object) -> None:
        """Add the address of something, or the text that it holds itself (RFC 2397)."""
        if isinstance(url, str) and url[:5].lower() == "data:":
            self.add_packed(place, role, url)
        else:
            self.add(place, role, url)

    def add_tools(self, tools: object, where: str = "/tools") -> None:
        """Count the tools that are offered, and add what is said of each."""
        self.count("tools", length(tools))
        for index, tool in self.entries(where, "tool_description", tools):
            place, rest = f"{where}/{index}", tool
            for declared in _DECLARED & tool.keys():
                inner = f"{place}/{declared}"
                self.count("tools", max(length(tool[declared]) - 1, 0))
                for at, one in self.entries(inner, "tool_description", tool[declared]):
                    self._add_tool(f"{inner}/{at}", one)
                rest = {name: value for name, value in rest.items() if name != declared}
            self._add_tool(place, rest)

    def _add_tool(self, place: str, tool: Mapping[str, Any]) -> None:
        svg = tool.get("svg")
        for one in (tool, svg if isinstance(svg, dict) else {}):  # Anthropic's advisor, OpenAI's images
            if type(model := one.get("model")) is str:
                self._call.others.append(model)
        if isinstance(inner := tool.get("function"), dict):
            self.unread(place, "tool_description", tool, _OF_TOOL)
            place, tool = f"{place}/function", inner
        name = tool.get("name")
        self.tool = name if isinstance(name, str) else ""
        self.add_rest(place, "tool_description", tool)
        self.of_nobody()

    def messages(self, body: Body, member: str, read: ReadMessage) -> None:
        """Add the texts of a list of messages; those that are known of an earlier body are not read again."""
        earlier = body.earlier if body.earlier is not None and body.earlier.member == member else None
        given = body.get(member)
        total = length(given) + (earlier.count if earlier is not None else 0)
        self.count("messages", total)
        self._counts = {}
        known, first = 0, len(self.parts)
        if earlier is not None:
            known = earlier.count
            self._call.known = earlier.known
            self.parts += earlier.known.texts
            self._names.update(earlier.names)
            for what, number in earlier.counts.items():
                self.count(what, number)
        if isinstance(given, list):
            for index, message in enumerate(given):
                if type(message) is dict:
                    read(self, f"/{member}/{known + index}", message)
                    self.role(f"/{member}/{known + index}", message)
                else:
                    self.add(f"/{member}/{known + index}", "user", message)
        elif isinstance(given, dict):
            read(self, f"/{member}", given)
            self.role(f"/{member}", given)
        else:
            self.add(f"/{member}", "user", given)
        self._call.messages_at = first
        self._call.kept = body.keep(member, total, tuple(self.parts[first:]), self._names, dict(self._counts))

    def role(self, place: str, message: Mapping[str, Any]) -> None:
        """Add a message's role where it is more than a word: templates of models write it into the prompt."""
        role = message.get("role")
        if type(role) is not str or not is_word(role):
            self.add(f"{place}/role", "user", role)

    def content(self, place: str, role: str, content: object, read_part: ReadPart) -> None:
        """Add a content that is a string, one part or a list of parts."""
        if type(content) is str:
            self.add(place, role, content)
        elif isinstance(content, list):
            for index, part in enumerate(content):
                if type(part) is str:
                    self.add(f"{place}/{index}", role, part)
                elif isinstance(part, dict):
                    read_part(self, f"{place}/{index}", role, part)
                else:
                    self.add(f"{place}/{index}", role, part)
        elif isinstance(content, dict):
            read_part(self, place, role, content)

    def count(self, what: str, number: int = 1) -> None:
        """Count something that is not text."""
        if number:
            self._counts[what] = self._counts.get(what, 0) + number
            counted = self._call.detail.get(what, 0)
            self._call.detail[what] = number + (counted if isinstance(counted, int) else 0)


def _is_packed(name: str, item: object) -> bool:
    return isinstance(item, str) and (len(item) > _LONG or name in _SEALED) and not unpacked(item)


def objects(value: object) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects in a list with their index; nothing for what is no list."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield index, item


def role_of(item: Mapping[str, Any], otherwise: str) -> str:
    """Return the role of a message."""
    role = item.get("role")
    return role if isinstance(role, str) and role else otherwise


def words(value: object) -> str | None:
    """Return the value if it is a string that says something, else None."""
    return value if isinstance(value, str) and value else None


def length(value: object) -> int:
    """Return how many items a list has; 0 for what is none."""
    return len(value) if isinstance(value, list) else 0
