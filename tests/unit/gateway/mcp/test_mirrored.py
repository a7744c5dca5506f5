"""Headers that repeat arguments of tools, as the official SDK's clients send them."""

from typing import Any

import pytest
from mcp.shared.inbound import mcp_param_headers, x_mcp_header_map

from gateway_desktop.gateway.mcp.message import raw
from gateway_desktop.gateway.mcp.mirrored import Mirrored

SCHEMA = {
    "properties": {
        "place": {"type": "string", "x-mcp-header": "Place_1"},
        "count": {"type": "integer", "x-mcp-header": "Count"},
        "sure": {"type": "boolean", "x-mcp-header": "Sure"},
        "within": {"properties": {"deep": {"type": "string", "x-mcp-header": "Deep"}}},
        "plain": {"type": "string"},
    }
}
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}


def headers(mirrored: Mirrored, params: dict[str, Any]) -> dict[str, str]:
    return mirrored.headers({"id": raw(1), "method": raw("tools/call"), "params": raw(params)})


@pytest.mark.parametrize(
    "arguments",
    [
        {"place": "here", "count": 3, "sure": True, "within": {"deep": "down"}, "plain": "x"},
        {"place": " \u017elu\u0165 ", "count": None, "sure": False, "within": "nothing"},
        {"place": "=?base64?eA==?=", "within": {"deep": ""}},
        {"place": ["a", "list"]},
        {},
    ],
)
def test_arguments_are_repeated_where_the_tool_says_so(arguments: dict[str, Any]) -> None:
    mirrored = Mirrored()
    mirrored.learn({"tools": raw([{"name": "go", "inputSchema": SCHEMA}, 7, {"name": "other"}])})
    common = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "go"}
    found = headers(mirrored, {"name": "go", "arguments": arguments, "_meta": META})
    assert found == common | mcp_param_headers(x_mcp_header_map(SCHEMA), arguments)
    assert headers(mirrored, {"name": "go", "arguments": arguments}) == {}  # of a revision with sessions


def test_what_is_no_name_of_a_header_is_none() -> None:
    mirrored = Mirrored()
    wrong = {
        "properties": {
            "a": {"x-mcp-header": "two words"},
            "b": {"x-mcp-header": ""},
            "c": {"x-mcp-header": 7},
        }
    }
    mirrored.learn({"tools": raw([{"name": "go", "inputSchema": wrong}])})
    found = headers(mirrored, {"name": "go", "arguments": {"a": "x", "b": "x", "c": "x"}, "_meta": META})
    assert not any(name.startswith("Mcp-Param-") for name in found)
