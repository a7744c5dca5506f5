"""Names that may stand for some addresses only, whatever they stood for when they were checked."""

import asyncio
import socket
from collections.abc import Callable

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from gateway_desktop.core.loopback import is_public


async def stands_for_public(host: str) -> bool:
    """Return whether an address, or each of those that a name stands for now, is of the public internet.

    Raises:
        OSError, UnicodeError: nobody knows the name.
    """
    try:
        return is_public(host)
    except ValueError:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return all(is_public(str(entry[4][0])) for entry in found)


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
