"""OpenIdConnect: any identity provider that describes itself by discovery (OpenID Connect Discovery 1.0)."""

import base64
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.oauth import IdentityProvider, Profile
from gateway_desktop.core.plural import plural
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.oauth.identity_provider import Attempt
from gateway_desktop.gateway.oauth.provider_http import (
    ProviderFailed,
    ask,
    check_address,
    error_code,
    status_of,
)
from gateway_desktop.identity.id_token import id_token_claims, profile_of
from gateway_desktop.identity.pkce import challenge_of
from gateway_desktop.identity.upstream_tokens import NotVerified

Document = dict[str, Any]
_OLD = 300.0  # seconds after which what a provider publishes is asked for again
_AGAIN = 10.0  # seconds for which even an unknown key does not make us ask for newer ones
_MOST = 256
TRIAL = "gateway-desktop-test"
MADE_UP = {"code": TRIAL}  # what a provider refuses as a code, once it knows our client


class OpenIdConnect:
    """One kind; `proof` and `groups` name the claims for a verified address and for groups."""

    def __init__(self, name: str, *, proof: str = "email_verified", groups: str = "groups") -> None:
        self.name = name
        self._proof = proof
        self._groups = groups
        self._kept: dict[str, tuple[float, Document]] = {}

    async def authorize_url(self, provider: IdentityProvider, attempt: Attempt, state: str) -> str:
        """Return where the browser goes to sign in."""
        endpoint = _address(await self.metadata(provider), "authorization_endpoint")
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": attempt.callback,
            "scope": " ".join(dict.fromkeys(("openid", *provider.scopes))),
            "state": state,
            "nonce": attempt.nonce,
            "code_challenge": challenge_of(attempt.verifier),
            "code_challenge_method": "S256",
        }
        return with_query(endpoint, asked)

    async def check(
        self, provider: IdentityProvider, secret: Secret | None, callback: str
    ) -> AsyncIterator[str]:
        """Yield what is right: discovery, endpoints, keys, PKCE, and that our client is known."""
        fresh = OpenIdConnect(self.name, proof=self._proof, groups=self._groups)
        metadata = await fresh.metadata(provider)
        yield f"The discovery document of {provider.issuer} came"
        for name in ("authorization_endpoint", "token_endpoint"):
            yield f"{name}: {_address(metadata, name)}"
        keys = await fresh.keys(metadata)
        signing = [key for key in keys["keys"] if isinstance(key, dict) and _signs(key)]
        if not signing:
            raise ProviderFailed(
                f"The key set at {_address(metadata, 'jwks_uri')} holds no RSA or EC key for signatures"
            )
        yield f"The key set holds {plural(len(signing), 'key')} for signatures"
        methods = metadata.get("code_challenge_methods_supported")
        if isinstance(methods, list) and "S256" not in methods:
            raise ProviderFailed("The provider does not support PKCE with S256")
        trial = trial_at(callback)
        try:
            await self._exchange(provider, metadata, secret, code_form(provider, trial, MADE_UP))
        except ProviderFailed as error:
            if error.code in ("invalid_client", "unauthorized_client"):
                raise ProviderFailed(
                    f"{provider.name} does not accept client id '{provider.client_id}' with its secret "
                    f"({error.code})"
                ) from error
            if error.code != "invalid_grant":
                raise
        yield "The client id and its secret are accepted"
        url = await fresh.authorize_url(provider, trial, TRIAL)
        if await status_of(url, "authorization endpoint") == 400:
            raise ProviderFailed(
                f"{provider.name} refuses to begin a sign-in (status 400); is the callback {callback} "
                "registered there, and are the scopes known?"
            )
        yield "A sign-in can begin, with our callback"

    async def profile(
        self,
        provider: IdentityProvider,
        secret: Secret | None,
        attempt: Attempt,
        parameters: Mapping[str, str],
    ) -> Profile:
        """Return who came back: the code is exchanged and the ID token checked."""
        metadata = await self.metadata(provider)
        given = parameters.get("iss")
        tells = metadata.get("authorization_response_iss_parameter_supported") is True
        if (tells or given is not None) and given != provider.issuer:  # RFC 9207 section 2.4
            raise ProviderFailed(f"The answer names '{given or ''}' as its issuer, not '{provider.issuer}'")
        form = code_form(provider, attempt, parameters)
        tokens = await self._exchange(provider, metadata, secret, form)
        if not isinstance(tokens, dict) or not isinstance(tokens.get("id_token"), str):
            raise ProviderFailed("The provider gave no ID token; is it an OpenID Connect provider?")
        claims = await self._claims(provider, metadata, tokens["id_token"], attempt.nonce)
        claims = await self._with_user_info(metadata, tokens.get("access_token"), claims)
        return profile_of(claims, self._proof, self._groups)

    async def metadata(self, provider: IdentityProvider) -> Document:
        """Return what the provider says of itself; ProviderFailed if it names another issuer."""
        address = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        document = await self._document(address, "discovery document", _OLD)
        if document.get("issuer") != provider.issuer:
            named = document.get("issuer")
            raise ProviderFailed(
                f"The discovery document names '{named}' as its issuer, but '{provider.issuer}' is set here"
            )
        return document

    async def keys(self, metadata: Document, *, newest: bool = False) -> Document:
        """Return the provider's JWK set; `newest`: a key was not in the kept one."""
        address = _address(metadata, "jwks_uri")
        found = await self._document(address, "key set", _AGAIN if newest else _OLD)
        if not isinstance(found.get("keys"), list):
            raise ProviderFailed(f"The key set at {address} holds no keys")
        return found

    async def _exchange(
        self, provider: IdentityProvider, metadata: Document, secret: Secret | None, form: dict[str, str]
    ) -> Any:
        """Post a code, with our secret in the way that the provider asks for."""
        headers = {}
        if secret:
            ways = metadata.get("token_endpoint_auth_methods_supported")
            if isinstance(ways, list) and "client_secret_basic" not in ways:
                form = {**form, "client_secret": secret}
            else:
                headers["Authorization"] = _basic(provider.client_id, secret)
        return await ask(_address(metadata, "token_endpoint"), "token endpoint", form=form, headers=headers)

    async def _claims(
        self, provider: IdentityProvider, metadata: Document, token: str, nonce: str
    ) -> Document:
        try:
            for newest in (False, True):
                keys = await self.keys(metadata, newest=newest)
                try:
                    return id_token_claims(
                        token,
                        keys,
                        issuer=provider.issuer,
                        client_id=provider.client_id,
                        nonce=nonce,
                        now=int(time.time()),
                    )
                except KeyError:
                    continue
        except NotVerified as error:
            raise ProviderFailed(str(error)) from error
        raise ProviderFailed("The ID token is signed by a key that the provider does not publish")

    async def _with_user_info(self, metadata: Document, token: object, claims: Document) -> Document:
        """Add what only the user-info endpoint tells; an address and its proof come from one place."""
        if "email" in claims or not isinstance(token, str) or "userinfo_endpoint" not in metadata:
            return claims
        address = _address(metadata, "userinfo_endpoint")
        told = await ask(address, "user-info endpoint", headers={"Authorization": f"Bearer {token}"})
        if not isinstance(told, dict) or told.get("sub") != claims["sub"]:  # OpenID Connect Core 5.3.2
            raise ProviderFailed("The user-info endpoint speaks of another person than the ID token")
        return {**told, **{name: value for name, value in claims.items() if name != self._proof}}

    async def _document(self, address: str, what: str, old: float) -> Document:
        at, kept = self._kept.get(address, (0.0, None))
        if kept is not None and time.monotonic() - at < old:
            return kept
        found = await ask(address, what)
        if not isinstance(found, dict):
            raise ProviderFailed(f"The {what} at {address} is not a JSON object")
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[address] = (time.monotonic(), found)
        return found


