"""Behind another name, by TLS: issuer, pages and cookie are those of the public URL, whoever asks."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from gateway_desktop.services.proxy_values import NewProxy
from tests.end_to_end.program import Program
from tests.gateway.oauth.conftest import at_the_desk
from tests.gateway.oauth.person import Application, form_of

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
