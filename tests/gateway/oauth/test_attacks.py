"""What attackers try besides the book: races, planted cookies, crooked inputs, names that deceive."""

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import httpx
import pytest

from gateway_desktop.identity.client_registration import DEVICE_CODE
from tests.gateway.oauth.conftest import Place, at_the_desk
from tests.gateway.oauth.person import Application, Person, form_of, told


def device(place: Place) -> Application:
    client = Application(place.base)
    assert client.register(grant_types=[DEVICE_CODE], redirect_uris=[]).status_code == 201
    return client


# ---- who may answer, and under which name


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost@evil.example"},
        {"Origin": "https://evil.example"},
    ],
)
def test_a_foreign_host_or_origin_gets_no_metadata_and_no_page(place: Place, headers: dict[str, str]) -> None:
    for path in ("/.well-known/oauth-authorization-server/llm", "/oauth/device", "/oauth/llm/authorize"):
        answer = httpx.get(place.base + path, headers=headers)
        assert answer.status_code == 403 and "evil.example/llm" not in answer.text
    below = httpx.get(f"{place.base}/llm/.well-known/oauth-protected-resource", headers=headers)
    assert below.status_code == 403


def test_the_issuer_is_not_what_a_forwarder_nobody_trusts_says(place: Place) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example;proto=https"}
    found = httpx.get(f"{place.base}/.well-known/oauth-authorization-server/llm", headers=headers).json()
    assert found["issuer"] == f"{place.base}/llm" and "evil" not in json.dumps(found)


def test_another_port_in_the_host_is_another_place(place: Place) -> None:
    answer = httpx.get(
        f"{place.base}/.well-known/oauth-authorization-server/llm", headers={"Host": "127.0.0.1:1"}
    )
    assert answer.status_code == 503 and "issuer" not in answer.text


def test_the_metadata_of_a_path_with_tricks_are_nobodys(place: Place) -> None:
    for name in ("llm/..%2fother", "LLM", "llm%00", "llm/extra", "", "."):
        answer = httpx.get(f"{place.base}/.well-known/oauth-authorization-server/{name}")
        assert answer.status_code in (400, 404), name


# ---- cookies, caches and pages


def test_the_browsers_cookie_is_for_these_pages_and_no_script(application: Application) -> None:
    answer = httpx.get(application.authorize_url())
    cookie = answer.headers["set-cookie"]
    assert all(flag in cookie for flag in ("HttpOnly", "Path=/oauth", "SameSite=Lax"))


def test_a_cookie_of_another_shape_is_replaced(application: Application) -> None:
    planted = {"gateway_desktop_browser": "x" * 200}
    with httpx.Client(cookies=planted) as client:
        assert "gateway_desktop_browser=" in client.get(application.authorize_url()).headers["set-cookie"]


def test_nothing_with_a_secret_is_kept_by_a_cache(place: Place, application: Application) -> None:
    tokens = application.redeem(application.code())
    begun = httpx.post(application.url("device_authorization"), data={"client_id": application.client_id})
    answers = [
        tokens,
        begun,
        application.refresh(tokens.json()["refresh_token"]),
        application.register(),
        application.ask_at("introspect", token="x"),
        httpx.get(application.authorize_url()),
        Person(place.base).get(application.authorize_url()),
        httpx.get(f"{place.base}/oauth/device"),
    ]
    assert all(answer.headers["cache-control"] == "no-store" for answer in answers)
    assert tokens.headers["pragma"] == "no-cache"


def test_every_page_has_a_token_of_its_own(place: Place, application: Application) -> None:
    person = Person(place.base)
    consent = person.get(application.authorize_url())
    tokens = {form_of(person.get(str(consent.url))).fields["token"] for _ in range(5)}
    tokens |= {form_of(person.get("/oauth/device")).fields["token"] for _ in range(5)}
    assert len(tokens) == 10


