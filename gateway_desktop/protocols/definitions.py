"""Definitions: what a tool or an agent says of itself, in the one form that digests are made of.

Canonical: members sorted by code point, no spaces, numbers as msgspec writes them, strings in UTF-8. It
follows RFC 8785 but for the numbers, and need only be the same for the same definition.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from gateway_desktop.core.tool_pin import AGENT_CARD, Listed

_NOT_OF_TOOL = frozenset({"_meta"})  # may be different in every answer
# What only clients of 2025-11-25 are told: the same tool for clients of two revisions is one tool.
_OF_REVISION = tuple({"taskSupport": support} for support in ("forbidden", "optional", "required"))
_LARGEST = 1 << 20  # characters of a definition; a larger one nobody can look at
_encode = msgspec.json.Encoder(order="sorted").encode


class ToolPage(NamedTuple):
    """One page of a list of tools."""

    tools: tuple[Listed, ...]
    next: str  # the cursor of the page that follows, "" if none does


def tool_page(message: bytes) -> ToolPage | None:
    """Return the tools in an answer to `tools/list`, but for those too large; None if it cannot be read."""
    try:
        result = msgspec.json.decode(message).get("result")
    except (AttributeError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    tools = result.get("tools") if isinstance(result, dict) else None
    if not isinstance(tools, list):
        return None
    found = [
        definition(tool) for tool in tools if isinstance(tool, dict) and isinstance(tool.get("name"), str)
    ]
    fits = tuple(tool for tool in found if len(tool.definition) <= _LARGEST)
    cursor = result.get("nextCursor")
    return ToolPage(fits, cursor if isinstance(cursor, str) else "")


def agent_card(document: Mapping[str, Any]) -> Listed:
    """Return an agent's card; its signatures are no part of what it says."""
    return _listed(AGENT_CARD, {name: value for name, value in document.items() if name != "signatures"})


def definition(tool: Mapping[str, Any]) -> Listed:
    """Return a tool that has a name: schemas, annotations, icons, and what nobody knows yet.

    A member that is new to us may be what some client shows to its model, or reads in place of another.
    """
    told = {name: value for name, value in tool.items() if name not in _NOT_OF_TOOL and value is not None}
    if told.get("execution") in _OF_REVISION:
        del told["execution"]
    return _listed(str(tool["name"]), told)


def _listed(name: str, told: Mapping[str, Any]) -> Listed:
    canonical = _encode(told)
    return Listed(name, hashlib.sha256(canonical).hexdigest(), canonical.decode())
