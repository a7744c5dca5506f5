"""Each step of a sign-in holds by itself, also where the one before or behind it would do."""

import socket
import sqlite3
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from gateway_desktop.core.clock import now_us
from gateway_desktop.identity.client_registration import DEVICE_CODE
from gateway_desktop.identity.tokens import digest
from gateway_desktop.services.provider_values import NewProvider
from gateway_desktop.services.proxy_values import NewProxy
from tests.end_to_end.program import eventually
from tests.gateway.oauth.conftest import Place, at_the_desk
from tests.gateway.oauth.person import EMAIL, PASSWORD, Application, Person, form_of, told

ADDRESS = "https://127.0.0.1:1/client.json"


@dataclass
class Restricted:
    """A provider, proxies for one group that Ana is not in, and one where clients are made by hand."""

    place: Place
    provider: str

    def application(self, proxy: str) -> Application:
        made = Application(self.place.base, proxy=proxy)
        assert made.register().status_code == 201
        return made


@pytest.fixture(scope="module")
def restricted(place: Place) -> Restricted:
    with at_the_desk(place.program.data) as services:
        new = NewProvider("Office", "gateway", issuer="http://127.0.0.1:1", secret="s3cret")
        provider = services.identity_providers.add(new).result()
        services.people.add_group("research").result()
        enabled: dict[str, dict[str, object]] = {
            "club": {"groups": ["research"]},
            "lab": {},
            "office": {"providers": ["Office"]},
            "by-hand": {"registration": "nobody"},
        }
        for name, changes in enabled.items():
            services.proxies.add(NewProxy(name, place.upstream.url, credential="x")).result()
            services.oauth_proxies.enable(name, changes).result()
        services.proxies.allow("lab", "research").result()
        services.oauth_sessions.add_client("by-hand", "Editor", ["http://localhost/cb"], ADDRESS).result()
    metadata = f"{place.base}/.well-known/oauth-authorization-server/by-hand"
    eventually(lambda: httpx.get(metadata).status_code == 200)
    return Restricted(place, provider.id)


# ---- who may come in, and how


def test_a_way_to_sign_in_is_good_where_it_is_set_up(restricted: Restricted) -> None:
    for proxy, choice in (("llm", restricted.provider), ("office", "local"), ("llm", "made-up")):
        person = Person(restricted.place.base)
        consent = person.get(restricted.application(proxy).authorize_url())
        refused = person.send(consent, choice)
        assert refused.status_code == 400 and "is not set up for this proxy" in refused.text


@pytest.mark.parametrize("proxy", ["lab", "club"])
def test_who_may_not_use_a_proxy_gets_no_code_for_it(restricted: Restricted, proxy: str) -> None:
    """`lab` lets one group through, at `club` one group may sign in."""
    url = restricted.application(proxy).authorize_url()
    assert told(Person(restricted.place.base).sign_in(url))["error"] == "access_denied"


# ---- pages and forms