@pytest.mark.parametrize(
    "name",
    [
        '"><img src=x onerror=alert(1)>',
        "$token ${request} $client_id",
        "Bank\u202eknaB\u200b\u0000\r\nSet-Cookie: x=1",
        "<style>body{display:none}</style>",
    ],
)
def test_the_name_of_a_client_is_text_on_every_page(place: Place, name: str) -> None:
    client = Application(place.base)
    assert client.register(client_name=name).status_code == 201
    person = Person(place.base)
    consent = person.get(client.authorize_url())
    page = person.send(consent, "local")
    for shown in (consent, page):
        assert "<img" not in shown.text and "<style>" not in shown.text
        assert "\u202e" not in shown.text and "\u200b" not in shown.text
        assert form_of(consent).fields["token"] not in shown.text.split("<form")[0]


def test_a_redirect_address_is_text_on_the_page_and_one_source_of_its_policy(place: Place) -> None:
    client = Application(place.base, redirect="https://app.example/cb?a=1&b=%22%3E%3Cscript%3E")
    assert client.register().status_code == 201
    page = Person(place.base).get(client.authorize_url())
    policy = page.headers["content-security-policy"]
    assert "form-action 'self' https://app.example;" in policy and "app.example" in page.text
    assert "<script" not in page.text


@pytest.mark.parametrize(
    "redirect",
    [
        "https://app.example/;script-src 'unsafe-inline'",
        "https://*/cb",
        "https:///cb",
        "https://*.example/cb",
        "https://app.example,https://evil.example/cb",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "intent://x#Intent",
        "ms-msdt:/id",
        "search-ms:query=x",
        "ms-settings:privacy",
        "microsoft-edge:https://evil.example",
        "x-apple.systempreferences:com.apple.preference.security",
        "SMB://evil.example/share",
        "view-source:https://a.example",
        "https://a.example/\r\nSet-Cookie:x",
        "https://аpple.example/cb",  # a Cyrillic letter
        "x" * 3000 + ":/cb",
    ],
)
def test_addresses_that_do_something_else_cannot_be_registered(place: Place, redirect: str) -> None:
    answer = Application(place.base).register(redirect_uris=[redirect])
    assert answer.status_code == 400 and answer.json()["error"] == "invalid_redirect_uri"


# ---- huge and crooked inputs


def test_a_body_without_end_is_not_read(place: Place) -> None:
    answer = httpx.post(f"{place.base}/oauth/llm/register", content=b'{"client_name": "' + b"x" * 2_000_000)
    assert answer.status_code == 413
    assert httpx.post(f"{place.base}/oauth/llm/token", content=b"a=" + b"x" * 2_000_000).status_code == 413


@pytest.mark.slow
def test_a_body_that_does_not_come_is_not_waited_for(place: Place) -> None:
    with socket.create_connection(("127.0.0.1", place.program.port), timeout=60) as connection:
        head = f"POST /oauth/llm/token HTTP/1.1\r\nHost: 127.0.0.1:{place.program.port}\r\n"
        connection.sendall(head.encode() + b"Content-Length: 9\r\n\r\na=")
        assert b" 408 " in connection.recv(65536)


@pytest.mark.parametrize(
    "body", [b"[" * 60_000, b"{}}", b"\xff\xfe", b'"text"', b"null", b'{"client_name":7}']
)
def test_what_is_no_document_is_refused_as_such(place: Place, body: bytes) -> None:
    answer = httpx.post(f"{place.base}/oauth/llm/register", content=body, timeout=60)
    assert answer.status_code == 400 and answer.json()["error"].startswith("invalid_")


@pytest.mark.parametrize(
    "form",
    ["grant_type=%FF%FE", "a=1&" * 60, "grant_type=refresh_token&refresh_token=%00", "client_id=%00"],
)
def test_crooked_forms_are_refused_as_such(place: Place, form: str) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = httpx.post(f"{place.base}/oauth/llm/token", content=form, headers=headers)
    assert answer.status_code == 400 and answer.json()["error"] == "invalid_request"