def trial_at(callback: str) -> Attempt:
    """Return an attempt that is nobody's, to try a provider with."""
    return Attempt(callback, TRIAL, "-" * 43)


def code_form(provider: IdentityProvider, attempt: Attempt, parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the form that exchanges the code; raise Refused or ProviderFailed where none came."""
    if error := parameters.get("error"):
        if error == "access_denied":
            raise Refused(Reason.ACCESS, f"You said no at {provider.name}, or it did not let you in")
        raise ProviderFailed(f"{provider.name} answered with an error ({error_code(error) or 'unnamed'})")
    if not parameters.get("code"):
        raise ProviderFailed(f"{provider.name} sent no code")
    return {
        "grant_type": "authorization_code",
        "code": parameters["code"],
        "redirect_uri": attempt.callback,
        "client_id": provider.client_id,
        "code_verifier": attempt.verifier,
    }


def with_query(endpoint: str, asked: Mapping[str, str]) -> str:
    """Return an endpoint with parameters; it may have some already (RFC 6749 section 3.1)."""
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


def _signs(key: Mapping[str, Any]) -> bool:
    return key.get("kty") in ("RSA", "EC") and key.get("use") != "enc"


def _address(metadata: Document, name: str) -> str:
    address = metadata.get(name)
    if not isinstance(address, str):
        raise ProviderFailed(f"The discovery document has no {name}")
    check_address(address, name)
    return address


def _basic(client_id: str, secret: str) -> str:
    """Return the header of a client with a secret (RFC 6749 section 2.3.1)."""
    pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()
