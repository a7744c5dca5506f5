"""Keycloak: a realm is an issuer; groups come by its group membership mapper."""

from gateway_desktop.gateway.oauth.openid_connect import OpenIdConnect

KEYCLOAK = OpenIdConnect("keycloak")
