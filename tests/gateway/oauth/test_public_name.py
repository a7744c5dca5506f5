"""Behind another name, by TLS: issuer, pages and cookie are those of the public URL, whoever asks."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from gateway_desktop.services.proxy_values import NewProxy
from tests.end_to_end.program import Program
from tests.gateway.oauth.conftest import at_the_desk
from tests.gateway.oauth.person import EMAIL, PASSWORD, Application, add_ana, form_of, told

PUBLIC = "https://gateway.example.com"
NAMED = {"Host": "gateway.example.com"}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("public") / "data")
    with at_the_desk(program.data) as services:
        services.proxies.add(NewProxy("llm", "http://127.0.0.1:1", credential="x")).result()
        services.oauth_proxies.enable("llm").result()
    program.start("--public-url", PUBLIC)
    yield program
    program.stop()


def test_metadata_and_challenge_name_the_public_address(program: Program) -> None:
    for headers in (NAMED, {}):  # this machine's own programs are told the same
        found = httpx.get(f"{program.base}/.well-known/oauth-authorization-server/llm", headers=headers)
        assert found.json()["issuer"] == f"{PUBLIC}/llm"
    refused = httpx.post(f"{program.base}/llm/v1/chat/completions", headers=NAMED, json={}, timeout=60)
    metadata = f'resource_metadata="{PUBLIC}/.well-known/oauth-protected-resource/llm"'
    assert metadata in refused.headers["www-authenticate"]


def test_the_cookie_is_the_hosts_own_and_travels_by_tls_only(program: Program) -> None:
    """RFC 6265bis: with `__Host-`, no neighbour below the same domain can plant one in a browser."""
    application = Application(program.base)
    assert application.register().status_code == 201
    begun = httpx.get(application.authorize_url(), headers=NAMED)
    cookie = begun.headers["set-cookie"]
    assert cookie.startswith("__Host-gateway_desktop_browser=")
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "Path=/;", "SameSite=Lax"))
    assert "Domain" not in cookie
    value = cookie.partition("=")[2].partition(";")[0]
    consent = f"{program.base}{begun.headers['location']}"
    planted = httpx.get(consent, headers={**NAMED, "Cookie": f"gateway_desktop_browser={value}"})
    assert planted.status_code == 400
    own = {**NAMED, "Cookie": f"__Host-gateway_desktop_browser={value}"}
    page = httpx.get(consent, headers=own)
    assert page.status_code == 200
    form = {**form_of(page).fields, "choice": "deny"}
    here = httpx.post(f"{program.base}/oauth/consent", data=form, headers={**own, "Origin": program.base})
    assert here.status_code == 403  # the pages live at the public address, and only there
    told = httpx.post(f"{program.base}/oauth/consent", data=form, headers={**own, "Origin": PUBLIC})
    assert told.status_code == 303
    assert (
        f"iss={PUBLIC.replace(':', '%3A').replace('/', '%2F')}%2Fllm"
        in urlsplit(told.headers["location"]).query
    )


@pytest.fixture
def below(tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path / "data")
    with at_the_desk(program.data) as services:
        services.proxies.add(NewProxy("llm", "http://127.0.0.1:1", credential="x")).result()
        services.oauth_proxies.enable("llm").result()
        add_ana(services)
    program.start("--public-url", f"{PUBLIC}/tools")
    yield program
    program.stop()


def test_a_public_address_with_a_path_has_its_pages_below_it(below: Program) -> None:
    """As nginx has it: `location /tools/` leads here without that path, `/.well-known/` as it is."""

    def asked(method: str, place: str, **more: Any) -> httpx.Response:
        assert place.startswith(("/tools/", "/.well-known/")), place
        arrives = f"{below.base}{place.removeprefix('/tools')}"
        return httpx.request(
            method, arrives, headers={**NAMED, **more.pop("headers", {})}, timeout=60, **more
        )

    refused = asked("POST", "/tools/llm/v1/chat/completions", json={})
    metadata = re.search(r'resource_metadata="([^"]+)"', refused.headers["www-authenticate"])
    assert metadata is not None
    resource = asked("GET", urlsplit(metadata[1]).path).json()
    (issuer,) = resource["authorization_servers"]
    assert (resource["resource"], issuer) == (f"{PUBLIC}/tools/llm",) * 2
    server = asked("GET", f"/.well-known/oauth-authorization-server{urlsplit(issuer).path}").json()
    assert server["issuer"] == issuer
    application = Application(below.base)
    application.register()
    authorize = (
        f"{urlsplit(server['authorization_endpoint']).path}?{urlsplit(application.authorize_url()).query}"
    )
    page = asked("GET", authorize)
    browser = {"Cookie": page.headers["set-cookie"].partition(";")[0], "Origin": PUBLIC}
    page = asked("GET", page.headers["location"], headers=browser)
    style = re.search(r'rel="stylesheet" href="([^"]+)"', page.text)
    assert style is not None and asked("GET", style[1]).status_code == 200
    form = form_of(page)
    page = asked("POST", form.action, headers=browser, data={**form.fields, "choice": "local"})
    page = asked("GET", page.headers["location"], headers=browser)
    form = form_of(page)
    filled = {**form.fields, "email": EMAIL, "password": PASSWORD}
    answer = asked("POST", form.action, headers=browser, data=filled)
    assert told(answer)["iss"] == issuer
    device = form_of(asked("GET", "/tools/oauth/device"))
    assert device.action == "/tools/oauth/device"
