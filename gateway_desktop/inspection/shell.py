"""Shell: the commands that a text runs, by tree-sitter's grammar of Bash, which takes broken text, too."""

from collections.abc import Iterator, Sequence
from functools import cache
from time import thread_time
from typing import NamedTuple

import tree_sitter
import tree_sitter_bash

LONGEST = 20_000  # bytes that are parsed
_MOST = 200  # commands of one text
_PATIENCE = 0.008  # seconds of the thread's work; a script of 6 KB takes two
_STEP = 0.003  # of a hundred steps, which mostly take a fiftieth; if it was more, the machine was elsewhere
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_WORDS = frozenset(
    {
        "command_name", "word", "string", "raw_string", "number", "concatenation", "simple_expansion",
        "expansion", "ansi_c_string", "command_substitution",
    }
)  # fmt: skip


class TooIntricate(Exception):
    """What a text runs was not found out within the time there is for it."""


class Command(NamedTuple):
    """One command of a text."""

    name: str  # without its folder, in small letters
    start: int  # bytes
    end: int
    first: bool  # nothing runs before it
    substituted: bool  # its output becomes part of another command
    piped: bool  # it reads what another writes
    feeds: bool  # another reads what it writes
    words: Sequence[tree_sitter.Node]  # the name first
    text: bytes

    @property
    def arguments(self) -> tuple[str, ...]:
        """Return what it is given, without quotes."""
        return tuple(_bare(self.text, word) for word in self.words[1:])


@cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


def warm() -> None:
    """Load the grammar."""
    _parser()


def commands(data: bytes) -> Iterator[Command]:
    """Yield the commands of a text given as UTF-8, in their order; of too long a text those of its start.

    Raises:
        TooIntricate: it takes too long. A text that is made for it takes a hundred times as long as others.
    """
    data = data[:LONGEST]
    count = 0
    for node, substituted, piped, feeds in _nodes(_root(data)):
        words = [child for child in node.children if child.type in _WORDS]
        name = _bare(data, words[0]) if words else ""
        if not name:
            continue
        bare = name.replace("\\", "/").rpartition("/")[2].lower()
        start = node.start_byte
        first = not count and not data[:start].strip(b" \t\"'(")
        yield Command(bare, start, node.end_byte, first, substituted, piped, feeds, words, data)
        count += 1
        if count == _MOST:
            return


class _Patience:
    """Ends when the work on a text has taken too long; of a time in which nothing went on little counts."""

    def __init__(self) -> None:
        self._left = _PATIENCE
        self._at = thread_time()

    def ends(self, _at: int, _has_error: bool) -> bool:
        """Return whether it has; asked after every hundred steps of the parser."""
        now = thread_time()
        self._left -= min(now - self._at, _STEP)
        self._at = now
        return self._left < 0


def _root(data: bytes) -> tree_sitter.Node:
    parser = _parser()
    try:
        return parser.parse(lambda at, _point: data[at:], progress_callback=_Patience().ends).root_node
    except ValueError:
        parser.reset()
        raise TooIntricate from None


def _nodes(root: tree_sitter.Node) -> Iterator[tuple[tree_sitter.Node, bool, bool, bool]]:
    """Yield the commands below a node; of each whether it is substituted, reads a pipe, feeds one.

    No recursion: texts nest deeply. No asking for parents and siblings: each is searched from the root.
    """
    stack = [(root, False, False, False)]
    while stack:
        node, substituted, piped, feeds = stack.pop()
        kind = node.type
        if kind == "command":
            yield node, substituted, piped, feeds
        inner = substituted or kind in _SUBSTITUTIONS
        children = node.children if kind == "pipeline" else node.named_children
        last = len(children) - 1 if kind == "pipeline" else 0
        for index in range(len(children) - 1, -1, -1):
            child = children[index]
            if child.named_child_count:
                stack.append((child, inner, 0 < index <= last, index < last))


def _bare(data: bytes, word: tree_sitter.Node) -> str:
    """Return name or argument of a command, without quotes."""
    text = data[word.start_byte : word.end_byte].decode("utf-8", "replace")
    return text.strip("\"'`" if word.type == "command_name" else "\"'")
