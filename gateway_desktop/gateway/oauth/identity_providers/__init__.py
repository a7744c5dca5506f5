"""IDENTITY_PROVIDERS: the kinds of identity providers that the gateway can ask."""

from gateway_desktop.gateway.oauth.identity_provider import IdentityProviderType

IDENTITY_PROVIDERS: tuple[IdentityProviderType, ...] = ()
