"""Where `connect` signs in: what does not fit the address that was asked for is not followed."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.gateway.mcp.discovered import Server, discover


def found(changes: Mapping[str, Any]) -> Server:
    """Discover at a server whose documents are good but for the changes."""

    async def run() -> Server:
        base = ""

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

        runner = web.ServerRunner(web.Server(answer, access_log=None))
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            base = f"http://127.0.0.1:{runner.addresses[0][1]}"
            challenge = f'Bearer resource_metadata="{base}/.well-known/oauth-protected-resource/x/mcp"'
            async with aiohttp.ClientSession() as http:
                return await discover(http, f"{base}/x/mcp", challenge)
        finally:
            await runner.cleanup()

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


def test_without_a_challenge_a_key_is_asked_for() -> None:
    async def run() -> None:
        async with aiohttp.ClientSession() as http:
            await discover(http, "http://127.0.0.1:9/x/mcp", 'Basic realm="x"')

    with pytest.raises(Unavailable, match="A key is needed"):
        asyncio.run(run())
