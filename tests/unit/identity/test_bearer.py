"""An access token is checked anew with every request, and a refusal still names the person."""

from dataclasses import replace

import pytest

from gateway_desktop.core.oauth import OAuthMode, ProxyOAuth, Token
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.identity.bearer import authenticate_token, challenge, is_token
from tests.makers import NOON_US, a_proxy, a_snapshot, a_user

PROXY = a_proxy(oauth=ProxyOAuth())
TOKEN = Token("session-1", PROXY.id, "client-1", "user-1", ("use",), NOON_US, NOON_US + 1)


def test_a_living_token_names_its_person_client_and_session() -> None:
    principal, refused = authenticate_token(a_snapshot(), PROXY, TOKEN, NOON_US)
    assert refused is None
    assert (principal.actor, principal.client_id, principal.session, principal.group) == (
        "ana@example.com",
        "client-1",
        "session-1",
        "team",
    )


@pytest.mark.parametrize(
    ("proxy", "token", "said"),
    [
        (PROXY, replace(TOKEN, proxy_id="proxy-2"), "another proxy"),
        (PROXY, replace(TOKEN, expires_us=NOON_US), "expired"),
        (PROXY, replace(TOKEN, ended=True), "session of the access token has ended"),
        (replace(PROXY, oauth=None), TOKEN, "OAuth is off"),
        (replace(PROXY, oauth=ProxyOAuth(enabled=False)), TOKEN, "OAuth is off"),
        (replace(PROXY, oauth=ProxyOAuth(mode=OAuthMode.UPSTREAM)), TOKEN, "OAuth is off"),
        (replace(PROXY, oauth=ProxyOAuth(groups=("lab",))), TOKEN, "none of the groups"),
    ],
)
def test_a_token_that_does_not_hold_is_refused_with_its_persons_name(
    proxy: Proxy, token: Token, said: str
) -> None:
    principal, refused = authenticate_token(a_snapshot(), proxy, token, NOON_US)
    assert refused is not None and said in refused.message
    assert principal.actor == "ana@example.com"


def test_an_inactive_person_is_refused_and_a_stranger_has_a_reason() -> None:
    inactive = a_user(active=False)
    _, refused = authenticate_token(a_snapshot(users={inactive.id: inactive}), PROXY, TOKEN, NOON_US)
    assert refused is not None and refused.status == 403
    for snapshot, token in ((a_snapshot(users={}), TOKEN), (a_snapshot(), None)):
        principal, refused = authenticate_token(snapshot, PROXY, token, NOON_US)
        assert refused is not None and refused.status == 401 and principal.no_user_reason


def test_the_challenge_says_where_to_sign_in_and_error_only_about_a_token() -> None:
    name, value = challenge("http://localhost:1", PROXY, "/v1/x", with_token=False)
    assert name == "WWW-Authenticate"
    address = "http://localhost:1/.well-known/oauth-protected-resource/openai"
    assert value == f'Bearer resource_metadata="{address}", scope="use"'
    assert 'error="invalid_token"' in challenge("http://localhost:1", PROXY, "/", with_token=True)[1]


def test_what_looks_like_a_token_of_ours() -> None:
    assert is_token("gwt_x") and not is_token("gwd_x") and not is_token(None)
