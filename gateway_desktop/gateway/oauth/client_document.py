"""Fetching client-id documents, without becoming a door into the private network (SSRF).

https to public addresses only, checked on the address that is connected to; no redirects, no proxies, no
cookies, 5 KB, 5 seconds.
"""

import ipaddress
import json
import socket
import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from gateway_desktop.identity.oauth_error import OAuthError

LARGEST = 5 * 1024
_SECONDS = 5.0


def is_public(address: str) -> bool:
    """Return whether an address is of the public internet, also inside IPv6's wrappings of IPv4."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class ClientDocuments:
    """Fetches documents; what counts as public, and whom TLS trusts, can be told for other networks."""

    def __init__(
        self, allowed: Callable[[str], bool] = is_public, trust: ssl.SSLContext | None = None
    ) -> None:
        self._allowed = allowed
        self._trust = trust

    async def fetch(self, address: str) -> object:
        """Return the document at the address; raise OAuthError (invalid_client) with what was wrong."""
        host = urlsplit(address).hostname or ""
        try:
            literal = self._allowed(host)
        except ValueError:
            literal = True  # a name: its addresses are checked when they are known
        if not literal:
            raise _failed("its address is not public")
        connector = aiohttp.TCPConnector(
            resolver=_Guard(self._allowed), use_dns_cache=False, ssl=self._trust or True, limit=2
        )
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        try:
            async with aiohttp.ClientSession(
                connector=connector, timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
            ) as session:
                return await self._read(session, address)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise _failed(f"it cannot be fetched ({type(error).__name__})") from error

    async def _read(self, session: aiohttp.ClientSession, address: str) -> object:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        async with session.get(address, allow_redirects=False, headers=headers) as answer:
            if answer.status != 200:
                raise _failed(f"it answered with status {answer.status}")
            body = b""
            async for chunk in answer.content.iter_any():
                body += chunk
                if len(body) > LARGEST:
                    raise _failed(f"it is larger than {LARGEST // 1024} KB")
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise _failed("it is not JSON") from None


class _Guard(AbstractResolver):
    """Resolves names to allowed addresses only; the connection goes to exactly those."""

    def __init__(self, allowed: Callable[[str], bool]) -> None:
        self._allowed = allowed
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses; raise OSError if one of them is not allowed."""
        found = await self._resolver.resolve(host, port, family)
        if not all(self._allowed(entry["host"]) for entry in found):
            raise OSError(None, f"{host} has an address that is not public")
        return found

    async def close(self) -> None:
        """Nothing is held."""


def _failed(why: str) -> OAuthError:
    return OAuthError("invalid_client", f"The client-id document is of no use: {why}", 401)