def test_nobody_signs_in_before_the_yes(place: Place, application: Application) -> None:
    person = Person(place.base)
    fields = form_of(person.get(application.authorize_url())).fields
    answer = person.post("/oauth/sign-in", {**fields, "email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 400 and "First say whether" in answer.text


def test_passwords_and_codes_come_from_our_own_pages(place: Place, application: Application) -> None:
    person = Person(place.base)
    signing_in = person.send(person.get(application.authorize_url()), "local")
    for page in (signing_in, person.get("/oauth/device")):
        form = form_of(page)
        fields = {**form.fields, "email": EMAIL, "password": PASSWORD, "user_code": "BCDF-GHJK"}
        assert person.post(form.action, fields, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert person.post(form.action, {**fields, "token": "x" * 32}).status_code == 403


def test_what_was_answered_is_not_asked_again(place: Place, application: Application) -> None:
    person = Person(place.base)
    consent = person.get(application.authorize_url())
    assert told(person.send(consent, "deny"))["error"] == "access_denied"
    assert person.get(str(consent.url)).status_code == 400
    consent = person.get(application.authorize_url())
    page = person.send(consent, "local")
    assert told(person.send(page, "sign-in", email=EMAIL, password=PASSWORD))["code"]
    assert person.get(str(page.url)).status_code == person.get(str(consent.url)).status_code == 400


# ---- devices


def test_a_no_is_told_to_the_device_and_its_code_to_nobody_else(place: Place) -> None:
    device, other = Application(place.base), Application(place.base)
    for client in (device, other):
        assert client.register(grant_types=[DEVICE_CODE], redirect_uris=[]).status_code == 201
    begun = device.ask_at("device_authorization").json()
    grant = {"grant_type": DEVICE_CODE, "device_code": begun["device_code"]}
    assert other.ask(**grant).json()["error"] == "invalid_grant"
    person = Person(place.base)
    consent = person.send(person.get(begun["verification_uri_complete"]), "")
    assert "Your device has been told" in person.send(consent, "deny").text
    assert device.ask(**grant).json()["error"] == "access_denied"


# ---- clients


def test_a_client_with_a_secret_shows_it_wherever_it_asks(place: Place) -> None:
    client = Application(place.base)
    client.register(token_endpoint_auth_method="client_secret_post")
    for endpoint in ("introspect", "revoke", "device_authorization"):
        for secret in ({}, {"client_secret": "gws_wrong"}):
            assert client.ask_at(endpoint, token="x", **secret).json()["error"] == "invalid_client"


def test_a_client_without_a_secret_has_none(application: Application) -> None:
    assert application.refresh("x", client_secret="gws_made-up").json()["error"] == "invalid_client"


def test_a_client_uses_the_grants_it_registered(application: Application) -> None:
    application.register(grant_types=["authorization_code"])
    assert application.refresh("x").json()["error"] == "unauthorized_client"


def test_documents_are_for_clients_that_nobody_registered_by_hand(restricted: Restricted) -> None:
    base = restricted.place.base
    known = Application(base, "by-hand", "http://localhost:9/cb", ADDRESS)
    assert "May this application" in Person(base).get(known.authorize_url()).text
    unknown = Application(base, "by-hand", "http://localhost:9/cb", ADDRESS + "?other")
    refused = Person(base).get(unknown.authorize_url())
    assert refused.status_code == 401 and "are registered by hand" in refused.text


# ---- tokens


def test_tokens_that_are_over_are_told_to_be(place: Place, application: Application) -> None:
    def active(token: str) -> bool:
        return bool(application.ask_at("introspect", token=token).json()["active"])

    first = application.tokens()
    second = application.refresh(first["refresh_token"]).json()
    assert not active(first["refresh_token"]) and active(second["refresh_token"])
    assert application.ask_at("revoke", token=second["access_token"]).status_code == 200
    assert not active(second["access_token"]) and not active(second["refresh_token"])
    third = application.tokens()
    with sqlite3.connect(place.program.data / "gateway.sqlite") as database:
        for name in ("access_token", "refresh_token"):
            assert active(third[name])
            values = (now_us() - 1, digest(third[name]))
            database.execute("UPDATE oauth_token SET expires_us = ? WHERE digest = ?", values)
    assert not active(third["access_token"]) and not active(third["refresh_token"])
    assert application.refresh(third["refresh_token"]).json()["error"] == "invalid_grant"


# ---- last, because afterwards these addresses have to wait


@pytest.mark.slow
def test_an_address_tries_so_many_passwords_and_of_fifty_at_once_some_are_not_looked_at(
    place: Place, application: Application
) -> None:
    other = "127.0.0.2"
    with httpx.Client(transport=httpx.HTTPTransport(local_address=other), follow_redirects=True) as browser:
        browser.headers["Origin"] = place.base
        pages = [form_of(browser.get(application.authorize_url())) for _ in range(50)]
        for at, consent in enumerate(pages):
            chosen = {**consent.fields, "choice": "local"}
            pages[at] = form_of(browser.post(f"{place.base}{consent.action}", data=chosen))
        tried = {"choice": "sign-in", "password": "wrong wrong"}
        requests = [
            browser.build_request(
                "POST",
                f"{place.base}{page.action}",
                data={**page.fields, **tried, "email": f"{at}@example.org"},
            )
            for at, page in enumerate(pages)
        ]
    said = Counter(at_once(place, requests, other))
    assert said.keys() == {401, 429, 503}
    assert 20 <= said[401] <= 21  # two are looked at at once
    assert told(Person(place.base).sign_in(application.authorize_url()))["code"]  # from another address


def at_once(place: Place, requests: list[httpx.Request], address: str) -> list[int]:
    """Send them at the same moment, each on a connection from this address; return the statuses."""
    with ExitStack() as stack:
        opened = []
        for request in requests:
            line = f"{request.method} {request.url.raw_path.decode()} HTTP/1.1"
            head = [line, *(f"{name}: {value}" for name, value in request.headers.items()), "", ""]
            where = ("127.0.0.1", place.program.port)
            connection = stack.enter_context(socket.create_connection(where, 60, (address, 0)))
            connection.sendall("\r\n".join(head).encode() + request.read()[:-1])
            opened.append(connection)
        for connection, request in zip(opened, requests, strict=True):
            connection.sendall(request.read()[-1:])
        answers = [stack.enter_context(connection.makefile("rb")) for connection in opened]
        return [int(answer.readline().split()[1]) for answer in answers]


def test_who_begins_too_many_sign_ins_has_to_wait(application: Application) -> None:
    with httpx.Client() as http:
        said = [http.get(application.authorize_url()).status_code for _ in range(121)]
    assert said[-1] == 429 and set(said) == {303, 429}
    application.register(grant_types=[DEVICE_CODE], redirect_uris=[])
    device = application.ask_at("device_authorization")
    assert (device.status_code, device.json()["error"]) == (429, "slow_down")
