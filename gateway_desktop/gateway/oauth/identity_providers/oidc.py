"""Any OpenID Connect issuer."""

from gateway_desktop.gateway.oauth.openid_connect import OpenIdConnect

OIDC = OpenIdConnect("oidc")
