"""Definitions: what a tool or an agent says of itself, in the one form that digests are made of.

Canonical: members sorted by code point, no spaces, numbers as msgspec writes them, strings in UTF-8. It
follows RFC 8785 but for the numbers, and need only be the same for the same definition.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from gateway_desktop.core.tool_pin import AGENT_CARD, Listed

_OF_TOOL = ("name", "title", "description", "inputSchema", "outputSchema", "annotations")
_encode = msgspec.json.Encoder(order="sorted").encode


class ToolPage(NamedTuple):
    """One page of a list of tools."""

    tools: tuple[Listed, ...]
    more: bool  # another page follows


def tool_page(message: bytes) -> ToolPage | None:
    """Return the tools in an answer to `tools/list`; None if it is none that can be read."""
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
    return ToolPage(tuple(found), bool(result.get("nextCursor")))


def agent_card(document: Mapping[str, Any]) -> Listed:
    """Return an agent's card; its signatures are no part of what it says."""
    return _listed(AGENT_CARD, {name: value for name, value in document.items() if name != "signatures"})


def definition(tool: Mapping[str, Any]) -> Listed:
    """Return a tool that has a name; what is no part of its definition is left out."""
    told = {name: tool[name] for name in _OF_TOOL if tool.get(name) is not None}
    return _listed(str(tool["name"]), told)


def _listed(name: str, told: Mapping[str, Any]) -> Listed:
    canonical = _encode(told)
    return Listed(name, hashlib.sha256(canonical).hexdigest(), canonical.decode())
