"""What only agents need: their cards are answered here, and addresses for notifications are checked."""

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind
from gateway_desktop.gateway.agent_serving import serve_card, serve_extended_card
from gateway_desktop.gateway.filter import CallNext
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.protocols.a2a.adapter import PUSH_URLS
from gateway_desktop.protocols.a2a.errors import PushRefused
from gateway_desktop.protocols.a2a.methods import CARD, EXTENDED_CARD
from gateway_desktop.protocols.a2a.push import is_private, problem


class Agents:
    """Agent2Agent proxies only."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Answer for the agent, or call on; raise PushRefused."""
        call = exchange.call
        if exchange.proxy.kind is not Kind.A2A or call is None:
            await call_next(exchange)
            return
        await self._check_push(call.detail.get(PUSH_URLS))
        secret = self._runtime.credential_of(exchange.proxy)
        if call.operation == CARD:
            await serve_card(self._runtime, exchange, secret)
        elif call.operation == EXTENDED_CARD:
            await serve_extended_card(self._runtime, exchange, call, secret)
        else:
            await call_next(exchange)

    async def _check_push(self, urls: object) -> None:
        hosts = frozenset(self._runtime.snapshot.settings.a2a.push_hosts.lower().split())
        for url in urls if isinstance(urls, list) else ():
            if why := problem(str(url), hosts):
                raise PushRefused(why)
            await _check_addresses(str(url))


async def _check_addresses(url: str) -> None:
    """Refuse a name that stands for a private address now; later is the network's of the agent."""
    host = urlsplit(url).hostname or ""
    try:
        ipaddress.ip_address(host)
        return
    except ValueError:
        pass
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PushRefused(f"the name {host} for push notifications is not known") from error
    for entry in found:
        if is_private(str(entry[4][0]).partition("%")[0]):
            raise PushRefused(f"push notifications to {host}, which is a private address, are never allowed")
