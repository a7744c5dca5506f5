"""Google: https://accounts.google.com; groups are not told, `hd` is the claim of an organization."""

from gateway_desktop.gateway.oauth.openid_connect import OpenIdConnect

GOOGLE = OpenIdConnect("google")
