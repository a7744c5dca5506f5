"""Node: a YAML document's nodes with their lines, so that every mistake can be pointed at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from gateway_desktop.core.errors import ConfigurationError

_SWITCHES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a document, and where it stands."""

    value: Any  # strings, numbers, booleans, None, lists and dicts of them
    line: int  # from 1
    column: int
    path: str = ""
    inner: "dict[str, Node] | list[Node] | None" = None

    def wrong(self, problem: str) -> ConfigurationError:
        """Return the error that says so of this place."""
        where = f"line {self.line} column {self.column}"
        return ConfigurationError(f"{where} ({self.path})" if self.path else where, problem)

    def mapping(self, known: Sequence[str] | None) -> "dict[str, Node]":
        """Return the members; raise for what is no mapping, or for a key that is not known."""
        if not isinstance(self.inner, dict):
            raise self.wrong("should be a mapping (key: value)")
        for name, node in self.inner.items():
            if known is not None and name not in known:
                raise node.wrong(f"there is no '{name}' here; there are {', '.join(known)}")
        return self.inner

    def items(self) -> "list[Node]":
        """Return the items of a list."""
        if not isinstance(self.inner, list):
            raise self.wrong("should be a list (- item)")
        return self.inner

    def text(self, longest: int) -> str:
        """Return a text; numbers and dates are taken as they are written."""
        if self.inner is not None or self.value is None:
            raise self.wrong("should be a text")
        text = str(self.value)
        if len(text) > longest:
            raise self.wrong(f"is longer than {longest} characters")
        return text

    def texts(self) -> list[str]:
        """Return a list of texts; a single one is a list of one."""
        if self.inner is None:
            return [self.text(400)]
        return [item.text(400) for item in self.items()]

    def switch(self) -> bool:
        """Return on or off."""
        if not isinstance(self.value, bool):
            raise self.wrong(f"{self.value!r} is neither true nor false")
        return self.value

    def at(self, place: str) -> "Node":
        """Return the node at a place such as `rules[1].when.time.from`, or the nearest around it."""
        node = self
        for step in place.replace("[", ".[").split("."):
            inner = node.inner
            if isinstance(inner, dict) and step in inner:
                node = inner[step]
            elif isinstance(inner, list) and step.startswith("[") and int(step[1:-1]) < len(inner):
                node = inner[int(step[1:-1])]
            elif step:
                break
        return node


def documents(text: str) -> Iterator[Node]:
    """Yield the documents of a YAML text; raise ConfigurationError naming the line for what is none."""
    try:
        for root in yaml.compose_all(text, Loader=yaml.SafeLoader):
            if root is not None:
                yield _read(root, "", set())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1} column {mark.column + 1}" if mark else "document"
        raise ConfigurationError(where, f"this is no YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, RecursionError) as error:
        words = str(error).splitlines()[0] if str(error) else "nested too deeply"
        raise ConfigurationError("document", f"this is no YAML: {words}") from None


def _read(node: yaml.Node, path: str, known: set[int]) -> Node:
    mark = node.start_mark
    line, column = mark.line + 1, mark.column + 1
    if id(node) in known:  # also what keeps a document from unfolding without end
        raise Node(None, line, column, path).wrong("anchors and aliases are not read here")
    known.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return Node(_scalar(node), line, column, path)
    if isinstance(node, yaml.SequenceNode):
        items = [_read(item, f"{path}[{at}]", known) for at, item in enumerate(node.value)]
        return Node([item.value for item in items], line, column, path, items)
    members: dict[str, Node] = {}
    for key, value in node.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
        here = f"{path}.{name}" if path else name
        key_node = Node(None, key.start_mark.line + 1, key.start_mark.column + 1, here)
        if not name:
            raise key_node.wrong("a key should be a word")
        if name in members:
            raise key_node.wrong("stands here twice")
        members[name] = _read(value, here, known)
    return Node({name: member.value for name, member in members.items()}, line, column, path, members)


def _scalar(node: yaml.ScalarNode) -> object:
    """Return the value; what YAML 1.1 makes of 22:00 (a number) and of 2026-01-01 stays a text."""
    written, kind = str(node.value), node.tag.removeprefix(_TAG)
    if kind == "null":
        return None
    if kind == "bool":
        return _SWITCHES[written.lower()]
    for name, reader in (("int", int), ("float", float)):
        if kind == name:
            try:
                return reader(written)
            except ValueError:
                return written
    return written
