"""What ends a token ends it at the next request; and a token is good at its proxy only."""

from datetime import timedelta

import httpx
import pyotp

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.paths import Paths
from gateway_desktop.identity.client_registration import DEVICE_CODE
from gateway_desktop.store.models.oauth import OAuthSessionRow
from gateway_desktop.store.store import Store
from tests.end_to_end.program import eventually
from tests.gateway.oauth.conftest import Place, at_the_desk
from tests.gateway.oauth.person import EMAIL, Application, Person, told


def test_a_refresh_gives_new_tokens_and_narrows_only(place: Place) -> None:
    application = Application(place.base)
    tokens = application.tokens()
    wider = application.refresh(tokens["refresh_token"], scope="use admin")
    assert wider.json()["error"] == "invalid_scope"
    fresh = application.refresh(tokens["refresh_token"]).json()
    assert fresh["refresh_token"] != tokens["refresh_token"]
    assert application.call(fresh["access_token"]).status_code == 200


def test_a_session_that_is_renewed_ends_all_the_same(place: Place) -> None:
    application = Application(place.base)
    tokens = application.tokens()

    def begun(ago: timedelta) -> None:
        at = now_us() - ago // timedelta(microseconds=1)
        of_client = OAuthSessionRow.client_id == application.client_id
        with Store.open(Paths(place.program.data).database, ChangeFeed(), 0) as store:
            store.writer.submit(
                lambda _: OAuthSessionRow.update(created_us=at).where(of_client).execute()
            ).result()

    begun(timedelta(days=89, hours=23, minutes=30))
    tokens = application.refresh(tokens["refresh_token"]).json()
    assert 1700 < tokens["expires_in"] <= 1800
    begun(timedelta(days=90))
    assert application.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_revocation_stops_the_very_next_request(place: Place) -> None:
    application = Application(place.base)
    tokens = application.tokens()
    assert application.call(tokens["access_token"]).status_code == 200
    form = {"client_id": application.client_id, "token": tokens["refresh_token"]}
    assert httpx.post(application.url("revoke"), data=form).status_code == 200
    refused = application.call(tokens["access_token"])
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    assert place.program.row(refused.headers["x-gateway-request-id"])["actor"] == EMAIL
    assert application.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert place.events("logout")[-1]["actor"] == EMAIL
    assert "refresh token" in place.events("token revoked")[-1]["details"]


def test_a_client_ends_sessions_of_its_own_only(place: Place) -> None:
    application, stranger = Application(place.base), Application(place.base)
    tokens = application.tokens()
    stranger.register()
    for token in tokens["access_token"], tokens["refresh_token"]:
        assert stranger.ask_at("revoke", token=token).status_code == 200  # as for a token that nobody knows
    assert application.call(tokens["access_token"]).status_code == 200


def test_introspection_tells_the_owner_and_nobody_else(place: Place) -> None:
    application = Application(place.base)
    tokens = application.tokens()
    form = {"client_id": application.client_id, "token": tokens["access_token"]}
    told_owner = httpx.post(application.url("introspect"), data=form).json()
    assert told_owner["active"] and told_owner["username"] == EMAIL
    assert told_owner["aud"] == f"{place.base}/llm"
    stranger = Application(place.base)
    stranger.register()
    form["client_id"] = stranger.client_id
    assert httpx.post(application.url("introspect"), data=form).json() == {"active": False}


def test_a_deactivated_user_is_out_and_has_no_sessions_afterwards(place: Place) -> None:
    with at_the_desk(place.program.data) as services:
        services.people.add_user("bob@example.org").result()
        services.passwords.set_password("bob@example.org", "a long password").result()
    application = Application(place.base)
    application.register()

    def signed_in() -> str | None:
        page = Person(place.base)
        answer = page.sign_in(application.authorize_url(), "bob@example.org", "a long password")
        return told(answer).get("code")

    tokens = application.redeem(eventually(signed_in)).json()  # the gateway hears of bob within 2 s
    assert application.call(tokens["access_token"]).status_code == 200
    late = signed_in()
    with at_the_desk(place.program.data) as services:
        services.people.deactivate_user("bob@example.org").result()
    place.await_refusal(tokens["access_token"])
    assert late and application.redeem(late).json()["error"] == "invalid_grant"
    assert application.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    sessions = place.program.json("oauth", "sessions", "--user", "bob@example.org")
    assert [session["status"] for session in sessions] == ["revoked"]


