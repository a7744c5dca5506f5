"""IdentityProviderType: what the browser part asks of every kind of identity provider."""

from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple, Protocol

from gateway_desktop.core.oauth import IdentityProvider, Profile
from gateway_desktop.core.secret import Secret


class Attempt(NamedTuple):
    """What one sign-in takes along to its provider, and has to fit when the person comes back."""

    callback: str  # our one redirect address
    nonce: str  # which an ID token bears
    verifier: str  # of PKCE (RFC 7636): only its S256 challenge may leave before the code is exchanged


class IdentityProviderType(Protocol):
    """One kind of identity provider; all instances of that kind share it. It runs on the gateway's loop."""

    name: str  # as stored in `IdentityProvider.kind`

    async def authorize_url(self, provider: IdentityProvider, attempt: Attempt, state: str) -> str:
        """Return where the browser goes to sign in; raise GatewayError with a diagnosis."""

    def check(self, provider: IdentityProvider, secret: Secret | None, callback: str) -> AsyncIterator[str]:
        """Yield what is right, step by step: what is published, and that our client is known.

        Nothing kept from before is believed. Raises ProviderFailed with a diagnosis at the first step that
        is wrong.
        """

    async def profile(
        self,
        provider: IdentityProvider,
        secret: Secret | None,
        attempt: Attempt,
        parameters: Mapping[str, str],
    ) -> Profile:
        """Return who came back to the callback with these parameters (`code`, perhaps `iss`, or `error`).

        `state` has been checked already. Raises GatewayError with a diagnosis; a Refused is the person's no.
        """
