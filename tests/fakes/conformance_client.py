"""The official SDK as the client that the conformance suite asks for, direct or through a gateway.

`main(["--sign-in", "--through", BASE, FOLDER, URL])`: with `--through` the
server becomes a proxy of the gateway at BASE with its data in FOLDER first; with `--sign-in` the client gets
a token of the server's own authorization server, which asks nobody.
"""

import asyncio
import http.client
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ElicitResult

from tests.end_to_end.program import Program, eventually
from tests.fakes.conformance_sign_in import signing_in


def proxied(base: str, folder: str, url: str, *, sign_in: bool) -> str:
    """Add the server to the gateway and return where it is there, once it is."""
    program, name = Program(Path(folder)), f"p{urlsplit(url).port}"
    program.run("proxy", "add", name, "--kind", "mcp", "--upstream", url)
    if sign_in:
        program.run("oauth", "enable", name, "--mode", "upstream", "--unattributed", "pass")
    else:
        program.run("proxy", "set", name, "anonymous=on")

    def known() -> bool:
        connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
        connection.request("POST", f"/{name}/mcp", b"{}")
        answer = connection.getresponse()
        connection.close()
        asks = "resource_metadata" in answer.headers.get("WWW-Authenticate", "")
        return asks or answer.status not in (401, 404)

    eventually(known)
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


async def use(url: str, *, sign_in: bool) -> None:
    """Call every tool there is."""
    async with (
        httpx2.AsyncClient(auth=signing_in(url) if sign_in else None, timeout=60) as caller,
        Client(streamable_http_client(url, http_client=caller), elicitation_callback=accept) as session,
    ):
        tools = (await session.list_tools()).tools
        first = tools[0].input_schema if tools else {}
        for tool in tools:
            fields = tool.input_schema.get("properties", {})
            await session.call_tool(
                tool.name, {name: argument(name, each, first) for name, each in fields.items()}
            )


def main(words: Sequence[str]) -> int:
    """Be the client of one scenario."""
    *options, target = words
    sign_in = "--sign-in" in options
    if "--through" in options:
        base, folder = options[options.index("--through") + 1 :][:2]
        target = proxied(base, folder, target, sign_in=sign_in)
    asyncio.run(use(target, sign_in=sign_in))
    return 0
