"""Headers that repeat parts of a request, as clients have to send them (MCP 2026-07-28, transports)."""

import base64
from collections.abc import Iterator
from string import ascii_letters, digits
from typing import Any

from gateway_desktop.gateway.mcp.message import Message, members, meta_of, method_of, value
from gateway_desktop.protocols.crowded import crowded
from gateway_desktop.protocols.mcp.methods import NAMED_BY
from gateway_desktop.protocols.mcp.routing_headers import MIRRORED, VERSION_META

_DEEPEST = 20  # schemas within schemas
_TOKEN = frozenset("!#$%&'*+-.^_`|~" + ascii_letters + digits)  # what a header's name is of (RFC 9110 5.6.2)


class Mirrored:
    """Knows which arguments tools want repeated, from the lists of tools that passed."""

    def __init__(self) -> None:
        self._wanted: dict[str, dict[tuple[str, ...], str]] = {}  # by tool: where an argument is, its header

    def learn(self, result: Message) -> None:
        """Take note of the tools in a result (`x-mcp-header`); a list that is too long to pass is left."""
        if crowded(bytes(result.get("tools", b""))):
            return
        tools = value(result, "tools")
        for tool in tools if isinstance(tools, list) else ():
            if isinstance(tool, dict) and isinstance(tool.get("name"), str):
                self._wanted[tool["name"]] = dict(_declared(tool.get("inputSchema"), ()))

    def headers(self, message: Message) -> dict[str, str]:
        """Return the headers of a request; none in revisions that have sessions."""
        version = value(meta_of(message), VERSION_META)
        if not isinstance(version, str):
            return {}
        method, params = method_of(message), members(message, "params")
        headers = {"MCP-Protocol-Version": version, "Mcp-Method": method}
        name = value(params, NAMED_BY[method]) if method in MIRRORED else None
        if isinstance(name, str):
            headers["Mcp-Name"] = _encoded(name)
        if method == "tools/call" and (wanted := self._wanted.get(str(name))):
            arguments = value(params, "arguments")
            for place, header in wanted.items():
                if isinstance(found := _at(arguments, place), str | int | float):
                    text = str(found).lower() if isinstance(found, bool) else str(found)
                    headers[f"Mcp-Param-{header}"] = _encoded(text)
        return headers


def _declared(schema: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or len(place) >= _DEEPEST:
        return
    for name, inner in properties.items():
        header = inner.get("x-mcp-header") if isinstance(inner, dict) else None
        if isinstance(header, str) and header and _TOKEN.issuperset(header):
            yield (*place, name), header
        yield from _declared(inner, (*place, name))


def _at(arguments: Any, place: tuple[str, ...]) -> Any:
    for name in place:
        arguments = arguments.get(name) if isinstance(arguments, dict) else None
    return arguments


def _encoded(text: str) -> str:
    plain = text.isascii() and text.isprintable() and text == text.strip() and text[:9] != "=?base64?"
    return text if plain else f"=?base64?{base64.b64encode(text.encode()).decode()}?="
