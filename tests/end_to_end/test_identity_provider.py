"""People sign in at a real OpenID provider, in a real browser; afterwards requests bear their names."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page

from gateway_desktop.core.clock import now_us
from tests.end_to_end.arrival import Arrival
from tests.end_to_end.mcp_fixture import MODULES, ROOT, node, process
from tests.end_to_end.program import Program, eventually, free_port
from tests.gateway.oauth.person import Application

pytestmark = pytest.mark.slow  # a browser starts, on a machine with two cores
SECRET = "a-secret-of-this-test"


class Service:
    """The provider's process; each one that starts has another key, at the same address."""

    def __init__(self, folder: Path, callback: str) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        server = str(ROOT / "tests" / "fakes" / "oidc_provider.mjs")
        self._command = [node(), server, str(MODULES), str(self.port), callback]
        self._log = folder / "provider.log"
        self._running = ExitStack()

    def start(self) -> None:
        """Begin, after ending the one that runs."""
        self.stop()
        self._running.enter_context(process(self._command, self.port, self._log))

    def stop(self) -> None:
        self._running.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("provider")


@pytest.fixture(scope="module")
def stopped(folder: Path) -> Program:
    return Program(folder / "data")


@pytest.fixture(scope="module")
def service(folder: Path, stopped: Program) -> Iterator[Service]:
    service = Service(folder, f"{stopped.base}/oauth/callback")
    service.start()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def program(stopped: Program, service: Service) -> Iterator[Program]:
    program, issuer = stopped, service.issuer
    program.run("group", "add", "research")
    words = ("--issuer", issuer, "--client-id", "gateway", "--client-secret-stdin")
    rule = "claim:groups=engineers>research"
    program.run("provider", "add", "Office", *words, "--scope", "groups", "--rule", rule, stdin=SECRET)
    program.run("proxy", "add", "sandbox", "--kind", "llm", "--upstream", issuer)
    program.run("oauth", "enable", "sandbox", "--provider", "Office")
    with program.serving():
        yield program


@pytest.fixture
def application(program: Program, arrival: Arrival) -> Application:
    client = Application(program.base, proxy="sandbox", redirect=arrival.url)
    assert client.register(client_name="Notebook").status_code == 201
    return client


def sign_in(page: Page, application: Application, name: str) -> None:
    """Agree, sign in at the provider, agree there."""
    page.goto(application.authorize_url())
    page.get_by_role("button", name="Allow, and sign in with Office").click()
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("any")
    page.locator("button[type=submit]").click()
    page.locator("button[type=submit]").click()


def tokens_of(page: Page, application: Application, arrival: Arrival, name: str) -> dict[str, str]:
    sign_in(page, application, name)
    page.wait_for_url(f"{application.redirect}**")
    answer = application.redeem(arrival.told["code"])
    assert answer.status_code == 200, answer.text
    tokens: dict[str, str] = answer.json()
    return tokens


def test_a_provider_is_tried_before_anybody_signs_in(program: Program) -> None:
    said = program.json("provider", "test", "Office")
    assert said["ok"] and said["steps"][-1] == "A sign-in can begin, with our callback"
    [listed] = program.json("provider", "list")
    assert listed["secret"] == "sealed" and listed["callback"] == f"{program.base}/oauth/callback"
    assert listed["rules"] == ["claim:groups=engineers>research"]
    words = ("--issuer", listed["issuer"], "--client-id", "gateway", "--client-secret-stdin")
    program.run("provider", "add", "Wrong", *words, stdin="another secret")
    assert "does not accept client id 'gateway'" in program.json_of(1, "provider", "test", "Wrong")["summary"]
    program.run("settings", "set", "public_url", "https://elsewhere.example")
    moved = program.json_of(1, "provider", "test", "Office")
    assert "is the callback https://elsewhere.example/oauth/callback registered" in moved["summary"]
    program.run("settings", "set", "public_url", "")
    program.run("provider", "set", "Wrong", f"issuer=http://127.0.0.1:{free_port()}")
    assert "no connection" in program.json_of(1, "provider", "test", "Wrong")["summary"]
    program.run("provider", "remove", "Wrong")
    assert "sandbox" in program.run("provider", "remove", "Office", status=1)


