"""The way by an identity provider and back: once, in the browser that began it, and told to everybody."""

import asyncio
import html
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from gateway_desktop.services.provider_values import NewProvider
from tests.end_to_end.program import eventually
from tests.fakes.identity_service import IdentityService
from tests.gateway.oauth.conftest import Place, at_the_desk
from tests.gateway.oauth.person import Application, Person, query_of, told


@dataclass
class Office:
    """An identity provider on loopback, and the gateway that offers it at the proxy `llm`."""

    place: Place
    service: IdentityService

    def application(self) -> Application:
        made = Application(self.place.base)
        assert made.register().status_code == 201
        return made

    def go(self, person: Person, url: str) -> str:
        """Agree to an application; return the `state` with which the browser leaves for the provider."""
        consent = person.get(url)
        button = re.search(r'value="([^"]+)"[^>]*>Allow, and sign in with Office', consent.text)
        assert button is not None, consent.text
        leaving = person.send(consent, button[1])
        link = re.search(r'class="button main" href="([^"]+)"', leaving.text)
        assert link is not None, leaving.text
        asked = query_of(html.unescape(link[1]))
        self.service.challenge, self.service.nonce = asked["code_challenge"][0], asked["nonce"][0]
        return asked["state"][0]

    def come_back(self, person: Person, state: str, **answer: str) -> httpx.Response:
        given = {"code": "good", "state": state, **answer}
        return person.get("/oauth/callback?" + "&".join(f"{name}={value}" for name, value in given.items()))


@pytest.fixture(scope="module")
def service() -> Iterator[IdentityService]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    service = IdentityService()
    asyncio.run_coroutine_threadsafe(service.__aenter__(), loop).result(60)
    yield service
    asyncio.run_coroutine_threadsafe(service.__aexit__(), loop).result(60)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="module")
def office(place: Place, service: IdentityService) -> Office:
    with at_the_desk(place.program.data) as services:
        new = NewProvider("Office", "gateway", issuer=service.issuer, secret="s3cret")
        services.identity_providers.add(new).result()
        services.oauth_proxies.enable("llm", {"providers": ["Office", "local"]}).result()
    found = Office(place, service)
    url = found.application().authorize_url()
    eventually(lambda: "Office" in Person(place.base).get(url).text)
    return found


def test_who_comes_back_gets_tokens_that_bear_the_name(office: Office) -> None:
    application, person = office.application(), Person(office.place.base)
    answer = told(office.come_back(person, office.go(person, application.authorize_url())))
    tokens = application.redeem(answer["code"]).json()
    answered = application.call(tokens["access_token"])
    row = office.place.program.row(answered.headers["x-gateway-request-id"])
    assert row["actor"] == "ana@example.org"  # by her verified address
    assert office.place.events("login")[-1]["details"] == "With Office"


def test_a_state_is_good_once(office: Office) -> None:
    person = Person(office.place.base)
    state = office.go(person, office.application().authorize_url())
    assert office.come_back(person, state).status_code == 303
    assert office.come_back(person, state).status_code == 400


def test_a_state_is_good_in_its_own_browser_only(office: Office) -> None:
    person, other = Person(office.place.base), Person(office.place.base)
    state = office.go(person, office.application().authorize_url())
    other.get(office.application().authorize_url())
    refused = office.come_back(other, state)
    assert refused.status_code == 400 and "another browser" in refused.text
    assert office.come_back(person, state).status_code == 400  # whoever tried it has spent it


def test_a_made_up_state_leads_nowhere(office: Office) -> None:
    person = Person(office.place.base)
    office.go(person, office.application().authorize_url())
    assert office.come_back(person, "made-up").status_code == 400


def test_an_answer_of_another_issuer_lets_nobody_in(office: Office) -> None:
    application, person = office.application(), Person(office.place.base)
    state = office.go(person, application.authorize_url())
    refused = office.come_back(person, state, iss="https://evil.example")
    assert refused.status_code == 502 and "https://evil.example" in refused.text
    assert back(refused)["error"] == ["server_error"]


def test_a_token_with_another_nonce_lets_nobody_in(office: Office) -> None:
    person = Person(office.place.base)
    state = office.go(person, office.application().authorize_url())
    office.service.nonce = "of-another-sign-in"
    refused = office.come_back(person, state)
    assert refused.status_code == 502 and "nonce" in refused.text


def test_a_no_at_the_provider_is_told_to_the_application(office: Office) -> None:
    application, person = office.application(), Person(office.place.base)
    state = office.go(person, application.authorize_url())
    refused = office.come_back(person, state, code="", error="access_denied")
    assert refused.status_code == 403
    answer = back(refused)
    assert answer["error"] == ["access_denied"] and answer["state"] == [application.state]
    assert answer["iss"] == [f"{office.place.base}/llm"]
    failed = office.place.events("login failed")[-1]
    assert failed["details"].startswith("With Office. You said no at Office")


def test_the_page_of_a_refusal_leads_nowhere_else(office: Office) -> None:
    person = Person(office.place.base)
    state = office.go(person, office.application().authorize_url())
    refused = office.come_back(person, state, code="bad")
    assert "default-src 'none'" in refused.headers["content-security-policy"]
    assert len(re.findall(r"<a ", refused.text)) == 1
    assert back(refused)["error"] == ["server_error"]


def back(page: httpx.Response) -> dict[str, list[str]]:
    """Return what the link back to the application tells it."""
    link = re.search(r'href="([^"]+)">Back to the application', page.text)
    assert link is not None, page.text
    return query_of(html.unescape(link[1]))


def test_a_way_to_sign_in_that_is_no_more_ends_what_was_begun_by_it(office: Office) -> None:
    application, other, people = office.application(), office.application(), Person(office.place.base)
    by_password = other.redeem(other.code()).json()
    signed_in = told(office.come_back(people, office.go(people, application.authorize_url())))
    tokens = application.redeem(signed_in["code"]).json()
    assert application.call(tokens["access_token"]).status_code == 200
    late = told(office.come_back(people, office.go(people, application.authorize_url())))
    under_way = office.go(people, application.authorize_url())
    with at_the_desk(office.place.program.data) as services:
        services.oauth_proxies.enable("llm", {"providers": ["local"]}).result()
        try:
            office.place.await_refusal(tokens["access_token"])
            assert application.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
            assert application.redeem(late["code"]).json()["error"] == "invalid_grant"
            assert told(office.come_back(people, under_way))["error"] == "access_denied"
            assert other.call(by_password["access_token"]).status_code == 200
        finally:
            services.oauth_proxies.enable("llm", {"providers": ["Office", "local"]}).result()
    ended = office.place.events("session revoked")[-1]
    assert ended["proxy"] == "llm" and "takes no longer" in ended["details"]
