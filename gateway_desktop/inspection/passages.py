"""From text parts to passages: the one place that says which role stands in which context."""

import json
from collections.abc import Iterator, Sequence

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.finding import Context, Passage
from gateway_desktop.core.json_pointer import escaped

_CONTEXTS = {
    "system": Context.HARNESS,
    "developer": Context.HARNESS,
    "user": Context.USER_PROMPT,
    "tool": Context.TOOL_RESULT,
    "function": Context.TOOL_RESULT,
    "tool_result": Context.TOOL_RESULT,
    "resource": Context.TOOL_RESULT,
    "tool_call": Context.TOOL_ARGUMENT,
    "tool_argument": Context.TOOL_ARGUMENT,
    "tool_description": Context.TOOL_DESCRIPTION,
    "assistant": Context.ANSWER,
    "model": Context.ANSWER,
    "agent": Context.TOOL_RESULT,  # another program's words, as those of a tool
    "artifact": Context.TOOL_RESULT,
    "thinking": Context.ANSWER,
    "refusal": Context.ANSWER,
}
_SAID_BY_A_MODEL = frozenset({"assistant", "model", "thinking", "refusal", "tool_call"})
# Coding tools put what their makers wrote into messages of the user, between these.
_REMINDER = ("<system-reminder>", "</system-reminder>")
_TITLE = "Generate a title for this conversation:"  # a message of its own: OpenCode's, of each conversation
_LONGEST_TITLE = 200  # characters, with spaces around it
_MOST_LEAVES = 500  # of one JSON argument; beyond that it is looked at as one text
_LONGEST = 1 << 20  # characters of an argument, and names and texts, that are taken apart to see what it is
_MOST_QUOTES = 10_000
_DEEPEST = 20
_LONGEST_KEY = 24  # characters of a key that is the name of something
# Operators of MongoDB and what stands behind them where all records are meant, in place of a value.
_OPERATORS = frozenset(
    ["$ne", "$gt", "$gte", "$lt", "$lte", "$nin", "$in", "$not", "$regex", "$exists", "$where", "$expr"]
)
_ANYTHING: tuple[object, ...] = (
    None, True, 0, -1, "", "0", "1", "true", "~", ".", ".*", ".+", ".*?", "^", "$", "^.*$", [], {},
    [None], [""],
)  # fmt: skip
_OF_PROTOTYPES = ("__proto__", "constructor")
# In these an operator is what is asked for.
_ASKED = (
    "filter", "query", "where", "match", "pipeline", "selector", "condit", "criteri", "update", "expr",
    "aggreg", "stage", "operation", "rule", "sort", "project", "$",
)  # fmt: skip


def context_of(part: TextPart) -> Context:
    """Return where a part stands; an unknown role may be anybody's words, so it counts as a result."""
    context = _CONTEXTS.get(part.role, Context.TOOL_RESULT)
    if context is not Context.USER_PROMPT:
        return context
    reminds = part.text.startswith(_REMINDER[0]) and part.text.rstrip().endswith(_REMINDER[1])
    titles = len(part.text) < _LONGEST_TITLE and part.text.strip() == _TITLE
    return Context.HARNESS if reminds or titles else context


def newest(parts: Sequence[TextPart]) -> int:
    """Return the index of the first part of the newest turn: what came after a model's last words."""
    for index in range(len(parts) - 1, -1, -1):
        if parts[index].role in _SAID_BY_A_MODEL:
            return index + 1
    return 0


def passages_of(part: TextPart) -> list[Passage]:
    """Return the passages of a part: one, or of a tool's arguments in JSON one for each text in them."""
    context = context_of(part)
    if context is Context.TOOL_ARGUMENT and part.text[:1] in ("{", "["):
        leaves = _leaves(part)
        if leaves is not None:
            return leaves
    return [Passage(part.text, context, part.place, part.tool, seams=part.seams)]


def _leaves(part: TextPart) -> list[Passage] | None:
    if len(part.text) > _LONGEST or part.text.count('"') > _MOST_QUOTES:
        return None
    try:
        value = json.loads(part.text)
    except (ValueError, RecursionError):
        return None
    found: list[Passage] = []
    for place, name, text in _texts(value, part.place, "", 0):
        if len(found) == _MOST_LEAVES:
            return None
        found.append(Passage(text, Context.TOOL_ARGUMENT, place, part.tool, name))
    return found


def _texts(value: object, place: str, name: str, depth: int) -> Iterator[tuple[str, str, str]]:
    """Yield place, argument's name and text of every text in a value."""
    if isinstance(value, str):
        if value:
            yield place, name, value
    elif depth > _DEEPEST:
        yield place, name, json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    elif isinstance(value, dict):
        for key, inner in value.items():
            here = f"{place}/{escaped(key)}"
            yield from _key(key, inner, place, name or key)
            yield from _texts(inner, here, name or key, depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{place}/{index}", name, depth + 1)


def _key(key: str, value: object, place: str, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield a key that is more than the name of something: a secret may leave as one, too.

    An operator where a value is meant lets all records pass (CWE-943), `__proto__` changes all objects
    (CWE-1321): such a key is yielded with what says enough of its value.
    """
    if len(key) > _LONGEST_KEY:
        yield f"{place}/{escaped(key)}/", name, key
    elif key[:1] == "$":
        if key in _OPERATORS and value in _ANYTHING and not any(word in place.lower() for word in _ASKED):
            yield f"{place}/{key}/", name, json.dumps({key: value})
    elif key in _OF_PROTOTYPES and (key[0] == "_" or (isinstance(value, dict) and "prototype" in value)):
        yield f"{place}/{key}/", name, '{"__proto__":{}}'