def test_requests_bear_the_name_until_the_session_ends(
    program: Program, page: Page, application: Application, arrival: Arrival
) -> None:
    tokens = tokens_of(page, application, arrival, "ana")
    exchange = application.call(tokens["access_token"]).headers["x-gateway-request-id"]
    row = program.row(exchange)
    assert (row["actor"], row["display_name"], row["principal_kind"]) == (
        "ana@example.org",
        "Person ana",
        "oauth",
    )
    [user] = [one for one in program.json("user", "list") if one["user"] == "ana@example.org"]
    assert user["groups"] == ["research"]  # by the provider's claim, at the first sign-in
    program.stop()
    expire(program.data)
    program.start()
    assert application.call(tokens["access_token"]).status_code == 401
    again = application.refresh(tokens["refresh_token"]).json()
    assert application.call(again["access_token"]).status_code != 401
    revoked = application.ask_at("revoke", token=again["refresh_token"])
    assert revoked.status_code == 200
    assert application.call(again["access_token"]).status_code == 401
    events = [row["method"] for row in program.rows(tab="system")]
    assert {"user created", "identity linked", "login"} <= set(events)


def test_who_came_before_is_the_same_person(
    program: Program, page: Page, application: Application, arrival: Arrival
) -> None:
    tokens_of(page, application, arrival, "ben")
    count = len(program.json("user", "list"))
    page.context.clear_cookies()
    tokens = tokens_of(page, application, arrival, "ben")
    assert len(program.json("user", "list")) == count
    program.run("user", "deactivate", "ben@example.org")
    eventually(lambda: application.call(tokens["access_token"]).status_code == 401)
    page.context.clear_cookies()
    sign_in(page, application, "ben")
    assert "not active" in page.inner_text("main")


def test_a_new_key_of_the_provider_is_fetched_when_it_is_needed(
    service: Service, page: Page, application: Application, arrival: Arrival
) -> None:
    tokens_of(page, application, arrival, "dora")
    service.start()

    def signs_in() -> bool:  # a key set younger than ten seconds is not asked for again
        page.context.clear_cookies()
        sign_in(page, application, "dora")
        return page.url.startswith(application.redirect)

    assert eventually(signs_in, seconds=60)
    assert application.redeem(arrival.told["code"]).status_code == 200


def test_an_address_without_proof_lets_nobody_in(
    page: Page, application: Application, arrival: Arrival
) -> None:
    sign_in(page, application, "unverified")
    assert "does not say that it verified" in page.inner_text("main")
    page.get_by_role("link", name="Back to the application").click()
    page.wait_for_url(f"{application.redirect}**")
    assert (arrival.told["error"], arrival.told["state"]) == ("access_denied", application.state)
    assert "verified" in arrival.told["error_description"]


def test_only_invited_people_where_that_is_set(
    program: Program, page: Page, application: Application, arrival: Arrival
) -> None:
    program.run("settings", "set", "oauth.invited_only", "true")
    try:
        sign_in(page, application, "carla")
        assert "Nobody has invited carla@example.org" in page.inner_text("main")
        program.run("user", "add", "carla@example.org", "--name", "Carla")
        page.context.clear_cookies()
        assert tokens_of(page, application, arrival, "carla")["access_token"]
    finally:
        program.run("settings", "set", "oauth.invited_only", "false")


def expire(data: Path) -> None:
    """Let the hour of all access tokens be over."""
    with sqlite3.connect(data / "gateway.sqlite") as database:
        database.execute("UPDATE oauth_token SET expires_us = ? WHERE refresh = 0", (now_us() - 1,))
