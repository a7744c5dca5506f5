"""IdentityProviderType: what the browser part asks of every kind of identity provider."""

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from gateway_desktop.core.oauth import IdentityProvider, Profile
from gateway_desktop.core.secret import Secret


class IdentityProviderType(Protocol):
    """One kind of identity provider; all instances of that kind share it. It runs on the gateway's loop."""

    name: str  # as stored in `IdentityProvider.kind`

    async def authorize_url(
        self, provider: IdentityProvider, *, callback: str, state: str, nonce: str, verifier: str
    ) -> str:
        """Return where the browser goes to sign in.

        `callback` is our one redirect address; `verifier` is the PKCE code verifier of this sign-in
        (RFC 7636), of which only the S256 challenge may leave. Raises GatewayError with a diagnosis.
        """

    def check(self, provider: IdentityProvider, secret: Secret | None, callback: str) -> AsyncIterator[str]:
        """Yield what is right, step by step: what is published, and that our client is known.

        Nothing kept from before is believed. Raises ProviderFailed with a diagnosis at the first step that
        is wrong.
        """

    async def profile(
        self,
        provider: IdentityProvider,
        secret: Secret | None,
        *,
        callback: str,
        parameters: Mapping[str, str],
        nonce: str,
        verifier: str,
    ) -> Profile:
        """Return who came back to the callback with these parameters (`code`, perhaps `iss`, or `error`).

        `state` has been checked already. Raises GatewayError with a diagnosis; a Refused is the person's no.
        """
