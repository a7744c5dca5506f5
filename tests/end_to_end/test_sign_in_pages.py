"""The pages of the sign-in in a real browser: sign in, deny, mistake, keyboard only, light and dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.end_to_end.arrival import Arrival
from tests.end_to_end.program import Program
from tests.gateway.oauth.conftest import at_the_desk
from tests.gateway.oauth.person import EMAIL, PASSWORD, Application, add_ana

LOOK = """() => {
  const light = text => {
    const [r, g, b] = text.match(/[0-9.]+/g).map(Number).map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = one => {
    for (let each = one; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!colour.endsWith(", 0)")) return colour;
    }
  };
  const contrast = one => {
    const pair = [light(getComputedStyle(one).color), light(ground(one))].sort((a, b) => b - a);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  };
  const says = one => [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  const all = [...document.body.querySelectorAll("*")];
  const fields = all.filter(one => one.matches("input:not([type=hidden])"));
  const targets = all.filter(one => one.matches("button, a, input:not([type=hidden])"));
  return {
    faint: all.filter(one => says(one) || one.matches("input")).filter(one => contrast(one) < 4.5)
      .map(one => one.outerHTML),
    nameless: fields.filter(one => !one.labels.length).map(one => one.outerHTML),
    small: targets.filter(one => one.getBoundingClientRect().height < 24).map(one => one.outerHTML),
    headings: document.querySelectorAll("h1").length,
    mains: document.querySelectorAll("main").length,
    wide: document.documentElement.scrollWidth > innerWidth,
    lang: document.documentElement.lang,
  };
}"""  # what of a page is hard to read or to use

pytestmark = pytest.mark.slow  # a browser starts, on a machine with two cores


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = Program(tmp_path_factory.mktemp("pages") / "data")
    with at_the_desk(program.data) as services:
        services.first_steps.first_key().result()
        services.oauth_proxies.enable("sandbox").result()
        add_ana(services)
    with program.serving():
        yield program.base


@pytest.fixture
def application(base: str, arrival: Arrival) -> Application:
    client = Application(base, proxy="sandbox", redirect=arrival.url)
    assert client.register(client_name="Notebook").status_code == 201
    return client


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_person_agrees_and_signs_in(page: Page, application: Application, arrival: Arrival) -> None:
    page.goto(application.authorize_url())
    assert page.get_by_role("heading").inner_text() == "May this application sign you in?"
    assert "Notebook" in page.inner_text("main")
    page.get_by_role("button", name="Allow, and sign in with a password").click()
    sign_in(page)
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
    sign_in(page, "something else")
    assert "is wrong" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("E-mail").input_value() == EMAIL
    assert page.get_by_label("Password").input_value() == ""
    assert page.locator(":focus").get_attribute("aria-describedby") == "wrong"  # where to go on, and why
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


def test_pages_need_no_script(browser: Browser, application: Application, arrival: Arrival) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(application.authorize_url())
    page.get_by_role("button", name="Allow").click()
    sign_in(page)
    page.wait_for_url(f"{application.redirect}**")
    assert arrival.told["code"]
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_can_be_read_by_everybody(
    base: str, browser: Browser, application: Application, scheme: str
) -> None:
    """WCAG 2.2 AA: contrast 4.5, names of fields, one heading, no sideways scrolling at 320 pixels."""
    context = browser.new_context(color_scheme=scheme, viewport={"width": 320, "height": 640})  # type: ignore[arg-type]
    page = context.new_page()
    looked_at(page, application.authorize_url())
    page.get_by_role("button", name="Allow").click()
    looked_at(page)
    sign_in(page, "something else")
    looked_at(page)
    looked_at(page, f"{base}/oauth/device")
    looked_at(page, f"{base}/oauth/callback")
    looked_at(page, application.authorize_url(redirect_uri="https://elsewhere.example"))
    context.close()


def looked_at(page: Page, address: str = "") -> None:
    if address:
        page.goto(address)
    found = page.evaluate(LOOK)
    assert found == {
        "faint": [],
        "nameless": [],
        "small": [],
        "headings": 1,
        "mains": 1,
        "wide": False,
        "lang": "en",
    }
    assert page.title().endswith("Gateway Desktop")


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