@pytest.mark.parametrize("endpoint", ["token", "revoke", "introspect", "device_authorization"])
def test_a_parameter_may_not_come_twice(application: Application, endpoint: str) -> None:
    form = f"client_id={application.client_id}&token=a&token=b&grant_type=x&scope=use&scope=admin"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = httpx.post(application.url(endpoint), content=form, headers=headers)
    assert answer.json()["error"] == "invalid_request" and "twice" in answer.text


def test_a_description_holds_no_letter_that_the_standard_forbids(place: Place) -> None:
    """RFC 6749 section 5.2, also where it names what a stranger sent."""
    form = urlencode([('ä"\\b', "1"), ('ä"\\b', "2")])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = httpx.post(f"{place.base}/oauth/llm/token", content=form, headers=headers)
    assert answer.json()["error"] == "invalid_request"
    assert answer.json()["error_description"] == "The parameter '???b' is there twice"


def test_a_client_shows_itself_in_one_way(place: Place) -> None:
    client = Application(place.base)
    secret = client.register(token_endpoint_auth_method="client_secret_basic").json()["client_secret"]
    form = {"grant_type": "refresh_token", "client_secret": secret, "refresh_token": "x"}
    answer = httpx.post(client.url("token"), data=form, auth=(client.client_id, secret))
    assert answer.json()["error"] == "invalid_request"
    other = httpx.post(client.url("token"), data={"client_id": "x"}, auth=(client.client_id, secret))
    assert other.json()["error"] == "invalid_request"
    wrong = httpx.post(client.url("token"), data={}, auth=(client.client_id, "gws_wrong"))
    assert wrong.status_code == 401 and wrong.headers["www-authenticate"].startswith("Basic")


def test_a_request_hidden_in_another_parameter_is_not_overlooked(
    place: Place, application: Application
) -> None:
    for name in ("request", "request_uri"):
        error = told(Person(place.base).get(application.authorize_url(**{name: "https://evil.example/r"})))
        assert error["error"] == f"{name}_not_supported"


def test_a_state_without_end_is_refused(place: Place, application: Application) -> None:
    error = told(Person(place.base).get(application.authorize_url(state="s" * 5000)))
    assert error["error"] == "invalid_request"


# ---- passwords, codes and races


def test_a_password_in_the_wrong_field_is_not_written_down(place: Place, application: Application) -> None:
    person = Person(place.base)
    page = person.send(person.get(application.authorize_url()), "local")
    person.send(page, "sign-in", email="my secret password", password="x")
    assert "my secret password" not in place.program.run("audit", "--tab", "system", "--format", "jsonl")


def test_a_device_page_says_that_the_device_should_be_ones_own(place: Place) -> None:
    """RFC 8628 section 5.4: who sends a code by mail wants to be let in; no page sends it by itself."""
    begun = device(place).ask_at("device_authorization").json()
    page = Person(place.base).get(begun["verification_uri_complete"])
    assert "Somebody who sends you a code" in page.text
    assert form_of(page).fields["user_code"] == begun["user_code"]  # shown, to be confirmed
    assert "refresh" not in page.text and "script" not in page.text


def test_a_code_of_a_device_is_for_one_browser(place: Place) -> None:
    client = device(place)
    begun = client.ask_at("device_authorization").json()
    first, second = Person(place.base), Person(place.base)
    consent = first.send(first.get(begun["verification_uri_complete"]), "")
    assert "May this application" in consent.text
    again = second.send(second.get(begun["verification_uri_complete"]), "")
    assert "No device waits" in again.text or again.status_code == 429


def test_a_device_may_not_hurry_for_ever(place: Place) -> None:
    client = device(place)
    begun = client.ask_at("device_authorization").json()
    grant = {"grant_type": DEVICE_CODE, "device_code": begun["device_code"]}
    said = [client.ask(**grant).json() for _ in range(4)]
    assert [one["error"] for one in said] == ["authorization_pending", *["slow_down"] * 3]
    assert said[-1]["error_description"] == "Ask every 20 seconds"


