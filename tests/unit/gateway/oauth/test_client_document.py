"""Client-id documents are fetched from public addresses only, small, and believed only about themselves."""

import asyncio
import json
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web

from gateway_desktop.core.loopback import is_public
from gateway_desktop.core.traffic_settings import Listen
from gateway_desktop.gateway.downstream.certificates import Certificate
from gateway_desktop.gateway.oauth.client_document import ClientDocuments, NotReached
from gateway_desktop.identity.client_registration import documented_client, is_document_address
from gateway_desktop.identity.oauth_error import OAuthError
from tests.makers import a_proxy


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "0.0.0.0", "::1", "fe80::1",
     "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1",
     "::10.0.0.1", "fec0::1", "64:ff9b:1::a00:1"],
)  # fmt: skip
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_are() -> None:
    assert is_public("93.184.215.14") and is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1/c", "https://localhost/c", "https://[::1]/c", "https://[::ffff:10.0.0.1]/c"],
)
def test_nothing_is_fetched_from_this_machine_or_its_network(address: str) -> None:
    with pytest.raises(OAuthError, match="client-id document"):
        asyncio.run(ClientDocuments().fetch(address))


@pytest.mark.parametrize(
    "client_id",
    ["http://a.example/c", "https://a.example", "https://a.example/", "https://u@a.example/c", "https://a.example/c#x",
     "https://a.example/../c", "https://a.example/x/%2E%2e/c",
     "https:///c", "abc", "https://a.example/" + "c" * 1000, "https://a.example/\u00fc",
     "https://a.example:port/c", "https://a.example\\c"],
)  # fmt: skip
def test_what_is_no_address_of_a_document(client_id: str) -> None:
    assert not is_document_address(client_id)


def served(
    tmp_path: Path,
    handler: Callable[[web.BaseRequest], web.Response],
    host: str = "127.0.0.1",
    allowed: Callable[[str], bool] = lambda _: True,
) -> object:
    """Serve one document over TLS on this machine and fetch it, this machine being allowed."""
    certificate = Certificate(Listen(host="127.0.0.1"), tmp_path)

    async def run() -> object:
        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            return handler(request)

        runner = web.ServerRunner(web.Server(answer))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certificate.context)
        await site.start()
        trust = ssl.create_default_context()
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
        try:
            port = runner.addresses[0][1]
            return await ClientDocuments(allowed, trust).fetch(f"https://{host}:{port}/client.json")
        finally:
            await runner.cleanup()

    return asyncio.run(run())


def test_a_document_is_read(tmp_path: Path) -> None:
    document = {"client_id": "https://a.example/c", "redirect_uris": ["http://localhost/callback"]}
    assert served(tmp_path, lambda _: web.json_response(document)) == document


@pytest.mark.parametrize("host", ["127.0.0.1", "[::ffff:127.0.0.1]", "localhost"])
def test_this_machine_is_not_asked_however_it_is_named(tmp_path: Path, host: str) -> None:
    asked: list[str] = []

    def answer(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        return web.json_response({})

    with pytest.raises(OAuthError, match=r"not public|DNSError"):
        served(tmp_path, answer, host, is_public)
    assert not asked


def test_redirects_are_not_followed_and_long_answers_not_read(tmp_path: Path) -> None:
    with pytest.raises(OAuthError, match="status 302"):
        served(tmp_path, lambda _: web.Response(status=302, headers={"Location": "https://b.example/"}))
    with pytest.raises(OAuthError, match="larger than 5 KB"):
        served(tmp_path, lambda _: web.Response(text=json.dumps("x" * 6000)))
    with pytest.raises(OAuthError, match="not JSON"):
        served(tmp_path, lambda _: web.Response(text="<html>"))


def test_a_document_speaks_for_its_own_address_only() -> None:
    address = "https://a.example/c"
    document = {"client_id": address, "client_name": "A", "redirect_uris": ["http://localhost/callback"]}
    assert documented_client(document, address, a_proxy(), 1).id == address
    wrongs: list[dict[str, object]] = [
        {"client_id": address + "/"},
        {"client_secret": "x"},
        {"token_endpoint_auth_method": "client_secret_basic"},
        {"redirect_uris": []},
    ]
    for wrong in wrongs:
        with pytest.raises(OAuthError):
            documented_client({**document, **wrong}, address, a_proxy(), 1)
    with pytest.raises(OAuthError):
        documented_client(["no", "object"], address, a_proxy(), 1)


@pytest.mark.parametrize(("status", "lasts"), [(404, True), (410, True), (429, False), (503, False)])
def test_a_host_that_cannot_answer_just_now_says_nothing_of_the_client(
    tmp_path: Path, status: int, lasts: bool
) -> None:
    with pytest.raises(OAuthError, match=str(status)) as refused:
        served(tmp_path, lambda _: web.Response(status=status))
    assert isinstance(refused.value, NotReached) != lasts
