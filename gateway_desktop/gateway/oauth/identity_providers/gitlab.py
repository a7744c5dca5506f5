"""GitLab: its ID token lists the groups that a person is in directly."""

from gateway_desktop.gateway.oauth.openid_connect import OpenIdConnect

GITLAB = OpenIdConnect("gitlab", groups="groups_direct")
