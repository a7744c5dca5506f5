"""Attacks that RFC 9700 (OAuth 2.0 Security Best Current Practice) names, by section; each has to fail."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from gateway_desktop.identity.pkce import make_verifier
from tests.end_to_end.program import eventually
from tests.gateway.oauth.conftest import Place, at_the_desk
from tests.gateway.oauth.person import EMAIL, PASSWORD, Application, Person, form_of, told


def never_redirected(answer: httpx.Response) -> None:
    assert answer.status_code == 400, answer.text
    assert "location" not in answer.headers
    assert "cannot go on" in answer.text


# ---- 2.1 and 4.1: redirect addresses


@pytest.mark.parametrize(
    "redirect",
    [
        "https://evil.example/callback",
        "http://127.0.0.1:7@evil.example/callback",  # userinfo
        "http://127.0.0.1:7/callback#@evil.example",  # fragment
        "http://127.0.0.1:7/callback#",
        "http://127.0.0.1:7/callback/../other",
        "http://127.0.0.1:7/callback%2f..%2fother",  # encoded slashes
        "http://127.0.0.1:7/callback/",
        "http://127.0.0.1:7/callback?next=https://evil.example",
        "http://127.0.0.2:7/callback",  # other loopback hosts
        "http://localhost:7/callback",
        "http://[::1]:7/callback",
        "http://127.0.0.1.evil.example:7/callback",
        "http://0x7f000001:7/callback",
        "https://127.0.0.1:7/callback",
        "http:///callback",
        "//127.0.0.1:7/callback",
        "http://127.0.0.1:7\\@evil.example/callback",
        "http://127.0.0.1:notaport/callback",
        "javascript:alert(1)",
    ],
)
def test_4_1_a_redirect_address_is_the_registered_one_to_the_letter(
    place: Place, application: Application, redirect: str
) -> None:
    never_redirected(Person(place.base).get(application.authorize_url(redirect_uri=redirect)))


def test_4_1_3_the_port_of_a_native_application_is_its_own(place: Place, application: Application) -> None:
    answer = Person(place.base).get(application.authorize_url(redirect_uri="http://127.0.0.1:54321/callback"))
    assert answer.status_code == 200 and "May this application" in answer.text


@pytest.mark.parametrize(
    "redirect",
    [
        "http://example.com/cb",
        "javascript:alert(1)",
        "data:x",
        "https://a.example/#x",
        "https://u@a.example/",
        "/cb",
    ],
)
def test_4_1_addresses_that_leak_or_run_cannot_be_registered(place: Place, redirect: str) -> None:
    answer = Application(place.base).register(redirect_uris=[redirect])
    assert answer.status_code == 400 and answer.json()["error"] == "invalid_redirect_uri"


# ---- 2.1.1 and 4.8: PKCE


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": "", "code_challenge_method": ""},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
        {"code_challenge": "short"},
    ],
)
def test_4_8_nobody_is_signed_in_without_s256(
    place: Place, application: Application, changes: dict[str, str]
) -> None:
    error = told(Person(place.base).get(application.authorize_url(**changes)))
    assert error["error"] == "invalid_request" and error["state"] == application.state


def test_4_8_2_a_code_needs_the_verifier_behind_its_challenge(application: Application) -> None:
    for verifier in (make_verifier(), "", "x" * 43):
        answer = application.redeem(application.code(), code_verifier=verifier)
        assert answer.json()["error"] == "invalid_grant"


# ---- 2.1.2, 2.4 and 2.6: what is not there


@pytest.mark.parametrize("response_type", ["token", "id_token", "code token", "none", ""])
def test_2_1_2_no_token_comes_out_of_the_authorization_endpoint(
    place: Place, application: Application, response_type: str
) -> None:
    error = told(Person(place.base).get(application.authorize_url(response_type=response_type)))
    assert error["error"] == "unsupported_response_type"


@pytest.mark.parametrize("grant", ["password", "client_credentials", "implicit", ""])
def test_2_4_nobody_gives_an_application_their_password(application: Application, grant: str) -> None:
    answer = application.ask(grant_type=grant, username=EMAIL, password=PASSWORD)
    assert answer.status_code == 400 and answer.json()["error"] == "unsupported_grant_type"


def test_2_6_other_sites_scripts_may_not_read_the_authorization_endpoint(application: Application) -> None:
    local = {"Origin": "http://localhost:3000"}
    assert "access-control-allow-origin" not in httpx.get(application.authorize_url(), headers=local).headers
    preflight = httpx.options(application.url("authorize"), headers=local)
    assert "access-control-allow-origin" not in preflight.headers


def test_2_6_the_metadata_say_what_holds(place: Place) -> None:
    found = httpx.get(f"{place.base}/.well-known/oauth-authorization-server/llm").json()
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["response_types_supported"] == ["code"]
    assert found["authorization_response_iss_parameter_supported"] is True
    alias = httpx.get(f"{place.base}/.well-known/openid-configuration/llm").json()
    below = httpx.get(f"{place.base}/llm/.well-known/openid-configuration").json()
    assert found == alias == below


# ---- 4.2 and 4.3: leaks through the browser


def test_4_2_4_pages_and_redirects_give_no_address_away(place: Place, application: Application) -> None:
    person = Person(place.base)
    consent = person.get(application.authorize_url())
    assert consent.headers["referrer-policy"] == "same-origin"
    done = person.send(person.send(consent, "local"), "sign-in", email=EMAIL, password=PASSWORD)
    assert done.headers["referrer-policy"] == "no-referrer"
    assert done.headers["cache-control"] == "no-store"


def test_4_3_2_a_token_in_an_address_is_no_token(place: Place, application: Application) -> None:
    token = application.tokens()["access_token"]
    for name in ("access_token", "key"):
        answer = httpx.post(f"{place.base}/llm/v1/chat/completions?{name}={token}", json={})
        assert answer.status_code == 401


# ---- 4.4: mix-up


def test_4_4_2_answers_name_their_issuer_and_errors_too(place: Place, application: Application) -> None:
    yes = told(Person(place.base).sign_in(application.authorize_url()))
    no = told(Person(place.base).get(application.authorize_url(scope="everything")))
    assert yes["iss"] == no["iss"] == f"{place.base}/llm"
    assert no["error"] == "invalid_scope"


# ---- 4.5: codes


def test_4_5_a_code_of_one_client_is_nothing_to_another(place: Place, application: Application) -> None:
    other = Application(place.base, verifier=application.verifier)
    other.register()
    assert other.redeem(application.code()).json()["error"] == "invalid_grant"


def test_4_5_a_code_of_one_proxy_is_nothing_at_another(place: Place, application: Application) -> None:
    code = application.code()
    form = {
        "grant_type": "authorization_code",
        "client_id": application.client_id,
        "code": code,
        "code_verifier": application.verifier,
    }
    answer = httpx.post(f"{place.base}/oauth/other/token", data=form)
    assert answer.json()["error"] == "invalid_client"


def test_4_5_a_code_that_comes_twice_ends_what_it_opened(place: Place, application: Application) -> None:
    code = application.code()
    tokens = application.redeem(code).json()
    assert application.call(tokens["access_token"]).status_code == 200
    assert application.redeem(code).json()["error"] == "invalid_grant"
    assert application.call(tokens["access_token"]).status_code == 401
    assert application.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert place.events("authorization code reuse detected")[-1]["severity"] == "critical"
    alerts = [row["title"] for row in place.program.json("alert", "list", "--state", "new")]
    assert any("Authorization code reuse detected" in title for title in alerts), alerts


def test_4_5_of_two_who_redeem_a_code_at_once_nobody_keeps_a_token(application: Application) -> None:
    code = application.code()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: application.redeem(code), range(4)))
    given = [answer.json()["access_token"] for answer in answers if answer.status_code == 200]
    assert len(given) == 1
    assert application.call(given[0]).status_code == 401


def test_4_5_the_redirect_address_of_the_redemption_is_that_of_the_request(application: Application) -> None:
    answer = application.redeem(application.code(), redirect_uri="http://127.0.0.1:8/callback")
    assert answer.json()["error"] == "invalid_grant"


# ---- 4.7: forged requests


def test_4_7_a_sign_in_belongs_to_the_browser_that_began_it(place: Place, application: Application) -> None:
    attacker, victim = Person(place.base), Person(place.base)
    consent = attacker.get(application.authorize_url())
    never_redirected(victim.get(str(consent.url)))
    form = form_of(consent)
    never_redirected(victim.post(form.action, {**form.fields, "choice": "local"}))


def test_4_7_a_form_of_another_site_is_not_taken(place: Place, application: Application) -> None:
    person = Person(place.base)
    form = form_of(person.get(application.authorize_url()))
    fields = {**form.fields, "choice": "local"}
    assert person.post(form.action, fields, Origin="https://evil.example").status_code == 403
    assert person.post(form.action, fields, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert person.post(form.action, {**fields, "token": "x" * 32}).status_code == 403


def test_4_7_a_page_is_good_once_and_the_newest_one_counts(place: Place, application: Application) -> None:
    person = Person(place.base)
    first = person.get(application.authorize_url())
    second = person.get(str(first.url))
    assert person.send(first, "local").status_code == 403  # the older page's token
    third = person.get(str(second.url))
    sign_in = person.send(third, "local")
    assert "Password" in sign_in.text
    assert person.send(third, "local").status_code == 403  # used


def test_4_7_nobody_signs_in_past_the_consent_page(place: Place, application: Application) -> None:
    person = Person(place.base)
    consent = person.get(application.authorize_url())
    request = form_of(consent).fields["request"]
    never_redirected(person.get(f"/oauth/sign-in?request={request}"))


def test_4_7_a_callback_that_nobody_asked_for_ends_nowhere(place: Place) -> None:
    never_redirected(Person(place.base).get("/oauth/callback?state=made-up&code=made-up"))


def test_4_7_a_person_may_say_no(place: Place, application: Application) -> None:
    person = Person(place.base)
    answer = told(person.send(person.get(application.authorize_url()), "deny"))
    assert answer["error"] == "access_denied" and answer["state"] == application.state


# ---- 4.9 and 4.10: tokens in other hands


def test_4_10_2_a_token_is_good_at_its_own_proxy_only(application: Application) -> None:
    token = application.tokens()["access_token"]
    refused = application.call(token, proxy="other")
    assert refused.status_code == 401 and "another proxy" in refused.text


def test_4_10_2_a_resource_that_is_not_the_proxy_is_refused(place: Place, application: Application) -> None:
    person = Person(place.base)
    error = told(person.get(application.authorize_url(resource=f"{place.base}/other")))
    assert error["error"] == "invalid_target"
    answer = application.redeem(application.code(), resource="https://elsewhere.example/llm")
    assert answer.json()["error"] == "invalid_target"


def test_4_9_1_our_token_never_goes_upstream(place: Place, application: Application) -> None:
    token = application.tokens()["access_token"]
    place.upstream.received.clear()
    application.call(token)
    assert token not in str(place.upstream.received[-1])


# ---- 4.11: open redirectors


def test_4_11_an_unknown_client_is_shown_a_page(place: Place) -> None:
    stranger = Application(place.base, client_id="nobody")
    answer = Person(place.base).get(stranger.authorize_url(redirect_uri="https://evil.example"))
    assert answer.status_code == 401 and "location" not in answer.headers


def test_4_11_repeated_parameters_are_refused(place: Place, application: Application) -> None:
    url = application.authorize_url() + "&redirect_uri=https://evil.example"
    never_redirected(Person(place.base).get(url))


@pytest.mark.parametrize("redirect", ["https://app.example/cb", "com.example.app:/cb"])
def test_4_11_2_whoever_registers_an_address_cannot_have_people_led_there(
    place: Place, redirect: str
) -> None:
    """An error that the attacker causes on purpose shows a page; on from there goes who wants to."""
    client = Application(place.base, redirect=redirect)
    assert client.register().status_code == 201
    page = Person(place.base).get(client.authorize_url(scope="wrong-on-purpose"))
    assert page.status_code == 400 and "location" not in page.headers and "refresh" not in page.text
    assert "asked for something wrong" in page.text
    assert "error=invalid_scope" in page.text and f"state={client.state}" in page.text


def test_4_11_the_way_to_the_canonical_address_leads_nowhere_else(
    place: Place, application: Application
) -> None:
    url = application.authorize_url() + "&gateway_base=https://evil.example"
    never_redirected(Person(place.base).get(url))
    local = application.authorize_url().replace("127.0.0.1", "localhost", 1)
    answer = httpx.get(local)
    assert answer.status_code == 302
    assert urlsplit(answer.headers["location"]).netloc == urlsplit(place.base).netloc


# ---- 4.12: redirects after a form


def test_4_12_credentials_are_not_posted_on(place: Place, application: Application) -> None:
    assert Person(place.base).sign_in(application.authorize_url()).status_code == 303


# ---- 4.13: what stands in front


def test_4_13_headers_of_a_forwarder_that_nobody_named_count_for_nothing(
    place: Place, application: Application
) -> None:
    forged = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9", "X-Real-IP": "203.0.113.9"}
    httpx.post(application.url("register"), headers=forged, json={"redirect_uris": [application.redirect]})
    assert place.events("client registered")[-1]["client_ip"] == "127.0.0.1"


# ---- 4.14: refresh tokens


def test_4_14_a_refresh_token_that_comes_again_once_it_was_renewed_ends_its_family(
    place: Place, application: Application
) -> None:
    tokens = application.tokens()
    renewed = application.refresh(tokens["refresh_token"]).json()
    fresh = application.refresh(renewed["refresh_token"]).json()
    assert application.call(fresh["access_token"]).status_code == 200
    stolen = application.refresh(tokens["refresh_token"])
    assert stolen.json()["error"] == "invalid_grant"
    assert application.call(fresh["access_token"]).status_code == 401
    assert application.refresh(fresh["refresh_token"]).json()["error"] == "invalid_grant"
    event = place.events("refresh token reuse detected")[-1]
    assert event["severity"] == "critical" and event["actor"] == EMAIL
    alerts = [row["title"] for row in place.program.json("alert", "list", "--state", "new")]
    assert any("Refresh token reuse detected" in title for title in alerts), alerts


def test_4_14_tools_that_share_a_sign_in_and_refresh_it_at_once_get_the_same_tokens(
    place: Place, application: Application
) -> None:
    tokens = application.tokens()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: application.refresh(tokens["refresh_token"]), range(4)))
    assert {answer.status_code for answer in answers} == {200}
    given = [answer.json() for answer in answers]
    (access,), (refresh,) = ({each[name] for each in given} for name in ("access_token", "refresh_token"))
    assert access != tokens["access_token"] and refresh != tokens["refresh_token"]
    assert all(0 < each["expires_in"] <= tokens["expires_in"] for each in given)
    assert application.call(access).status_code == 200
    assert application.refresh(refresh).status_code == 200
    told = [row["details"] for row in place.events("token refreshed")[-5:]]
    assert sum("came once more" in each for each in told) == 3


def test_4_14_a_refresh_token_is_bound_to_its_client(place: Place, application: Application) -> None:
    tokens = application.tokens()
    thief = Application(place.base)
    thief.register()
    assert thief.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert application.refresh(tokens["refresh_token"]).status_code == 200


def test_4_14_a_refresh_gives_no_more_than_was_granted(application: Application) -> None:
    tokens = application.tokens()
    assert application.refresh(tokens["refresh_token"], scope="use all").json()["error"] == "invalid_scope"
    assert application.refresh(tokens["refresh_token"]).status_code == 200


# ---- 4.15: clients that pass for people


def test_4_15_a_client_cannot_choose_an_id_and_so_not_that_of_a_person(place: Place) -> None:
    [ana] = [user for user in place.program.json("user", "list") if user["user"] == EMAIL]
    client = Application(place.base)
    assert client.register(client_id=ana["id"], client_name=EMAIL).json()["client_id"] != ana["id"]
    owner = client.ask_at("introspect", token=client.tokens()["access_token"]).json()
    assert (owner["sub"], owner["client_id"]) == (ana["id"], client.client_id)


# ---- 4.16: clickjacking


def test_4_16_no_page_is_shown_in_a_frame_or_runs_a_script(place: Place, application: Application) -> None:
    person = Person(place.base)
    consent = person.get(application.authorize_url())
    for page in (
        consent,
        person.send(consent, "local"),
        person.get("/oauth/device"),
        person.get("/oauth/callback"),
    ):
        policy = page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy
        assert "script" not in policy and "<script" not in page.text
        assert page.headers["x-frame-options"] == "DENY"


def test_4_16_what_a_client_calls_itself_is_text_and_nothing_else(place: Place) -> None:
    client = Application(place.base)
    client.register(client_name="<script>alert(1)</script><b>Bank")
    page = Person(place.base).get(client.authorize_url())
    assert "<script>" not in page.text and "&lt;script&gt;" in page.text


# ---- 4.17: other ways of the answer


@pytest.mark.parametrize("mode", ["web_message", "fragment", "form_post", "query.jwt"])
def test_4_17_a_code_is_handed_over_by_redirect_and_no_other_way(
    place: Place, application: Application, mode: str
) -> None:
    error = told(Person(place.base).get(application.authorize_url(response_mode=mode)))
    assert error["error"] == "invalid_request" and "response_mode" in error["error_description"]


# ---- 2.5: clients and their secrets


def test_2_5_a_client_with_a_secret_has_to_show_it(place: Place) -> None:
    client = Application(place.base)
    registered = client.register(token_endpoint_auth_method="client_secret_post").json()
    assert client.redeem(client.code()).json()["error"] == "invalid_client"
    assert client.redeem(client.code(), client_secret="gws_wrong").status_code == 401
    assert client.redeem(client.code(), client_secret=registered["client_secret"]).status_code == 200


def test_a_revoked_client_is_told_to_register_again(place: Place, application: Application) -> None:
    tokens = application.tokens()
    with at_the_desk(place.program.data) as services:
        services.oauth_sessions.revoke_client(application.client_id).result()
    place.await_refusal(tokens["access_token"])
    answer = application.refresh(tokens["refresh_token"])
    assert answer.status_code == 401 and answer.json()["error"] == "invalid_client"


# ---- floods and guesses


def test_registrations_are_limited(place: Place) -> None:
    key = "oauth.registrations_per_hour"
    with at_the_desk(place.program.data) as services:
        services.settings.change({key: 1}).result()
    eventually(lambda: Application(place.base).register().status_code == 429)
    assert Application(place.base).register().headers["retry-after"] == "60"
    nameless = Application(place.base).ask_at("device_authorization", client_id="")
    assert nameless.status_code == 429  # its first sign-in would register it
    with at_the_desk(place.program.data) as services:
        services.settings.change({key: 10_000}).result()
    eventually(lambda: Application(place.base).register().status_code == 201)


@pytest.mark.parametrize("email", ["eve@example.org", "nobody@example.org"])
def test_passwords_cannot_be_guessed_and_names_not_either(place: Place, email: str) -> None:
    """Whether somebody has that name or not, the answers are the same to the letter, and so is the lock."""
    with at_the_desk(place.program.data) as services:
        if email.startswith("eve"):
            services.people.add_user(email).result()
            services.passwords.set_password(email, "a long password").result()
    application = Application(place.base)
    application.register()
    person = Person(place.base)
    page = person.send(person.get(application.authorize_url()), "local")
    said = []
    for _ in range(6):
        page = person.send(page, "sign-in", email=email, password="wrong wrong wrong")
        assert page.status_code == 401
        said.append(page.text.split('role="alert">')[1].split("<")[0])
    assert said[:4] == ["E-mail, password or one-time code is wrong."] * 4
    assert said[4:] == [said[4]] * 2 and said[4].startswith("Too many attempts")
    if email.startswith("eve"):
        page = person.send(page, "sign-in", email=email, password="a long password")
        assert page.status_code == 401  # the lock holds for the right password too
        assert place.events("account locked")[-1]["target"] == email
        with at_the_desk(place.program.data) as services:
            services.passwords.unlock(email).result()
        assert told(person.send(page, "sign-in", email=email, password="a long password"))["code"]
