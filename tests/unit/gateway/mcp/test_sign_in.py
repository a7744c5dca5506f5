"""The sign-in of `connect`: what a server answers that means harm, or is no answer, ends in words."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.gateway.mcp.bridge import Bridge
from gateway_desktop.gateway.mcp.sign_in import SignIn
from tests.fakes.loopback import loopback

DEEP = b'{"a":' * 100_000
LARGE = b'{"client_id":"c","access_token":"t","token_type":"bearer","x":"' + b"x" * (300 << 10) + b'"}'


class Kept:
    """A sign-in in memory."""

    text = ""

    async def read(self) -> str:
        return self.text

    async def write(self, text: str) -> None:
        self.text = text

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        yield


def signed_in(*, register: bytes = b'{"client_id":"c"}', token: bytes) -> SignIn:
    """Sign in at a server with these answers; its person agrees at once."""

    async def run() -> SignIn:
        async def answer(request: web.BaseRequest) -> web.Response:
            place = request.path.rpartition("/")[2]
            if request.path.endswith("protected-resource"):
                found = json.dumps({"resource": f"{base}/mcp", "authorization_servers": [base]}).encode()
            elif "authorization-server" in request.path:
                ends = {f"{name}_endpoint": f"{base}/{name}" for name in ("token", "registration")}
                ends["authorization_endpoint"] = f"{base}/authorize"
                methods = {"code_challenge_methods_supported": ["S256"]}
                found = json.dumps({"issuer": base, **ends, **methods}).encode()
            else:
                found = {"registration": register, "token": token}[place]
            return web.Response(body=found, content_type="application/json")

        async def agree(address: str) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
            given = {"code": "x", "state": asked["state"]}
            async with http.get(asked["redirect_uri"], params=given) as shown:
                assert shown.status == 200

        async with loopback(answer) as base, aiohttp.ClientSession() as http:
            sign_in = SignIn(f"{base}/mcp", "test", Kept(), agree)
            challenge = f'Bearer resource_metadata="{base}/.well-known/oauth-protected-resource"'
            await sign_in.again(http, "", challenge)
            return sign_in

    return asyncio.run(run())


@pytest.mark.parametrize("seconds", [b"3600", b"9" * 400, b"null"])
def test_a_token_may_say_of_any_number_of_seconds_that_it_lives(seconds: bytes) -> None:
    token = b'{"access_token":"t","token_type":"bearer","expires_in":%b}' % seconds
    assert signed_in(token=token).token == "t"


@pytest.mark.parametrize("body", [DEEP, LARGE, b"[]", b"\xff"])
def test_an_answer_that_is_no_object_or_too_large_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(Unavailable, match="could not be registered"):
        signed_in(register=body, token=b"{}")
    with pytest.raises(Unavailable, match="no bearer token"):
        signed_in(token=body)


@pytest.mark.parametrize("granted", [True, False])
def test_scopes_are_those_that_challenges_name_and_more_is_asked_for_once(granted: bool) -> None:
    asked: list[str] = []
    codes: dict[str, str] = {}
    said: list[bytes] = []

    async def run() -> None:
        async def answer(request: web.BaseRequest) -> web.Response:
            place = request.path.rpartition("/")[2]
            if place == "oauth-protected-resource":
                found: dict[str, object] = {"resource": f"{base}/mcp", "authorization_servers": [base]}
                found["scopes_supported"] = ["read", "write", "everything"]
            elif place == "oauth-authorization-server":
                found = {f"{name}_endpoint": f"{base}/{name}" for name in ("token", "registration")}
                found |= {"issuer": base, "authorization_endpoint": f"{base}/authorize"}
                found["code_challenge_methods_supported"] = ["S256"]
            elif place == "registration":
                found = {"client_id": "c"}
            elif place == "token":
                form = parse_qs((await request.read()).decode())
                if form["code"] == ["none"]:
                    return web.json_response({"error": "invalid_grant"}, status=400)
                found = {"access_token": codes[form["code"][0]], "token_type": "bearer", "refresh_token": "r"}
            else:
                token = request.headers.get("Authorization", "").removeprefix("Bearer ")
                named = json.loads(await request.read())["method"].rpartition("/")[2]
                if named not in token.split("+"):
                    error = ', error="insufficient_scope"' if token else ""
                    told = f'Bearer scope="{named}", resource_metadata="{where}"{error}'
                    return web.Response(status=403 if token else 401, headers={"WWW-Authenticate": told})
                found = {"jsonrpc": "2.0", "id": 1, "result": {"token": token}}
            return web.json_response(found)

        async def agree(address: str) -> None:
            query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
            asked.append(query["scope"])
            codes["x"] = query["scope"].replace(" ", "+") if granted else "read"
            given = {"code": "x", "state": query["state"]}
            async with http.get(query["redirect_uri"], params=given) as shown:
                assert shown.status == 200

        async def lines() -> AsyncIterator[bytes]:
            for method in ("x/read", "x/write", "x/write", "x/read"):
                yield json.dumps({"jsonrpc": "2.0", "id": 1, "method": method}).encode()
                await answered.acquire()

        def take(line: bytes) -> None:
            said.append(line)
            answered.release()

        answered = asyncio.Semaphore(0)
        async with loopback(answer) as base, aiohttp.ClientSession() as http:
            where = f"{base}/.well-known/oauth-protected-resource"
            bridge = Bridge(f"{base}/mcp", {}, take, SignIn(f"{base}/mcp", "test", Kept(), agree))
            await bridge.run(lines())

    asyncio.run(run())
    assert asked == ["read", "read write"]
    tokens = [json.loads(line).get("result", {}).get("token") for line in said]
    more = "read+write" if granted else None
    assert tokens == ["read", more, more, "read+write" if granted else "read"]
