"""The pages of the sign-in in a real browser: sign in, deny, mistake, keyboard only, light and dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.paths import Paths
from gateway_desktop.services.actor import local_actor
from gateway_desktop.services.services import Outside, Services
from gateway_desktop.services.setting_layers import Layers
from gateway_desktop.services.vault import open_vault
from gateway_desktop.store.store import Store
from tests.end_to_end.arrival import Arrival
from tests.end_to_end.program import Program
from tests.gateway.oauth.person import EMAIL, PASSWORD, Application

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]  # a browser starts, on a machine with two cores


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = Program(tmp_path_factory.mktemp("pages") / "data")
    paths = Paths(program.data)
    with Store.open(paths.database, ChangeFeed(), 0) as store:
        store.ready.result()
        sealer = open_vault(paths, store).sealer
        services = Services(store, paths, Layers(paths.settings), Outside(local_actor(), lambda: sealer))
        services.proxies.add_sandbox().result()
        services.oauth_proxies.enable("sandbox").result()
        services.people.add_user(EMAIL, "Ana").result()
        services.passwords.set_password(EMAIL, PASSWORD).result()
    program.start()
    yield program.base
    program.stop()


@pytest.fixture
def application(base: str, arrival: Arrival) -> Application:
    client = Application(base, proxy="sandbox", redirect=arrival.url)
    assert client.register(client_name="Notebook").status_code == 201
    return client


def test_a_person_agrees_and_signs_in(page: Page, application: Application, arrival: Arrival) -> None:
    page.goto(application.authorize_url())
    assert page.get_by_role("heading").inner_text() == "May this application sign you in?"
    assert "Notebook" in page.inner_text("main")
    page.get_by_role("button", name="Allow, and sign in with a password").click()
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{application.redirect}**")
    assert arrival.told["state"] == application.state
    assert application.redeem(arrival.told["code"]).status_code == 200


def test_a_person_says_no(page: Page, application: Application, arrival: Arrival) -> None:
    page.goto(application.authorize_url())
    page.get_by_role("button", name="Deny").click()
    page.wait_for_url(f"{application.redirect}**")
    assert arrival.told["error"] == "access_denied"


def test_a_wrong_password_is_said_and_can_be_corrected(
    page: Page, application: Application, arrival: Arrival
) -> None:
    page.goto(application.authorize_url())
    page.get_by_role("button", name="Allow").click()
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill("something else")
    page.get_by_role("button", name="Sign in").click()
    assert "is wrong" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("E-mail").input_value() == EMAIL
    assert page.get_by_label("Password").input_value() == ""
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{application.redirect}**")
    assert arrival.told["code"]


def test_the_keyboard_is_enough(page: Page, application: Application, arrival: Arrival) -> None:
    page.goto(application.authorize_url())
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text().startswith("Allow")
    page.keyboard.press("Enter")
    page.wait_for_url("**/oauth/sign-in**")
    page.locator("#email:focus").wait_for()
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{application.redirect}**")
    assert arrival.told["code"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_follow_the_colours_of_the_system(
    browser: Browser, application: Application, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme, java_script_enabled=True)  # type: ignore[arg-type]
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.goto(application.authorize_url())
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(245, 246, 248)" if scheme == "light" else "rgb(20, 23, 28)")
    assert not problems  # nothing was blocked by the page's own policy
    context.close()


def test_the_page_cannot_be_framed(browser: Browser, application: Application, arrival: Arrival) -> None:
    context = browser.new_context()
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.goto(arrival.url)
    page.set_content(f'<iframe src="{application.authorize_url()}"></iframe>')
    page.wait_for_function("document.querySelector('iframe').contentDocument === null")
    assert all("sign you in" not in child.content() for child in page.frames[1:])
    assert any("frame" in problem for problem in problems)
    context.close()
