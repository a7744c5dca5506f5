"""Reconstruction: stored texts back in the shape of the body they stood in."""

from collections.abc import Iterable
from typing import Any

from gateway_desktop.core.json_pointer import unescaped
from gateway_desktop.store.queries.audit import StoredPart

ERASED = "(erased, by retention or on request)"


def rebuilt(parts: Iterable[StoredPart]) -> Any:
    """Return a document with every text at its JSON Pointer (RFC 6901); what was not text is not in it."""
    root: dict[str, Any] = {}
    for part in parts:
        _put(root, _steps(part.place), ERASED if part.text is None else part.text)
    return _lists(root)


def _steps(pointer: str) -> list[str]:
    if not pointer:
        return [""]
    return [unescaped(step) for step in pointer.removeprefix("/").split("/")]


def _put(node: dict[str, Any], steps: list[str], text: str) -> None:
    for step in steps[:-1]:
        below = node.setdefault(step, {})
        if not isinstance(below, dict):  # a text stands where another has children
            below = node[step] = {"": below}
        node = below
    last = steps[-1]
    if isinstance(node.get(last), dict):
        node[last][""] = text
    else:
        node[last] = text


def _lists(value: Any) -> Any:
    """Turn objects whose names are all numbers into lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    if value and all(name.isdecimal() for name in value):
        return [_lists(value[name]) for name in sorted(value, key=int)]
    return {name: _lists(below) for name, below in value.items()}
