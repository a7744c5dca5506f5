"""Connect a tool to an MCP server: what each client wants in its configuration, for one proxy and one key."""

import json

from gateway_desktop.core.proxy import Proxy
from gateway_desktop.services.snippet import Snippet

_SIGNS_IN = "Without the key it signs its person in with a browser."


def mcp_snippets(base_url: str, proxy: Proxy, key: str) -> tuple[Snippet, ...]:
    """Return the lines for every client."""
    url = f"{base_url.rstrip('/')}/{proxy.name}/mcp"
    oauth = proxy.oauth
    note = _SIGNS_IN if oauth is not None and oauth.enabled else ""
    return (
        _claude_code(proxy.name, url, key, note),
        _claude_desktop(proxy.name, key, note),
        _cursor(proxy.name, url, key),
        _vs_code(proxy.name, url, key),
        _codex(proxy.name, url, key),
        _sdk(url, key),
        _curl(url, key),
    )


def _claude_code(name: str, url: str, key: str, note: str) -> Snippet:
    text = f"""\
claude mcp add --transport http {name} {url} \\
  --header "Authorization: Bearer {key}"
"""
    return Snippet("Claude Code", "sh", text, note)


def _claude_desktop(name: str, key: str, note: str) -> Snippet:
    server = {"command": "gateway-desktop", "args": ["connect", name], "env": {"GATEWAY_DESKTOP_KEY": key}}
    where = f"In claude_desktop_config.json; so for every client that only starts commands. {note}".strip()
    return _json("Claude Desktop", {"mcpServers": {name: server}}, where)


def _cursor(name: str, url: str, key: str) -> Snippet:
    return _json("Cursor", {"mcpServers": {name: _address(url, key)}}, "In ~/.cursor/mcp.json.")


def _vs_code(name: str, url: str, key: str) -> Snippet:
    return _json(
        "VS Code", {"servers": {name: {"type": "http"} | _address(url, key)}}, "In .vscode/mcp.json."
    )


def _codex(name: str, url: str, key: str) -> Snippet:
    text = f"""\
[mcp_servers.{name}]
url = "{url}"
bearer_token_env_var = "GATEWAY_DESKTOP_KEY"
"""
    return Snippet(
        "Codex", "toml", text, f'In ~/.codex/config.toml; then: export GATEWAY_DESKTOP_KEY="{key}".'
    )


def _sdk(url: str, key: str) -> Snippet:
    text = f"""\
import asyncio

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client


async def main() -> None:
    headers = {{"Authorization": "Bearer {key}"}}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client("{url}", http_client=http)) as client,
    ):
        for tool in (await client.list_tools()).tools:
            print(tool.name)


asyncio.run(main())
"""
    return Snippet("MCP SDK", "python", text, "Older programs find HTTP+SSE at the same address with /sse.")


def _curl(url: str, key: str) -> Snippet:
    asked = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "curl", "version": "1"},
        },
    }
    lines = [
        f"curl {url}",
        f'-H "Authorization: Bearer {key}"',
        '-H "Content-Type: application/json"',
        '-H "Accept: application/json, text/event-stream"',
        f"-d '{json.dumps(asked)}'",
    ]
    return Snippet("curl", "sh", " \\\n  ".join(lines))


def _address(url: str, key: str) -> dict[str, object]:
    return {"url": url, "headers": {"Authorization": f"Bearer {key}"}}


def _json(tool: str, document: object, note: str) -> Snippet:
    return Snippet(tool, "json", json.dumps(document, indent=2) + "\n", note)
