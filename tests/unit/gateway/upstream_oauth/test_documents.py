"""What upstreams and their authorization servers publish: from where, by what TLS and of whom it may be."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.traffic_settings import Listen
from gateway_desktop.core.traffic_settings import Upstream as UpstreamSettings
from gateway_desktop.gateway.downstream.certificates import Certificate
from gateway_desktop.gateway.upstream.calls import Upstream
from gateway_desktop.gateway.upstream_oauth.documents import Documents
from tests.makers import a_proxy

Found = dict[str, Any] | None
Look = Callable[[Documents, str], Awaitable[Found]]  # the second: the address of the server that publishes


def found(folder: Path, look: Look, *, tls: bool = False, issuer: str = "") -> tuple[Found, int]:
    """Return what a look finds, and how often the server was asked; `issuer`: as whom it names itself."""

    async def once() -> tuple[Found, int]:
        asked: list[str] = []

        async def answer(request: web.BaseRequest) -> web.Response:
            asked.append(request.path)
            return web.json_response({"issuer": issuer or root, "jwks_uri": f"{root}/keys", "keys": []})

        runner = web.ServerRunner(web.Server(answer))
        await runner.setup()
        context = Certificate(Listen(host="127.0.0.1"), folder).context if tls else None
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        root = f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
        upstream = Upstream()
        upstream.configure(UpstreamSettings())
        upstream.open()
        try:
            return await look(Documents(upstream), root), len(asked)
        finally:
            await upstream.close()
            await runner.cleanup()

    return asyncio.run(once())


def test_keys_are_those_of_the_issuer_that_names_itself_so(tmp_path: Path) -> None:
    async def keys(documents: Documents, root: str) -> Found:
        return await documents.keys(a_proxy(kind=Kind.MCP, upstream=f"{root}/mcp"), root)

    assert found(tmp_path, keys)[0] is not None
    assert found(tmp_path, keys, issuer="https://another.example")[0] is None


def test_what_an_upstream_by_tls_trusts_comes_by_tls(tmp_path: Path) -> None:
    async def openly(documents: Documents, root: str) -> Found:
        return await documents.at(a_proxy(upstream="https://tools.example/mcp"), f"{root}/keys")

    assert found(tmp_path, openly) == (None, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize(("upstream", "asked"), [("https://8.8.8.8", 0), ("https://127.0.0.1:1", 1)])
def test_a_public_upstream_has_nothing_fetched_from_this_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, upstream: str, asked: int
) -> None:
    async def named(documents: Documents, root: str) -> Found:
        address = f"{root.replace('127.0.0.1', host)}/keys"
        return await documents.at(a_proxy(upstream=f"{upstream}/mcp"), address)

    Certificate(Listen(host="127.0.0.1"), tmp_path)  # made here, and trusted
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    assert found(tmp_path, named, tls=True)[1] == asked


@pytest.mark.parametrize(("same", "believed"), [(True, True), (False, False)])
def test_a_certificate_that_nobody_checks_is_the_upstreams_own_only(
    tmp_path: Path, same: bool, believed: bool
) -> None:
    async def unchecked(documents: Documents, root: str) -> Found:
        upstream = root if same else "https://127.0.0.1:1"
        return await documents.at(a_proxy(upstream=f"{upstream}/mcp", verify_tls=False), f"{root}/keys")

    assert (found(tmp_path, unchecked, tls=True)[0] is not None) == believed
