"""Ways of the official SDK to get a token, by what a scenario of the conformance suite gives its client."""

import json
import os
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.auth.extensions.client_credentials import (
    ClientCredentialsOAuthProvider,
    PrivateKeyJWTOAuthProvider,
    SignedJWTParameters,
)
from mcp.client.auth.extensions.identity_assertion import IdentityAssertionOAuthProvider
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata

from tests.fakes.token_memory import TokenMemory

BACK = "http://localhost:3030/callback"
DOCUMENT = "https://conformance-test.local/client-metadata.json"


def signing_in(url: str) -> httpx2.Auth:
    """Return what gets a token for the server; nobody has to agree."""
    scenario = os.environ.get("MCP_CONFORMANCE_SCENARIO", "")
    given = json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT") or "{}")
    if scenario == "auth/client-credentials-jwt":
        client = given["client_id"]
        signed = SignedJWTParameters(
            issuer=client,
            subject=client,
            signing_key=given["private_key_pem"],
            signing_algorithm=given["signing_algorithm"],
        )
        return PrivateKeyJWTOAuthProvider(
            url, TokenMemory(), client_id=client, assertion_provider=signed.create_assertion_provider()
        )
    if scenario == "auth/client-credentials-basic":
        return ClientCredentialsOAuthProvider(url, TokenMemory(), given["client_id"], given["client_secret"])
    if "valid_jwt" in given or "idp_id_token" in given:
        return asserting(url, given)
    return browsing(url, given)


def browsing(url: str, given: dict[str, Any]) -> OAuthClientProvider:
    """Return what signs in by an authorization code, with the client that is given or a registered one."""
    came: dict[str, list[str]] = {}

    async def go(address: str) -> None:
        async with httpx2.AsyncClient() as browser:
            answer = await browser.get(address)
        came.clear()
        came.update(parse_qs(urlsplit(answer.headers["Location"]).query))

    async def back() -> AuthorizationCodeResult:
        code, state, iss = (came.get(name, [None])[0] for name in ("code", "state", "iss"))
        assert code is not None
        return AuthorizationCodeResult(code=code, state=state, iss=iss)

    about = {"redirect_uris": [BACK], "client_name": "conformance"}
    known = None
    if given:
        known = OAuthClientInformationFull.model_validate(
            {**given, "redirect_uris": [BACK], "token_endpoint_auth_method": "client_secret_basic"}
        )
    metadata = OAuthClientMetadata.model_validate(about)
    return OAuthClientProvider(url, metadata, TokenMemory(known), go, back, client_metadata_url=DOCUMENT)


def asserting(url: str, given: dict[str, Any]) -> IdentityAssertionOAuthProvider:
    """Return what shows a token of somebody else's (RFC 7523): a workload's, or an identity provider's."""
    parts = urlsplit(url)
    metadata = f"{parts.scheme}://{parts.netloc}/.well-known/oauth-protected-resource{parts.path}"
    issuer = httpx2.get(metadata).json()["authorization_servers"][0]

    async def assertion(audience: str, resource: str) -> str:
        if "valid_jwt" in given:
            return str(given["valid_jwt"])
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "requested_token_type": "urn:ietf:params:oauth:token-type:id-jag",
            "subject_token": given["idp_id_token"],
            "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
            "client_id": given["idp_client_id"],
            "audience": audience,
            "resource": resource,
        }
        async with httpx2.AsyncClient() as http:
            answer = await http.post(given["idp_token_endpoint"], data=form)
        return str(answer.json()["access_token"])

    method: Literal["client_secret_basic", "client_secret_post"] = "client_secret_post"
    if "client_secret" in given:
        method = "client_secret_basic"
    return IdentityAssertionOAuthProvider(
        url,
        TokenMemory(),
        client_id=given["client_id"],
        client_secret=given.get("client_secret", "none"),
        issuer=issuer,
        assertion_provider=assertion,
        token_endpoint_auth_method=method,
    )
