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
