"""Microsoft Entra: one tenant's issuer; an address is verified only where `xms_edov` says so."""

from gateway_desktop.gateway.oauth.openid_connect import OpenIdConnect

MICROSOFT = OpenIdConnect("microsoft", proof="xms_edov")
