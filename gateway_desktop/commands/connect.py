"""`connect`: an MCP proxy of the running gateway on standard input and output.

Without a key its person signs in with a browser where the proxy lets people sign in.
"""

import argparse
import asyncio
import contextlib
import os
import sys
import webbrowser
from collections.abc import AsyncIterator

from gateway_desktop.commands.arguments import paths_of
from gateway_desktop.commands.output import note
from gateway_desktop.commands.session import session
from gateway_desktop.core.errors import ConfigurationError, Unavailable
from gateway_desktop.core.proxy import checked_name
from gateway_desktop.gateway.mcp.bridge import Bridge
from gateway_desktop.gateway.mcp.sign_in import SignIn
from gateway_desktop.services.gateway_lock import GatewayLock, running_gateway

_VARIABLE = "GATEWAY_DESKTOP_KEY"
_SCREENS = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")  # without one, browsers would use our own terminal
_PAUSE = 0.2  # seconds
_TRIES = 1800


def add_options(parser: argparse.ArgumentParser, _common: argparse.ArgumentParser) -> None:
    """Say where to and by which key."""
    parser.add_argument("proxy", metavar="NAME")
    parser.add_argument(
        "--url", default="", metavar="BASE", help="of the gateway (default: the one running here)"
    )
    parser.add_argument("--key-env", default="", metavar="VAR", help=f"holds your key (default: {_VARIABLE})")
    parser.set_defaults(run=_connect)


def _connect(arguments: argparse.Namespace) -> int:
    name = checked_name(arguments.proxy)
    key = os.environ.get(arguments.key_env or _VARIABLE, "")
    if arguments.key_env and not key:
        raise ConfigurationError("key-env", f"the environment variable {arguments.key_env} is not set here")
    url = f"{_base(arguments).rstrip('/')}/{name}/mcp"
    asyncio.run(_run(arguments, name, url, key))
    return 0


async def _run(arguments: argparse.Namespace, name: str, url: str, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    sign_in = None if key else SignIn(url, f"{name} (connect)", _Sealed(arguments, url), _show)
    await Bridge(url, headers, _write, sign_in).run(_lines())


class _Sealed:
    """The sign-in for one address, in the data folder's vault."""

    def __init__(self, arguments: argparse.Namespace, url: str) -> None:
        self._arguments = arguments
        self._url = url

    async def read(self) -> str:
        """Return what is kept, or nothing."""
        return await asyncio.to_thread(self._read)

    async def write(self, text: str) -> None:
        """Keep it."""
        await asyncio.to_thread(self._write, text)

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Wait for other processes of this data folder that sign in."""
        lock = GatewayLock(paths_of(self._arguments).sign_in_lock)
        for tries_left in range(_TRIES, -1, -1):
            try:
                lock.acquire()
                break
            except Unavailable:
                if not tries_left:
                    raise Unavailable("Another `connect` is signing in; finish that first") from None
                await asyncio.sleep(_PAUSE)
        try:
            yield
        finally:
            lock.release()

    def _read(self) -> str:
        with session(self._arguments, anybody=True) as opened:
            return opened.services.kept_sign_ins.read(self._url).result()

    def _write(self, text: str) -> None:
        with session(self._arguments, anybody=True) as opened:
            opened.services.kept_sign_ins.write(self._url, text).result()


async def _show(address: str) -> None:
    """Open a browser where there is one; standard output belongs to the protocol."""
    note(f"Sign in with a browser: {address}")
    if sys.platform != "linux" or any(os.environ.get(name) for name in _SCREENS):
        await asyncio.to_thread(webbrowser.open, address)


def _base(arguments: argparse.Namespace) -> str:
    if arguments.url:
        return str(arguments.url)
    running = running_gateway(paths_of(arguments).lock)
    if running is None or not running.base_url:
        raise Unavailable("No gateway runs on this data folder; start it, or name another with --url")
    return running.base_url


async def _lines() -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
        if line.strip():
            yield line


def _write(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()
