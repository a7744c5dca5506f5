"""Where `connect` signs in: what does not fit the address that was asked for is not followed."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.gateway.mcp.discovered import Server, discover, get_json
from tests.fakes.loopback import loopback


def found(changes: Mapping[str, Any]) -> Server:
    """Discover at a server whose documents are good but for the changes."""

    async def run() -> Server:
        async def answer(request: web.BaseRequest) -> web.Response:
            if "protected-resource" in request.path:
                document: dict[str, Any] = {
                    "resource": f"{base}/x/mcp",
                    "authorization_servers": [f"{base}/x"],
                }
            elif request.path == "/.well-known/oauth-authorization-server/x":
                document = {
                    "issuer": f"{base}/x",
                    "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token",
                    "code_challenge_methods_supported": ["S256"],
                }
            else:
                return web.Response(status=404)
            return web.json_response({name: changes.get(name, value) for name, value in document.items()})

        async with loopback(answer) as base, aiohttp.ClientSession() as http:
            challenge = f'Bearer resource_metadata="{base}/.well-known/oauth-protected-resource/x/mcp"'
            return await discover(http, f"{base}/x/mcp", challenge)

    return asyncio.run(run())


def test_the_server_behind_a_challenge_is_found() -> None:
    server = found({})
    assert server.issuer.endswith("/x") and server.token.endswith("/token") and server.register == ""


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"resource": "https://elsewhere.example/x/mcp"}, "another resource"),
        ({"issuer": "https://elsewhere.example"}, "cannot be had"),
        ({"authorization_servers": []}, "cannot be had"),
        ({"code_challenge_methods_supported": ["plain"]}, "PKCE"),
        ({"token_endpoint": "http://elsewhere.example/token"}, "without TLS"),
        ({"authorization_endpoint": "file:///etc/passwd"}, "without TLS"),
    ],
)
def test_what_does_not_fit_is_not_followed(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(Unavailable, match=problem):
        found(changes)


@pytest.mark.parametrize("body", [b'{"a":' * 100_000, b'{"a":"' + b"x" * (300 << 10) + b'"}'])
def test_what_is_too_deep_or_too_large_is_not_read(body: bytes) -> None:
    async def run() -> dict[str, Any]:
        async def answer(_: web.BaseRequest) -> web.Response:
            return web.Response(body=body, content_type="application/json")

        async with loopback(answer) as base, aiohttp.ClientSession() as http:
            return await get_json(http, f"{base}/x")

    assert asyncio.run(run()) == {}


def test_without_a_challenge_a_key_is_asked_for() -> None:
    async def run() -> None:
        async with aiohttp.ClientSession() as http:
            await discover(http, "http://127.0.0.1:9/x/mcp", 'Basic realm="x"')

    with pytest.raises(Unavailable, match="A key is needed"):
        asyncio.run(run())
