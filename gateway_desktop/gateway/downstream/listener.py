"""The open socket, kept equal to the settings; a change of port drops nobody's stream."""

import asyncio
import errno
import logging
import os
import socket
from pathlib import Path

from aiohttp import web

from gateway_desktop.core.errors import Unavailable, in_words
from gateway_desktop.core.loopback import is_loopback
from gateway_desktop.core.traffic_settings import Listen
from gateway_desktop.gateway.downstream.certificates import Certificate
from gateway_desktop.gateway.tasks import spawn

_log = logging.getLogger(__name__)
_RELOAD_SECONDS = 5
_HANDSHAKE = 10.0  # seconds until TLS has to stand: until then a caller holds a file, and is not counted
_CUT = 1.0  # seconds that connections have at the end: those on their way were waited for before


class PortTaken(Unavailable):
    """Something else listens there; `next_free` is a port that was free just now."""

    def __init__(self, host: str, port: int) -> None:
        self.next_free = next_free_port(host, port)
        super().__init__(f"Port {port} on {host} is in use by another program")


def next_free_port(host: str, port: int) -> int | None:
    """Return the first of the next hundred ports that can be bound."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port + 1, min(port + 101, 65536)):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    return None


class Listener:
    """One address and port, with TLS beyond this machine."""

    def __init__(self, server: web.Server, folder: Path, handshake: float = _HANDSHAKE) -> None:
        self._runner = web.ServerRunner(server, shutdown_timeout=_CUT)
        self._folder = folder
        self._handshake = handshake
        self._server: asyncio.Server | None = None
        self._watch: asyncio.Task[None] | None = None
        self.certificate: Certificate | None = None
        self.port = 0

    async def open(self, listen: Listen) -> None:
        """Listen there instead of where we listened; raise PortTaken or Unavailable, keeping the old one."""
        if self._runner.server is None:
            await self._runner.setup()
        certificate = None
        if not is_loopback(listen.host) and not listen.tls_ends_in_front:
            certificate = Certificate(listen, self._folder)
        assert self._runner.server is not None
        try:
            server = await asyncio.get_running_loop().create_server(
                self._runner.server,
                listen.host,
                listen.port,
                ssl=certificate.context if certificate else None,
                ssl_handshake_timeout=self._handshake if certificate else None,
                backlog=1024,
            )
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(listen.host, listen.port) from error
            number = error.errno or errno.EADDRNOTAVAIL  # which asyncio leaves out from Python 3.13 on
            why = os.strerror(number) if number > 0 else in_words(error)  # asyncio's show a Python tuple
            raise Unavailable(f"Cannot listen on {listen.host} port {listen.port}: {why}") from error
        await self.close()
        self._server, self.certificate = server, certificate
        self.port = server.sockets[-1].getsockname()[1]
        if certificate is not None:
            self._watch = spawn(follow(certificate), "certificate watch")

    async def close(self) -> None:
        """Accept no further connections; those that stand go on."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if self._server is not None:
            self._server.close()
            self._server = None

    async def end(self) -> None:
        """Close the connections that still stand."""
        await self.close()
        await self._runner.cleanup()


async def follow(certificate: Certificate, every: float = _RELOAD_SECONDS) -> None:
    """Load it again whenever its files change; what is wrong with them is told once."""
    told = ""
    while True:
        await asyncio.sleep(every)
        problem = ""
        try:
            if certificate.reload():
                _log.info("The certificate was loaded again, fingerprint %s", certificate.fingerprint)
        except Unavailable as error:
            problem = str(error)
        if problem and problem != told:
            _log.error("%s; the one loaded before stays", problem)
        told = problem