def test_a_person_who_is_signed_in_elsewhere_agrees_to_every_client_anew(
    place: Place, application: Application
) -> None:
    """fastmcp#3201: consent was skipped for the second client, and the code went to whoever had begun it."""
    person = Person(place.base)
    assert told(person.sign_in(application.authorize_url()))["code"]
    for client in (application, Application(place.base)):
        if not client.client_id:
            client.register()
        page = person.get(client.authorize_url())
        assert page.status_code == 200 and "May this application" in page.text


def test_a_consent_of_one_request_is_none_for_another(place: Place, application: Application) -> None:
    person = Person(place.base)
    first, second = (person.get(application.authorize_url()) for _ in range(2))
    form = form_of(first)
    form.fields["request"] = form_of(second).fields["request"]
    assert person.post(form.action, {**form.fields, "choice": "local"}).status_code == 403


def test_a_registration_tells_no_secret_of_ours(place: Place) -> None:
    """fastmcp-ts#262: an answer to a registration held the secret that the proxy had at its upstream."""
    told_client = Application(place.base).register().text
    assert "upstream-secret" not in told_client and "client_secret" not in told_client


def test_our_tokens_are_told_to_no_upstream_when_they_are_revoked(
    place: Place, application: Application
) -> None:
    """fastmcp#5120: a refresh token of the proxy's own went to the upstream's revocation."""
    tokens = application.tokens()
    place.upstream.received.clear()
    assert application.ask_at("revoke", token=tokens["refresh_token"]).status_code == 200
    assert not place.upstream.received


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_slash_more_or_less_in_the_resource_is_no_other_resource(
    place: Place, application: Application, slash: str
) -> None:
    """python-sdk#1264, #1400, vercel/ai#13988."""
    page = Person(place.base).get(application.authorize_url(resource=f"{place.base}/llm{slash}"))
    assert page.status_code == 200 and "May this application" in page.text


def test_who_was_locked_out_is_told_the_way_back(place: Place) -> None:
    application = Application(place.base)
    application.register()
    person = Person(place.base)
    page = person.send(person.get(application.authorize_url()), "local")
    for _ in range(5):
        page = person.send(page, "sign-in", email="locked@example.org", password="wrong wrong")
    assert "Wait 15 minutes, or ask who runs this gateway to unlock you" in page.text
    assert told(person.send(page, "deny"))["error"] == "access_denied"


# ---- last, because afterwards this address has to wait


def test_user_codes_cannot_be_tried_one_after_another(place: Place) -> None:
    """RFC 8628 section 5.1: of 25 billion codes, an address may try ten a minute."""
    person = Person(place.base)
    page = person.get("/oauth/device")
    said = []
    for _ in range(11):
        page = person.send(page, "", user_code="BCDF-GHJK")
        said.append(page.status_code)
    assert said[-1] == 429 and set(said[:-1]) <= {400, 429}


def test_passwords_tried_at_the_same_time_are_no_more_than_one_after_the_other(place: Place) -> None:
    """Twenty at once: not one of them gets past the lock that the fifth failure sets."""
    with at_the_desk(place.program.data) as services:
        services.people.add_user("race@example.org").result()
        services.passwords.set_password("race@example.org", "the right one").result()
    application = Application(place.base)
    application.register()
    pages = []
    for _ in range(20):
        person = Person(place.base)
        pages.append((person, person.send(person.get(application.authorize_url()), "local")))
    place.program.rows(tab="system")

    def guess(opened: tuple[Person, httpx.Response]) -> str:
        person, page = opened
        return person.send(page, "sign-in", email="race@example.org", password="wrong one").text

    with ThreadPoolExecutor(20) as pool:
        said = list(pool.map(guess, pages))
    failures = [row for row in place.events("login failed") if row["target"] == "race@example.org"]
    assert len(failures) <= 6  # two are looked at at once
    assert sum("Too many attempts" in text for text in said) >= 14
    with at_the_desk(place.program.data) as services:
        services.passwords.unlock("race@example.org").result()
