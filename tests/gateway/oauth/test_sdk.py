"""The official MCP SDK's OAuth client signs in with nothing but the proxy's address."""

import asyncio
from urllib.parse import urlsplit

import httpx2
import pytest
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.shared.auth import OAuthClientMetadata, OAuthToken
from pydantic import AnyUrl

from tests.fakes.token_memory import TokenMemory
from tests.gateway.oauth.conftest import Place
from tests.gateway.oauth.person import EMAIL, LOCAL, Person, told

CHAT = {"model": "gpt-5-mini", "messages": [{"role": "user", "content": "Hello"}]}


class Desk:
    """The SDK's client, and the person it sends to the browser."""

    def __init__(self, base: str, url: str = "") -> None:
        self.base = base
        self.url = url or f"{base}/llm"
        self.memory = TokenMemory()
        self.sent_to_browser = 0
        self._answers: list[AuthorizationCodeResult] = []
        metadata = OAuthClientMetadata(
            client_name="A script",
            redirect_uris=[AnyUrl(LOCAL)],
            grant_types=["authorization_code", "refresh_token"],
        )
        self.auth = OAuthClientProvider(self.url, metadata, self.memory, self._browse, self._come_back)

    async def _browse(self, url: str) -> None:
        self.sent_to_browser += 1
        answer = await asyncio.to_thread(Person(self.base).sign_in, url)
        self._answers.append(AuthorizationCodeResult(**told(answer)))

    async def _come_back(self) -> AuthorizationCodeResult:
        return self._answers.pop()

    async def call(self) -> httpx2.Response:
        async with httpx2.AsyncClient(auth=self.auth, timeout=60) as client:
            return await client.post(f"{self.url}/v1/chat/completions", json=CHAT)

    def tokens(self) -> OAuthToken:
        assert self.memory.tokens is not None
        return self.memory.tokens


def test_the_sdk_signs_in_and_refreshes_without_the_person(place: Place) -> None:
    async def run() -> None:
        desk = Desk(place.base)
        answer = await desk.call()
        assert answer.status_code == 200, answer.text
        row = await asyncio.to_thread(place.program.row, answer.headers["x-gateway-request-id"])
        assert row["actor"] == EMAIL
        first = desk.tokens()
        desk.auth.context.token_expiry_time = 1  # the SDK believes that it has expired
        assert (await desk.call()).status_code == 200
        assert desk.tokens().access_token != first.access_token
        assert desk.tokens().refresh_token != first.refresh_token
        assert desk.sent_to_browser == 1

    asyncio.run(run())


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_sdk_may_know_the_gateway_by_either_local_name(place: Place, host: str) -> None:
    desk = Desk(place.base, f"http://{host}:{urlsplit(place.base).port}/llm")
    assert asyncio.run(desk.call()).status_code == 200
