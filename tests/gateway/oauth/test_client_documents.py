"""An application whose id is the address of its document signs in; no document of this network is fetched."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from gateway_desktop.app import open_application
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.traffic_settings import Listen
from gateway_desktop.gateway.downstream.certificates import Certificate
from gateway_desktop.gateway.oauth.client_document import ClientDocuments
from gateway_desktop.services.services import Services
from tests.end_to_end.program import free_port
from tests.gateway.oauth.conftest import Place
from tests.gateway.oauth.person import Application, Person, add_ana


class Publisher:
    """Serves one document by TLS, and counts how often it was asked."""

    def __init__(self, folder: Path) -> None:
        self.asked = 0
        self.document: dict[str, Any] = {}
        self._certificate = Certificate(Listen(host="127.0.0.1"), folder)

    async def answer(self, _request: web.BaseRequest) -> web.StreamResponse:
        self.asked += 1
        return web.json_response(self.document)

    async def serve(self) -> web.ServerRunner:
        runner = web.ServerRunner(web.Server(self.answer))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self._certificate.context).start()
        return runner


@contextmanager
def published(folder: Path) -> Iterator[tuple[Publisher, str]]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    publisher = Publisher(folder)
    runner = asyncio.run_coroutine_threadsafe(publisher.serve(), loop).result(60)
    try:
        yield publisher, f"https://127.0.0.1:{runner.addresses[0][1]}/client.json"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_no_document_of_this_network_is_fetched(place: Place, tmp_path: Path) -> None:
    """Whoever begins a sign-in would otherwise have the gateway ask where they cannot (SSRF)."""
    with published(tmp_path) as (publisher, address):
        for client_id in (address, address.replace("127.0.0.1", "localhost")):
            page = Person(place.base).get(Application(place.base, client_id=client_id).authorize_url())
            assert page.status_code == 401 and "location" not in page.headers
            assert "document is of no use" in page.text
        assert publisher.asked == 0


def test_where_no_document_comes_an_application_that_begins_again_registers_itself(place: Place) -> None:
    """Claude Code and Codex come by document, and could not sign in where nothing reaches the internet."""
    application = Application(place.base, client_id="https://localhost/client.json")
    page = Person(place.base).get(application.authorize_url())
    assert page.status_code == 401 and "begin again" in page.text
    found = httpx.get(f"{place.base}/.well-known/oauth-authorization-server/llm", timeout=60).json()
    assert not found["client_id_metadata_document_supported"] and found["registration_endpoint"]
    assert application.register().status_code == 201
    assert application.tokens()


@contextmanager
def serving(folder: Path, port: int) -> Iterator[Services]:
    """A gateway that may fetch documents of this machine."""
    paths = Paths(folder)
    new = not paths.database.exists()
    with open_application(paths, {"listen.port": port}) as opened:
        services = opened.services
        if new:
            services.first_steps.first_key().result()
            services.oauth_proxies.enable("sandbox", {"registration": "documents"}).result()
            add_ana(services)
        allow_this_machine(services.gateway_control)
        opened.start_gateway()
        yield services


def an_editor(address: str) -> dict[str, Any]:
    return {
        "client_id": address,
        "client_name": "Editor",
        "redirect_uris": ["http://localhost/callback"],
        "token_endpoint_auth_method": "none",
    }


@pytest.mark.slow
def test_a_client_document_is_all_the_registration_that_an_application_needs(tmp_path: Path) -> None:
    """As Claude Code's: `http://localhost/callback`, and whatever port its system gives it."""
    port = free_port()
    (tmp_path / "data").mkdir()
    with published(tmp_path) as (publisher, address), serving(tmp_path / "data", port):
        base = f"http://127.0.0.1:{port}"
        publisher.document = an_editor(address)
        application = Application(base, "sandbox", "http://localhost:53211/callback", address)
        assert application.register().status_code == 403  # nothing but documents
        application.client_id = address
        tokens = application.tokens()
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        models = httpx.get(f"{base}/sandbox/v1/models", headers=bearer, timeout=60)  # the first call warms up
        assert models.status_code == 200
        assert application.refresh(tokens["refresh_token"]).status_code == 200
        assert publisher.asked == 1  # it is believed for an hour
        other = Application(base, "sandbox", "http://localhost:53211/elsewhere", address)
        assert Person(base).get(other.authorize_url()).status_code == 400


@pytest.mark.slow
def test_people_stay_signed_in_while_the_document_cannot_be_fetched(tmp_path: Path) -> None:
    """An application that is told `invalid_client` forgets who signed in."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    (tmp_path / "data").mkdir()
    with published(tmp_path) as (publisher, address):
        publisher.document = an_editor(address)
        application = Application(base, "sandbox", "http://localhost:53211/callback", address)
        with serving(tmp_path / "data", port):
            tokens = application.tokens()
    with serving(tmp_path / "data", port) as services:
        refreshed = application.refresh(tokens["refresh_token"])
        assert refreshed.status_code == 200
        stranger = Application(base, "sandbox", "http://localhost:53211/callback", f"{address}x")
        assert Person(base).get(stranger.authorize_url()).status_code == 401
        services.settings.change({"oauth.registrations_per_hour": 1}).result()
    with serving(tmp_path / "data", port):
        assert [Person(base).get(stranger.authorize_url()).status_code for _ in range(2)] == [401, 429]
        assert application.refresh(refreshed.json()["refresh_token"]).status_code == 200


def allow_this_machine(control: Any) -> None:
    """Let the gateway fetch what a test can publish: documents of this machine, by TLS of nobody."""
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    gateway = control._gateway._of()
    gateway._oauth.state.documents = ClientDocuments(lambda _: True, trust)


@pytest.mark.parametrize(
    "client_id", ["https://a.example/..%2fc", "https://a.example/\x00c", "https://[::1/c"]
)
def test_an_address_with_tricks_is_no_document(place: Place, client_id: str) -> None:
    page = Person(place.base).get(Application(place.base, client_id=client_id).authorize_url())
    assert page.status_code in (400, 401) and "location" not in page.headers
