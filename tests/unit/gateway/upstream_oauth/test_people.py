"""What an upstream's token tells of its owner: asked once a minute, kept no longer than it is good."""

import asyncio
import time
from typing import Any

import pytest
from aiohttp import web

from gateway_desktop.core.oauth import OAuthMode, ProxyOAuth
from gateway_desktop.core.people import Role, User
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.core.traffic_settings import Upstream as UpstreamSettings
from gateway_desktop.gateway.upstream.calls import Upstream
from gateway_desktop.gateway.upstream_oauth.people import UpstreamPeople
from tests.makers import a_proxy

NOW = 1_800_000_000.0
ANA = User("u-1", "ana@example.org", "ana", "Ana", Role.MEMBER, service=False, active=True, groups=())


def questions(monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], *after: float) -> list[int]:
    """Return how often the authorization server was asked by each of these seconds."""

    async def asked() -> list[int]:
        asked, found = [], []

        async def answer(request: web.BaseRequest) -> web.Response:
            asked.append(request.path)
            return web.json_response({"active": True, "sub": "s", **told})

        runner = web.ServerRunner(web.Server(answer))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        root = f"http://127.0.0.1:{runner.addresses[0][1]}"
        oauth = ProxyOAuth(
            mode=OAuthMode.UPSTREAM, introspection_url=root, introspection_client="g", introspection_env="E"
        )
        proxy = a_proxy(kind=Kind.MCP, upstream=f"{root}/mcp", oauth=oauth)
        snapshot = Snapshot(users={ANA.id: ANA}, introspection_secrets={proxy.id: Secret("s")})
        upstream = Upstream()
        upstream.configure(UpstreamSettings())
        upstream.open()
        people = UpstreamPeople(upstream)
        try:
            for seconds in after:
                monkeypatch.setattr(time, "time", lambda at=NOW + seconds: at)
                principal, refused = await people.who(snapshot, proxy, Secret("opaque"))
                assert (principal.user_id, refused) == (ANA.id if "email" in told else None, None)
                found.append(len(asked))
        finally:
            await upstream.close()
            await runner.cleanup()
        return found

    return asyncio.run(asked())


def test_who_it_is_is_asked_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"email": "Ana@example.org", "email_verified": True}
    assert questions(monkeypatch, known, 0, 1, 59, 61, 120, 122) == [1, 1, 1, 2, 2, 3]


def test_no_answer_is_kept_beyond_the_tokens_end(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"email": "ana@example.org", "email_verified": True, "exp": NOW + 10}
    assert questions(monkeypatch, known, 0, 9, 11) == [1, 1, 2]


def test_a_no_is_asked_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    assert questions(monkeypatch, {"active": False}, 0, 9, 11) == [1, 1, 2]
