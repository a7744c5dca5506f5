"""Shell: the commands that a text runs, by tree-sitter's grammar of Bash, which takes broken text, too."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import tree_sitter
import tree_sitter_bash

LONGEST = 20_000  # bytes that are parsed
_MOST = 200  # commands of one text
_SEPARATORS = frozenset({";", "&", "&&", "|", "||", "|&", ";;", "\n", "`", "$("})
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_WORDS = frozenset(
    {
        "word", "string", "raw_string", "number", "concatenation", "simple_expansion", "expansion",
        "ansi_c_string", "command_substitution",
    }
)  # fmt: skip


class Command(NamedTuple):
    """One command of a text."""

    name: str  # without its folder, in small letters
    arguments: tuple[str, ...]
    start: int  # bytes
    end: int
    first: bool  # nothing runs before it
    substituted: bool  # its output becomes part of another command
    piped: bool  # it reads what another writes
    feeds: bool  # another reads what it writes

    @property
    def line(self) -> str:
        """Return it as one line."""
        return " ".join((self.name, *self.arguments))


@cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


def warm() -> None:
    """Load the grammar."""
    _parser()


def commands(data: bytes) -> list[Command]:
    """Return the commands of a text given as UTF-8, in their order; of too long a text those of its start."""
    root = _parser().parse(data[:LONGEST]).root_node
    found: list[Command] = []
    for node, substituted in _nodes(root):
        name, *arguments = _texts(node) or [""]
        if not name:
            continue
        before = node.prev_sibling
        in_pipeline = node.parent is not None and node.parent.type == "pipeline"
        piped = in_pipeline and before is not None
        feeds = in_pipeline and node.next_sibling is not None
        bare = name.replace("\\", "/").rpartition("/")[2].lower()
        first = not found and not data[: node.start_byte].strip(b" \t\"'(")
        found.append(
            Command(bare, tuple(arguments), node.start_byte, node.end_byte, first, substituted, piped, feeds)
        )
        if len(found) >= _MOST:
            break
    return found


def _nodes(root: tree_sitter.Node) -> Iterator[tuple[tree_sitter.Node, bool]]:
    """Yield the commands below a node, and whether they are substituted; no recursion: texts nest deeply."""
    stack = [(root, False)]
    while stack:
        node, substituted = stack.pop()
        if node.type == "command":
            yield node, substituted
        inner = substituted or node.type in _SUBSTITUTIONS
        stack.extend((child, inner) for child in reversed(node.children) if child.is_named or child.has_error)


def _texts(node: tree_sitter.Node) -> list[str]:
    """Return name and arguments of a command, without quotes."""
    found = []
    for child in node.children:
        if child.type == "command_name" or child.type in _WORDS:
            text = (child.text or b"").decode("utf-8", "replace")
            found.append(text.strip("\"'") if child.type != "command_name" else text.strip("\"'`"))
    return found
