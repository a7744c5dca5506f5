"""Which addresses are of the public internet, and names that may stand for no others."""

import ipaddress
import socket
from collections.abc import Callable

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver


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


class CheckedResolver(AbstractResolver):
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
