"""Identity providers, asked over HTTP: who signed in, and exactly why not."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway_desktop.core.errors import GatewayError, Refused
from gateway_desktop.core.oauth import IdentityProvider, Profile
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.status import Diagnosis
from gateway_desktop.core.traffic_settings import Listen
from gateway_desktop.core.traffic_settings import Upstream as UpstreamSettings
from gateway_desktop.gateway.downstream.certificates import Certificate
from gateway_desktop.gateway.oauth.identity_provider import Attempt, IdentityProviderType
from gateway_desktop.gateway.oauth.identity_providers import IDENTITY_PROVIDERS
from gateway_desktop.gateway.oauth.identity_providers.github import GITHUB, GitHub
from gateway_desktop.gateway.oauth.identity_providers.oidc import OIDC
from gateway_desktop.gateway.oauth.openid_connect import OpenIdConnect
from gateway_desktop.gateway.oauth.provider_check import diagnose
from gateway_desktop.gateway.oauth.provider_http import trusted
from gateway_desktop.gateway.upstream.calls import Upstream
from tests.fakes.identity_service import IdentityService

CALLBACK = "http://127.0.0.1:7000/oauth/callback"
VERIFIER = "v" * 43


async def signed_in(
    kind: IdentityProviderType, service: IdentityService, issuer: str = "", **answer: str
) -> Profile:
    provider = IdentityProvider("p", "Example", kind.name, issuer or service.issuer, "gateway")
    attempt = Attempt(CALLBACK, nonce="n", verifier=VERIFIER)
    url = await kind.authorize_url(provider, attempt, "s")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert (asked["redirect_uri"], asked["state"]) == (CALLBACK, "s")
    assert asked["code_challenge_method"] == "S256" and VERIFIER not in url
    service.challenge, service.nonce = asked["code_challenge"], asked.get("nonce", "")
    parameters = {"code": "good", **answer} if "error" not in answer else answer
    return await kind.profile(provider, Secret("s3cret"), attempt, parameters)


def run(
    kind: IdentityProviderType, issuer: str = "", answer: dict[str, str] | None = None, **changes: Any
) -> Profile:
    async def once() -> Profile:
        async with IdentityService() as service:
            for name, value in changes.items():
                setattr(service, name, value)
            return await signed_in(kind, service, issuer, **(answer or {}))

    return asyncio.run(once())


def test_each_kind_has_its_own_name() -> None:
    names = [kind.name for kind in IDENTITY_PROVIDERS]
    assert len(set(names)) == len(names) == 8


@pytest.mark.parametrize("kind", [kind for kind in IDENTITY_PROVIDERS if isinstance(kind, OpenIdConnect)])
def test_a_person_signs_in(kind: OpenIdConnect) -> None:
    claims = {"email": "ana@example.org", "email_verified": True, "xms_edov": True}
    found = run(kind, claims=claims)
    assert (found.subject, found.email, found.email_verified) == ("1", "ana@example.org", True)


def test_an_entra_address_without_its_own_proof_is_not_verified() -> None:
    (microsoft,) = [kind for kind in IDENTITY_PROVIDERS if kind.name == "microsoft"]
    assert not run(microsoft).email_verified


def test_an_address_may_come_from_user_info_with_its_proof() -> None:
    told = {"sub": "1", "email": "ana@example.org", "email_verified": False}
    found = run(OpenIdConnect("t"), claims={"email_verified": True}, user_info=told)
    assert (found.email, found.email_verified) == ("ana@example.org", False)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"metadata": {"issuer": "https://evil.example"}}, "names 'https://evil.example' as its issuer"),
        ({"metadata": {"token_endpoint": "http://idp.example/token"}}, "not an https address"),
        ({"metadata": {"token_endpoint": None}}, "no token_endpoint"),
        ({"claims": {"nonce": "another"}}, "nonce"),
        ({"claims": {"aud": "another"}}, "another client"),
        ({"claims": {"iss": "https://evil.example"}}, "do not hold"),
        ({"claims": {}, "user_info": {"sub": "2"}}, "another person"),
        ({"published": []}, "does not publish"),
        ({"answer": {"code": "bad"}}, "status 400 (invalid_grant)"),
        ({"answer": {"code": ""}}, "sent no code"),
        ({"answer": {"iss": "https://evil.example"}}, "names 'https://evil.example'"),
        ({"answer": {"error": "server_error"}}, "server_error"),
        ({"metadata": {"authorization_response_iss_parameter_supported": True}}, "names ''"),
        ({"issuer": "http://idp.example"}, "not an https address"),
        ({"metadata": {"jwks_uri": "https://["}}, "is no address"),
        ({"metadata": {"jwks_uri": "http://127.0.0.1:99999"}}, "key set"),
        ({"claims": {}, "access_token": "at\r\nX-Odd: 1"}, "user-info endpoint"),
        ({"answer": {"code": "bad"}}, "answered with status 400 (invalid_grant)"),
        (
            {"answer": {"code": "bad"}, "refusal": "no code=bad&client_secret=s3cret"},
            "answered with status 400",
        ),
        ({"answer": {"error": "login_required"}}, "(login_required)"),
        ({"answer": {"error": "code=s3cret"}}, "(unnamed)"),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(GatewayError) as failed:
        run(OpenIdConnect("t"), **changes)
    assert why in failed.value.message and "s3cret" not in failed.value.message


def test_redirects_are_not_followed() -> None:
    async def moved() -> None:
        async with IdentityService() as service:
            service.metadata = {"jwks_uri": f"{service.issuer}/moved"}
            await signed_in(OpenIdConnect("t"), service)

    with pytest.raises(GatewayError, match="status 302"):
        asyncio.run(moved())


def test_an_answer_without_end_is_not_read() -> None:
    async def endless() -> None:
        async with IdentityService() as service:
            service.metadata = {"padding": "x" * (600 << 10)}
            await signed_in(OpenIdConnect("t"), service)

    with pytest.raises(GatewayError, match="larger than 512 KB"):
        asyncio.run(endless())


def test_a_persons_no_is_a_refusal() -> None:
    with pytest.raises(Refused):
        run(OpenIdConnect("t"), answer={"error": "access_denied"})


def test_nobody_listening_is_told() -> None:
    with pytest.raises(GatewayError, match="no connection to 127"):
        run(OpenIdConnect("t"), issuer="http://127.0.0.1:1")


def test_rotated_keys_are_fetched_again_but_not_for_every_token(monkeypatch: pytest.MonkeyPatch) -> None:
    async def rotated() -> None:
        async with IdentityService() as service:
            kind = OpenIdConnect("t")
            await signed_in(kind, service)
            service.rotate()
            with pytest.raises(GatewayError, match="does not publish"):
                await signed_in(kind, service)
            assert service.key_sets_asked == 1
            monkeypatch.setattr("gateway_desktop.gateway.oauth.openid_connect._AGAIN", 0.0)
            await signed_in(kind, service)
            assert service.key_sets_asked == 2

    asyncio.run(rotated())


def test_github_tells_the_primary_verified_address() -> None:
    found = run(GitHub())
    assert (found.subject, found.email, found.email_verified) == ("7", "ana@example.org", True)


@pytest.mark.parametrize("changes", [{"primary": False}, {"verified": False}])
def test_no_other_address_of_github_counts(changes: dict[str, bool]) -> None:
    found = run(
        GitHub(), addresses=[{"email": "a@example.org", "primary": True, "verified": True, **changes}]
    )
    assert (found.email, found.email_verified) == ("", False)


def test_github_says_what_is_wrong_with_a_code() -> None:
    with pytest.raises(GatewayError, match="bad_verification_code"):
        run(GitHub(), answer={"code": "bad"})


def tried(kind: IdentityProviderType, secret: str = "s3cret", **changes: Any) -> Diagnosis:
    async def once() -> Diagnosis:
        async with IdentityService() as service:
            for name, value in changes.items():
                setattr(service, name, value)
            provider = IdentityProvider("p", "Example", kind.name, service.issuer, "gateway")
            return await diagnose(provider, Secret(secret), CALLBACK)

    return asyncio.run(once())


@pytest.mark.parametrize("kind", IDENTITY_PROVIDERS, ids=lambda kind: kind.name)
def test_a_trial_goes_as_far_as_a_sign_in_could(kind: IdentityProviderType) -> None:
    found = tried(kind)
    assert found.ok, found.summary
    assert "The client id and its secret are accepted" in found.steps
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize("kind", [OIDC, GITHUB], ids=lambda kind: kind.name)
def test_a_trial_tells_a_wrong_secret(kind: IdentityProviderType) -> None:
    found = tried(kind, "another")
    assert not found.ok and "does not accept client id 'gateway'" in found.summary
    assert found.steps and "another" not in repr(found)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"callback": "https://elsewhere.example/cb"}, f"is the callback {CALLBACK} registered there"),
        ({"published": []}, "key set at"),
        ({"metadata": {"code_challenge_methods_supported": ["plain"]}}, "does not support PKCE"),
        ({"metadata": {"issuer": "https://other.example"}}, "names 'https://other.example' as its issuer"),
    ],
)
def test_a_trial_stops_at_the_first_thing_that_is_wrong(changes: dict[str, Any], why: str) -> None:
    found = tried(OIDC, **changes)
    assert not found.ok and why in found.summary


def test_a_private_authority_is_trusted_once_the_settings_name_it(tmp_path: Path) -> None:
    certificate = Certificate(Listen(host="127.0.0.1"), tmp_path)
    upstream = Upstream()

    async def once() -> Diagnosis:
        trusted.set(upstream.trusted)
        async with IdentityService(certificate.context) as service:
            assert service.issuer.startswith("https://")
            provider = IdentityProvider("p", "Example", "oidc", service.issuer, "gateway")
            return await diagnose(provider, Secret("s3cret"), CALLBACK)

    upstream.configure(UpstreamSettings())
    refused = asyncio.run(once())
    assert not refused.ok and "TLS certificate of 127.0.0.1" in refused.summary
    upstream.configure(UpstreamSettings(ca_file=str(tmp_path / "certificate.pem")))
    found = asyncio.run(once())
    assert found.ok, found.summary
