"""IDENTITY_PROVIDERS: the kinds of identity providers that the gateway can ask."""

from gateway_desktop.gateway.oauth.identity_provider import IdentityProviderType
from gateway_desktop.gateway.oauth.identity_providers.auth0 import AUTH0
from gateway_desktop.gateway.oauth.identity_providers.github import GITHUB
from gateway_desktop.gateway.oauth.identity_providers.gitlab import GITLAB
from gateway_desktop.gateway.oauth.identity_providers.google import GOOGLE
from gateway_desktop.gateway.oauth.identity_providers.keycloak import KEYCLOAK
from gateway_desktop.gateway.oauth.identity_providers.microsoft import MICROSOFT
from gateway_desktop.gateway.oauth.identity_providers.oidc import OIDC
from gateway_desktop.gateway.oauth.identity_providers.okta import OKTA

IDENTITY_PROVIDERS: tuple[IdentityProviderType, ...] = (
    OIDC,
    GOOGLE,
    MICROSOFT,
    GITHUB,
    GITLAB,
    OKTA,
    AUTH0,
    KEYCLOAK,
)
