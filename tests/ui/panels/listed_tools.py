"""An MCP server that lists tools, as the window's store knows it."""

import json

from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.tool_pin import Listed, Listing
from gateway_desktop.services.proxy_values import NewProxy
from tests.ui.panels.conftest import Hand


def server(hand: Hand) -> str:
    """Add a proxy and return its id."""
    new = NewProxy("files", "http://127.0.0.1:9/mcp", kind=Kind.MCP)
    return hand.opened.services.proxies.add(new).result().id


def lists(hand: Hand, proxy_id: str, **tools: str) -> None:
    """Let the server list its tools."""
    listed = tuple(
        Listed(name, says, json.dumps({"name": name, "description": says})) for name, says in tools.items()
    )
    hand.opened.services.tool_pins.report(Listing(proxy_id, listed)).result()