def test_a_proxy_without_oauth_takes_no_tokens_and_says_so(place: Place) -> None:
    application = Application(place.base, proxy="other")
    tokens = application.tokens()
    assert application.call(tokens["access_token"]).status_code == 200
    with at_the_desk(place.program.data) as services:
        services.oauth_proxies.disable("other").result()
    eventually_off(application, tokens["access_token"])
    assert httpx.get(f"{place.base}/.well-known/oauth-authorization-server/other").status_code == 404
    with at_the_desk(place.program.data) as services:
        services.oauth_proxies.enable("other").result()


def eventually_off(application: Application, token: str) -> None:
    def off() -> bool:
        answer = application.call(token)
        return answer.status_code == 401 and "OAuth is off" in answer.text

    eventually(off)


def test_keys_go_on_working_beside_tokens(place: Place) -> None:
    assert Application(place.base).call(place.key).status_code == 200


def test_where_keys_are_off_only_people_who_signed_in_get_through(place: Place) -> None:
    application = Application(place.base, proxy="other")
    eventually(lambda: application.register().status_code == 201)  # it was off just now
    tokens = application.tokens()
    with at_the_desk(place.program.data) as services:
        services.oauth_proxies.enable("other", {"keys": False}).result()
        eventually(lambda: application.call(place.key).status_code == 401)
        refused = application.call(place.key)
        assert "API keys are not taken" in refused.text
        assert "resource_metadata=" in refused.headers["www-authenticate"]
        assert place.program.row(refused.headers["x-gateway-request-id"])["actor"] == EMAIL
        assert application.call(tokens["access_token"]).status_code == 200
        services.oauth_proxies.enable("other", {"keys": True}).result()


def test_a_device_signs_in_without_a_browser_of_its_own(place: Place) -> None:
    device = Application(place.base)
    device.register(grant_types=[DEVICE_CODE, "refresh_token"], redirect_uris=[])
    begun = httpx.post(device.url("device_authorization"), data={"client_id": device.client_id}).json()
    grant = {
        "grant_type": DEVICE_CODE,
        "device_code": begun["device_code"],
    }
    assert device.ask(**grant).json()["error"] == "authorization_pending"
    assert device.ask(**grant).json()["error"] == "slow_down"
    person = Person(place.base)
    consent = person.send(person.get(begun["verification_uri_complete"]), "")
    done = person.send(
        person.send(consent, "local"), "sign-in", email=EMAIL, password="correct horse battery"
    )
    assert "You are signed in" in done.text
    tokens = device.ask(**grant).json()
    assert device.call(tokens["access_token"]).status_code == 200
    assert device.ask(**grant).json()["error"] == "expired_token"


def test_a_device_asks_for_no_more_than_its_client_may(place: Place) -> None:
    device, other = Application(place.base), Application(place.base)
    device.register(grant_types=[DEVICE_CODE], redirect_uris=[])
    foreign = device.ask_at("device_authorization", resource=f"{place.base}/other")
    assert foreign.json()["error"] == "invalid_target"
    other.register()  # for codes by redirect alone
    assert other.ask_at("device_authorization").json()["error"] == "unauthorized_client"


def test_one_time_codes_are_asked_for_and_good_once(place: Place) -> None:
    with at_the_desk(place.program.data) as services:
        services.people.add_user("tess@example.org").result()
        services.passwords.set_password("tess@example.org", "a long password").result()
        seed = services.passwords.require_codes("tess@example.org").result().seed
    application = Application(place.base)
    application.register()
    person = Person(place.base)
    url = application.authorize_url()
    assert person.sign_in(url, "tess@example.org", "a long password").status_code == 401
    code = pyotp.TOTP(seed).now()
    assert told(person.sign_in(url, "tess@example.org", "a long password", code))["code"]
    assert person.sign_in(url, "tess@example.org", "a long password", code).status_code == 401
