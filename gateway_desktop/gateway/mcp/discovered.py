"""Discovered: the authorization server behind a challenge, found as an MCP client finds it."""

from dataclasses import dataclass
from typing import Any

import aiohttp
from authlib.oauth2.rfc8414 import get_well_known_url

from gateway_desktop.core.addresses import parts_of
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.loopback import is_confidential
from gateway_desktop.gateway.upstream_oauth.challenges import metadata_address, scope_of
from gateway_desktop.protocols.json_body import decoded

_LARGEST = 256 << 10
LIMITS = aiohttp.ClientTimeout(total=60)  # of one request, in seconds


@dataclass(frozen=True, slots=True)
class Server:
    """Where a sign-in goes."""

    issuer: str
    authorize: str
    token: str
    register: str
    resource: str
    scopes: tuple[str, ...]
    tells_issuer: bool  # answers bear `iss` (RFC 9207)


async def discover(http: aiohttp.ClientSession, url: str, challenge: str) -> Server:
    """Follow a challenge to the server that gives tokens for `url` (RFC 9728 section 5, RFC 8414 section 3).

    Raises:
        Unavailable: there is none, or what it says of itself does not fit.
    """
    address = metadata_address(challenge)
    if not address:
        raise Unavailable("A key is needed: OAuth is off at this proxy ($GATEWAY_DESKTOP_KEY, or --key-env)")
    described = await get_json(http, address)
    resource = str(described.get("resource", ""))
    if resource.rstrip("/") != url.rstrip("/"):
        raise Unavailable(f"The metadata at {address} are of another resource than {url}")
    servers = described.get("authorization_servers")
    issuer = str(servers[0]) if isinstance(servers, list) and servers else ""
    bare = issuer.rstrip("/")
    for place in (
        get_well_known_url(bare, external=True),
        get_well_known_url(bare, external=True, suffix="openid-configuration"),
        f"{bare}/.well-known/openid-configuration",
    ):
        document = await get_json(http, place)
        if document and str(document.get("issuer", "")).rstrip("/") == issuer.rstrip("/"):
            scopes = scope_of(challenge).split() or described.get("scopes_supported")
            return _server(document, resource, scopes)
    raise Unavailable(f"The metadata of the authorization server {issuer} cannot be had")


async def get_json(http: aiohttp.ClientSession, address: str) -> dict[str, Any]:
    """Return the JSON object at an address that may be trusted; an empty one where there is none."""
    if not _safe(address):
        return {}
    try:
        headers = {"Accept": "application/json"}
        async with http.get(address, allow_redirects=False, headers=headers, timeout=LIMITS) as answer:
            return await object_of(answer) if answer.status == 200 else {}
    except (aiohttp.ClientError, OSError):
        return {}


async def object_of(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """Return the JSON object that an answer is; an empty one for anything else, and for more than 256 KB."""
    body = bytearray()
    async for data in answer.content.iter_any():
        body += data
        if len(body) > _LARGEST:
            return {}
    try:
        found = decoded(bytes(body))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _server(document: dict[str, Any], resource: str, scopes: object) -> Server:
    issuer = str(document["issuer"])
    if "S256" not in (document.get("code_challenge_methods_supported") or ()):
        raise Unavailable(f"The authorization server {issuer} does not offer PKCE with S256")
    places = [
        str(document.get(f"{name}_endpoint", "")) for name in ("authorization", "token", "registration")
    ]
    if not all(_safe(place) for place in places[:2]) or (places[2] and not _safe(places[2])):
        raise Unavailable(f"The authorization server {issuer} has endpoints without TLS")
    named = tuple(str(scope) for scope in scopes) if isinstance(scopes, list) else ()
    tells = document.get("authorization_response_iss_parameter_supported") is True
    return Server(issuer, places[0], places[1], places[2], resource, named, tells)


def _safe(address: str) -> bool:
    return is_confidential(parts_of(address))
