"""diagnose(): whether people could sign in at an identity provider, and if not, exactly why."""

from gateway_desktop.core.errors import GatewayError
from gateway_desktop.core.oauth import IdentityProvider
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.status import Diagnosis
from gateway_desktop.gateway.oauth.consent import type_of
from gateway_desktop.identity.oauth_error import OAuthError


async def diagnose(provider: IdentityProvider, secret: Secret | None, callback: str) -> Diagnosis:
    """Ask for all that a sign-in needs, but for a person."""
    steps: list[str] = []
    try:
        async for step in type_of(provider).check(provider, secret, callback):
            steps.append(step)  # noqa: PERF401 - those before a failure count
    except (GatewayError, OAuthError) as error:
        return Diagnosis(False, str(error), tuple(steps))
    return Diagnosis(True, f"{provider.name} answers, and knows this gateway", tuple(steps))
