"""Authlib, which has nothing to do with us, as client and as judge of what we publish."""

from typing import Any

import httpx
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from gateway_desktop.identity.pkce import make_verifier
from tests.gateway.oauth.conftest import Place
from tests.gateway.oauth.person import EMAIL, LOCAL, Application, Person


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_another_librarys_client_signs_in_refreshes_asks_and_logs_out(place: Place, method: str) -> None:
    application = Application(place.base)
    registered = application.register(token_endpoint_auth_method=method).json()
    server = httpx.get(f"{place.base}/.well-known/oauth-authorization-server/llm").json()
    verifier = make_verifier()
    made: Any = OAuth2Client(
        client_id=registered["client_id"],
        client_secret=registered.get("client_secret"),
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        redirect_uri=LOCAL,
        scope="use",
        code_challenge_method="S256",
        timeout=60,
    )
    with made as client:
        url, state = client.create_authorization_url(server["authorization_endpoint"], code_verifier=verifier)
        back = Person(place.base).sign_in(url).headers["location"]
        token = client.fetch_token(
            server["token_endpoint"], authorization_response=back, code_verifier=verifier, state=state
        )
        assert token["token_type"] == "Bearer" and application.call(token["access_token"]).status_code == 200
        fresh = client.refresh_token(server["token_endpoint"], refresh_token=token["refresh_token"])
        assert fresh["refresh_token"] != token["refresh_token"]
        told = client.introspect_token(server["introspection_endpoint"], token=fresh["access_token"]).json()
        assert (told["active"], told["username"], told["scope"]) == (True, EMAIL, "use")
        assert (
            client.revoke_token(server["revocation_endpoint"], token=fresh["refresh_token"]).status_code
            == 200
        )
        with pytest.raises(OAuthError, match="invalid_grant"):
            client.refresh_token(server["token_endpoint"], refresh_token=fresh["refresh_token"])
    assert application.call(fresh["access_token"]).status_code == 401


def test_the_metadata_are_those_of_the_standard(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 8414 section 2, as Authlib reads it; on this machine without TLS, which it has to be told."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    found = httpx.get(f"{place.base}/.well-known/oauth-authorization-server/llm").json()
    AuthorizationServerMetadata(found).validate()
