"""`connect`: an MCP proxy of the running gateway on standard input and output."""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator

from gateway_desktop.commands.arguments import paths_of
from gateway_desktop.core.errors import ConfigurationError, Unavailable
from gateway_desktop.core.proxy import checked_name
from gateway_desktop.gateway.mcp.connect import Bridge
from gateway_desktop.services.gateway_lock import running_gateway

_VARIABLE = "GATEWAY_DESKTOP_KEY"


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
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    bridge = Bridge(f"{_base(arguments).rstrip('/')}/{name}/mcp", headers, _write)
    asyncio.run(bridge.run(_lines()))
    return 0


def _base(arguments: argparse.Namespace) -> str:
    if arguments.url:
        return str(arguments.url)
    running = running_gateway(paths_of(arguments).lock)
    if running is None or not running[1]:
        raise Unavailable("No gateway runs on this data folder; start it, or name another with --url")
    return running[1]


async def _lines() -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
        if line.strip():
            yield line


def _write(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()
