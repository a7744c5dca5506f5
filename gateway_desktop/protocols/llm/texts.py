"""Texts: collects the text parts of a request with their places, and counts what is no text."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.protocols.json_body import compact
from gateway_desktop.protocols.llm.earlier import Body
from gateway_desktop.protocols.unread import holds_text, unpacked

_NO_TEXT = frozenset({"id", "type", "status", "call_id", "encrypted_content", "signature", "cache_control"})
_LABELS = frozenset({"name", "model", "role", "user", "format", "container_id"})
_LONGEST_LABEL = 64
_LONG = 1000  # characters: what is packed in base64 and longer is a file
ReadMessage = Callable[["Texts", str, Mapping[str, Any]], None]
ReadPart = Callable[["Texts", str, str, Mapping[str, Any]], None]


class Texts:
    """The texts of one call, in their order, and counts that go into its detail."""

    __slots__ = ("_call", "_counts", "_names", "parts", "tool")

    def __init__(self, call: Call) -> None:
        self._call = call
        self._names: dict[str, str] = {}  # of tools, by the ids of their calls
        self._counts: Counter[str] = Counter()
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
        """Add a text; what is no string, or an empty one, is left out."""
        if type(text) is str and text:
            self.parts.append(TextPart(place, role, text, self.tool))

    def add_json(self, place: str, role: str, value: object) -> None:
        """Add a value that is not text as JSON, or as it is where it is a string."""
        if isinstance(value, str):
            self.add(place, role, value)
        elif value:
            self.parts.append(TextPart(place, role, compact(value), self.tool))

    def add_packed(self, place: str, role: str, data: object) -> None:
        """Add the text of a file in base64 or as a data URL; images and other bytes have none."""
        if isinstance(data, str):
            text = unpacked(data.partition(",")[2] if data.startswith("data:") else data)
            self.add(place, role, text)

    def add_rest(self, place: str, role: str, value: Mapping[str, Any]) -> None:
        """Add the members of an object of an unknown kind that hold text; of what is packed, only text."""
        for name, item in value.items():
            label = name in _LABELS and isinstance(item, str) and len(item) <= _LONGEST_LABEL
            if name not in _NO_TEXT and not label and holds_text(item) and not _is_packed(item):
                self.add_json(f"{place}/{escaped(name)}", role, item)

    def add_tools(self, tools: object) -> None:
        """Count the tools that are offered, and add what is said of each."""
        self.count("tools", length(tools))
        for index, tool in objects(tools):
            place = f"/tools/{index}"
            if isinstance(inner := tool.get("function"), dict):
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
        known, first, began = 0, len(self.parts), Counter(self._counts)
        if earlier is not None:
            known = earlier.count
            self._call.known = earlier.known
            self.parts += earlier.known.texts
            self._names.update(earlier.names)
            for what, number in earlier.counts.items():
                self.count(what, number)
        for index, message in objects(given):
            read(self, f"/{member}/{known + index}", message)
        counts = dict(self._counts - began)
        self._call.messages_at = first
        self._call.kept = body.keep(member, total, tuple(self.parts[first:]), self._names, counts)

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
        elif isinstance(content, dict):
            read_part(self, place, role, content)

    def count(self, what: str, number: int = 1) -> None:
        """Count something that is not text."""
        if number:
            self._counts[what] += number
            counted = self._call.detail.get(what, 0)
            self._call.detail[what] = number + (counted if isinstance(counted, int) else 0)


def escaped(name: str) -> str:
    """Return a member's name as a step of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _is_packed(item: object) -> bool:
    return isinstance(item, str) and len(item) > _LONG and not unpacked(item)


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
