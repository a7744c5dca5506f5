"""Claude Code's own sign-in at a gateway: it names no client, asks by device code, then for its settings."""

import json

import httpx

from gateway_desktop.identity.client_registration import DEVICE_CODE
from tests.end_to_end.program import eventually
from tests.gateway.oauth.conftest import Place, at_the_desk
from tests.gateway.oauth.person import EMAIL, PASSWORD, Application, Person

SETTINGS = {"permissions": {"deny": ["WebFetch"]}, "env": {"TEAM": "research"}}


class ClaudeCode:
    """What it sends, in this order: discovery, device code, polling, refresh, logout."""

    def __init__(self, base: str, proxy: str = "llm") -> None:
        self.url = f"{base}/{proxy}"
        self.server = httpx.get(f"{self.url}/.well-known/oauth-authorization-server").json()
        self.token = ""
        self.refresh_token = ""

    def begin(self) -> httpx.Response:
        return httpx.post(self.server["device_authorization_endpoint"], timeout=60)

    def poll(self, device_code: str) -> httpx.Response:
        return self._ask(grant_type=DEVICE_CODE, device_code=device_code)

    def refresh(self) -> httpx.Response:
        return self._ask(grant_type="refresh_token", refresh_token=self.refresh_token)

    def log_out(self) -> httpx.Response:
        form = {"token": self.refresh_token, "token_type_hint": "refresh_token"}
        return httpx.post(self.server["revocation_endpoint"], data=form)

    def settings(self, **headers: str) -> httpx.Response:
        given = {"Authorization": f"Bearer {self.token}", **headers}
        return httpx.get(f"{self.url}/managed/settings", headers=given, timeout=60)

    def message(self) -> httpx.Response:
        body = {"model": "claude-x", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}
        return httpx.post(
            f"{self.url}/v1/messages?beta=true",
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=60,
        )

    def _ask(self, **form: str) -> httpx.Response:
        answer = httpx.post(self.server["token_endpoint"], data=form, timeout=60)
        if answer.status_code == 200:
            self.token, self.refresh_token = answer.json()["access_token"], answer.json()["refresh_token"]
        return answer


def approve(place: Place, begun: dict[str, str]) -> None:
    person = Person(place.base)
    consent = person.send(person.get(begun["verification_uri_complete"]), "")
    assert "<strong>Claude Code</strong> wants to use <strong>llm</strong>" in consent.text
    assert "your device, nowhere in this browser" in consent.text
    done = person.send(person.send(consent, "local"), "sign-in", email=EMAIL, password=PASSWORD)
    assert "You are signed in" in done.text


def signed_in(place: Place) -> ClaudeCode:
    claude = ClaudeCode(place.base)
    begun = claude.begin().json()
    approve(place, begun)
    assert claude.poll(begun["device_code"]).status_code == 200
    return claude


def test_claude_code_signs_in_refreshes_and_logs_out_without_naming_a_client(place: Place) -> None:
    claude = ClaudeCode(place.base)
    begun = claude.begin().json()
    assert claude.poll(begun["device_code"]).json()["error"] == "authorization_pending"
    approve(place, begun)
    assert claude.poll(begun["device_code"]).status_code == 200
    row = place.program.row(claude.message().headers["x-gateway-request-id"])
    assert (row["actor"], row["client_id"]) == (EMAIL, "claude-code")
    assert claude.refresh().status_code == 200
    assert claude.message().status_code == 200
    assert claude.log_out().status_code == 200
    assert claude.message().status_code == 401
    assert claude.refresh().json()["error"] == "invalid_grant"


def test_all_endpoints_are_at_the_origin_that_it_was_told(place: Place) -> None:
    claude = ClaudeCode(place.base)
    for name in ("device_authorization_endpoint", "token_endpoint", "revocation_endpoint"):
        assert claude.server[name].startswith(f"{place.base}/")


def test_its_settings_are_given_to_who_signed_in_and_to_nobody_else(place: Place) -> None:
    claude = signed_in(place)
    none = claude.settings()
    assert none.status_code == 404 and none.json()["error"]["type"] == "not_found_error"
    place.upstream.received.clear()
    with at_the_desk(place.program.data) as services:
        changes = {"claude_settings": json.dumps(SETTINGS)}
        services.oauth_proxies.enable("llm", changes).result()
    eventually(lambda: claude.settings().status_code == 200)
    given = claude.settings()
    assert given.json()["settings"] == SETTINGS
    assert given.json()["uuid"] == given.json()["checksum"] == given.headers["etag"].strip('"')
    assert claude.settings(**{"If-None-Match": given.headers["etag"]}).status_code == 304
    claude.token = "gwt_unknown"
    refused = claude.settings()
    assert refused.status_code == 401 and "resource_metadata=" in refused.headers["www-authenticate"]
    assert refused.json()["error"]["type"] == "authentication_error"
    assert not place.upstream.received  # none of it is a question for the upstream
    assert "research" not in json.dumps(place.events("updated")[-1])


def test_who_names_no_client_cannot_sign_in_otherwise(place: Place) -> None:
    server = ClaudeCode(place.base).server
    code = httpx.post(server["token_endpoint"], data={"grant_type": "authorization_code", "code": "x"})
    assert code.json()["error"] == "invalid_client"
    assert httpx.post(server["introspection_endpoint"], data={"token": "x"}).status_code == 401
    page = Person(place.base).get(
        f"{server['authorization_endpoint']}?client_id=claude-code&redirect_uri=x:y"
    )
    assert page.status_code == 400 and "location" not in page.headers


def test_where_clients_do_not_register_themselves_it_is_registered_by_hand(place: Place) -> None:
    claude, stranger = ClaudeCode(place.base, "other"), Application(place.base, "other")
    with at_the_desk(place.program.data) as services:
        services.oauth_proxies.enable("other", {"registration": "nobody"}).result()
        eventually(lambda: stranger.register().status_code == 403)
        assert claude.begin().json()["error"] == "invalid_client"
        services.oauth_sessions.add_client("other", "Claude Code", client_id="claude-code").result()
        assert claude.begin().status_code == 200
        services.oauth_proxies.enable("other", {"registration": "anyone"}).result()


def test_what_one_proxy_gave_is_nothing_at_another_whose_client_has_the_same_name(place: Place) -> None:
    claude, other = ClaudeCode(place.base), ClaudeCode(place.base, "other")
    begun = claude.begin().json()
    approve(place, begun)
    assert other.poll(begun["device_code"]).json()["error"] == "invalid_grant"
    assert claude.poll(begun["device_code"]).status_code == 200
    other.refresh_token = claude.refresh_token
    assert other.refresh().json()["error"] == "invalid_grant"
    assert other.log_out().status_code == 200  # as for a token that nobody knows
    assert claude.message().status_code == 200
    assert claude.refresh().status_code == 200
