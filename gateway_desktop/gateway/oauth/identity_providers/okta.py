"""Okta: groups come where its authorization server has a claim of that name."""

from gateway_desktop.gateway.oauth.openid_connect import OpenIdConnect

OKTA = OpenIdConnect("okta")
