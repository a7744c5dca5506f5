"""The text of a filter as words: `user:ana status:blocked "free text"`; terms are read, set and taken out."""

import re
from typing import NamedTuple

WORD = re.compile(
    r'(?P<name>-?[A-Za-z_]+):(?P<value>=?"(?:[^"\\]|\\.)*"?|\S*)|(?P<text>"(?:[^"\\]|\\.)*"?|\S+)'
)


class Term(NamedTuple):
    """One word of the text: a name and a value, or only a value; and where it stands."""

    name: str  # lower-case; "" for free text; with a leading "-" for what is left out
    value: str  # without quotes
    start: int
    end: int


def terms(text: str) -> list[Term]:
    """Return the words of a filter in their order."""
    found = []
    for match in WORD.finditer(text):
        value = match["value"] if match["name"] else match["text"]
        found.append(Term((match["name"] or "").lower(), unquoted(value), match.start(), match.end()))
    return found


def value_of(text: str, name: str) -> str:
    """Return the value of a term, or nothing."""
    return next((term.value for term in terms(text) if term.name == name), "")


def with_term(text: str, name: str, value: str) -> str:
    """Return the text with this term instead of all others of the name; an empty value takes it out."""
    kept = [text[term.start : term.end] for term in terms(text) if term.name != name]
    if value:
        first = next((place for place, term in enumerate(terms(text)) if term.name == name), len(kept))
        kept.insert(min(first, len(kept)), f"{name}:{quoted(value)}")
    return " ".join(kept)


def also(text: str, name: str, value: str) -> str:
    """Return the text with one more term, unless it has it already."""
    if any(term.name == name and term.value == value for term in terms(text)):
        return text
    return f"{text} {name}:{quoted(value)}".strip()


def quoted(value: str) -> str:
    """Return a value as it is written: in quotes if need be; `=` for an exact one stays in front."""
    exact = "=" if value.startswith("=") else ""
    rest = value[len(exact) :]
    if value and not re.search(r'[\s"\\]', rest):
        return value
    escaped = rest.replace("\\", "\\\\").replace('"', '\\"')
    return f'{exact}"{escaped}"'


def unquoted(value: str) -> str:
    """Return what is meant by a written value."""
    if value.startswith('="'):
        return "=" + unquoted(value[1:])
    if not value.startswith('"'):
        return value
    inner = value[1:-1] if len(value) > 1 and value.endswith('"') else value[1:]
    return re.sub(r"\\(.)", r"\1", inner)
