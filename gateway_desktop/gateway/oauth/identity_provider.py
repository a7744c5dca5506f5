"""IdentityProviderType: what the browser part asks of every kind of identity provider."""

from collections.abc import Mapping
from typing import Protocol

from gateway_desktop.core.oauth import IdentityProvider, Profile
from gateway_desktop.core.secret import Secret


class IdentityProviderType(Protocol):
    """One kind of identity provider; all instances of that kind share it. It runs on the gateway's loop."""

    name: str  # as stored in `IdentityProvider.kind`

    async def authorize_url(
        self,
        provider: IdentityProvider,
        *,
        callback: str,
        state: str,
        nonce: str,
        verifier: str,
    ) -> str:
        """Return where the browser goes to sign in.

        `callback` is our one redirect address; `verifier` is the PKCE code verifier of this sign-in
        (RFC 7636), of which only the S256 challenge may leave. Raises GatewayError with a diagnosis.
        """
        ...

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
        ...
