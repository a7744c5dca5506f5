"""The official SDK as the client that the conformance suite asks for, direct or through a gateway.

`python -m tests.fakes.conformance_client [--through BASE FOLDER] URL`: with `--through` the server becomes a
proxy of the gateway at BASE with its data in FOLDER first.
"""

import asyncio
import http.client
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mcp.client import Client
from mcp.types import ElicitResult

from tests.end_to_end.program import Program, eventually


def proxied(base: str, folder: str, url: str) -> str:
    """Add the server to the gateway and return where it is there, once it is."""
    program, name = Program(Path(folder)), f"p{urlsplit(url).port}"
    program.run("proxy", "add", name, "--kind", "mcp", "--upstream", url)
    program.run("proxy", "set", name, "anonymous=on")

    def known() -> bool:
        connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=20)
        connection.request("POST", f"/{name}/mcp", b"{}")
        status = connection.getresponse().status
        connection.close()
        return status not in (401, 404)

    eventually(known, seconds=20)
    return f"{base}/{name}/mcp"


async def accept(context: Any, params: Any) -> ElicitResult:
    fields = (getattr(params, "requested_schema", None) or {}).get("properties", {})
    return ElicitResult(
        action="accept", content={name: each["default"] for name, each in fields.items() if "default" in each}
    )


def argument(name: str, schema: dict[str, Any], whole: dict[str, Any]) -> Any:
    if name == "schema":
        return whole
    kinds = {"number": 5, "integer": 5, "boolean": True, "object": {}}
    return kinds.get(schema.get("type", ""), "x")


async def use(url: str) -> None:
    """Call every tool there is."""
    async with Client(url, elicitation_callback=accept) as session:
        tools = (await session.list_tools()).tools
        first = tools[0].input_schema if tools else {}
        for tool in tools:
            fields = tool.input_schema.get("properties", {})
            await session.call_tool(
                tool.name, {name: argument(name, each, first) for name, each in fields.items()}
            )


if __name__ == "__main__":
    *words, target = sys.argv[1:]
    asyncio.run(use(proxied(words[1], words[2], target) if words else target))
