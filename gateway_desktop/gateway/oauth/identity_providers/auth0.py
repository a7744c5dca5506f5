"""Auth0: its issuer ends with a slash; groups come as claims that an action adds."""

from gateway_desktop.gateway.oauth.openid_connect import OpenIdConnect

AUTH0 = OpenIdConnect("auth0")
