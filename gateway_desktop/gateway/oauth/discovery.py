"""Discovery: metadata of the protected resource (RFC 9728) and of its authorization server (RFC 8414)."""

from urllib.parse import urlsplit

from gateway_desktop.core.oauth import Registration
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.identity.client_registration import AUTH_METHODS, GRANT_TYPES
from gateway_desktop.identity.issuers import issuer

RESOURCE = "oauth-protected-resource"
SERVER = ("oauth-authorization-server", "openid-configuration")


def resource_metadata(base: str, proxy: Proxy, end: str) -> dict[str, object] | None:
    """Return the metadata of a proxy's resource; `end` is what stands behind the proxy's name."""
    assert proxy.oauth is not None
    ends = ("", "/mcp", "/sse") if proxy.kind is Kind.MCP else ("",)
    if end not in ends:
        return None
    return {
        "resource": f"{base}/{proxy.name}{end}",
        "resource_name": proxy.name,
        "authorization_servers": [issuer(base, proxy)],
        "scopes_supported": list(proxy.oauth.scopes),
        "bearer_methods_supported": ["header"],
    }


def passed_metadata(
    base: str, proxy: Proxy, end: str, document: dict[str, object], *, silent: bool
) -> dict[str, object] | None:
    """Return an upstream's own metadata as those of our resource (RFC 9728 section 3.2).

    Its authorization servers stay as they are, so clients ask them for tokens with `resource` being *our*
    address: a client refuses metadata that name another resource than the one it asked for, so we cannot
    let them ask for the upstream's. The upstream therefore has to accept tokens whose audience is our address
    (for the official SDK: `resource_server_url`), or its authorization server has to choose the audience
    itself and ignore `resource`, as most do. A token that the upstream refuses is answered by its own 401.
    `silent`: what the authorization server would say of itself is said by us (`default_metadata`).
    """
    ends = ("", "/mcp", "/sse")
    if end not in ends:
        return None
    passed = {name: value for name, value in document.items() if name != "signed_metadata"}
    if silent:
        passed["authorization_servers"] = [issuer(base, proxy)]
    return {**passed, "resource": f"{base}/{proxy.name}{end}", "bearer_methods_supported": ["header"]}


def default_metadata(base: str, proxy: Proxy) -> dict[str, object]:
    """Return the metadata that an upstream's authorization server does not publish itself: its endpoints
    are at the paths that MCP's revision 2025-03-26 gives (basic/authorization, section 2.3.3).
    """
    parts = urlsplit(proxy.upstream)
    root = f"{parts.scheme}://{parts.netloc}"
    return {
        "issuer": issuer(base, proxy),
        "authorization_endpoint": f"{root}/authorize",
        "token_endpoint": f"{root}/token",
        "registration_endpoint": f"{root}/register",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
    }


def server_metadata(base: str, proxy: Proxy, *, documents: bool) -> dict[str, object]:
    """Return the metadata of a proxy's authorization server; `documents`: those of clients can be fetched.

    Where not, whoever may register is told to: Claude Code and Codex would come by document, and be refused.
    """
    assert proxy.oauth is not None
    anyone = proxy.oauth.registration is Registration.ANYONE
    place = f"{base}/oauth/{proxy.name}"
    document: dict[str, object] = {
        "issuer": issuer(base, proxy),
        "authorization_endpoint": f"{place}/authorize",
        "token_endpoint": f"{place}/token",
        "revocation_endpoint": f"{place}/revoke",
        "introspection_endpoint": f"{place}/introspect",
        "device_authorization_endpoint": f"{place}/device_authorization",
        "scopes_supported": list(proxy.oauth.scopes),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(GRANT_TYPES),
        "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "revocation_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "introspection_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "client_id_metadata_document_supported": (anyone and documents)
        or proxy.oauth.registration is Registration.DOCUMENTS,
    }
    if anyone:
        document["registration_endpoint"] = f"{place}/register"
    return document
