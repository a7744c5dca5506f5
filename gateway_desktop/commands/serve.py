"""`serve`: the gateway without a window; Qt is not even imported."""

import argparse
import os
from typing import Any

from gateway_desktop import logs
from gateway_desktop.app import Application, serve
from gateway_desktop.commands.arguments import given_settings, paths_of
from gateway_desktop.commands.output import note, say
from gateway_desktop.core.status import GatewayStatus
from gateway_desktop.services.setting_layers import Layers
from gateway_desktop.services.setting_values import beyond_this_machine


def add_options(parser: argparse.ArgumentParser, _common: argparse.ArgumentParser) -> None:
    """Say how the gateway can be run."""
    parser.add_argument("--port", type=int, metavar="N", help="listen there (default: the settings', 8899)")
    parser.add_argument("--host", metavar="H", help="listen on this address (default: this machine only)")
    parser.add_argument(
        "--public-url",
        metavar="URL",
        help="how others reach it; OAuth names this address (settings: public_url)",
    )
    parser.set_defaults(run=_serve)


def listening(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that the command line gives, by dotted key."""
    given = {
        "listen.port": arguments.port,
        "listen.host": arguments.host,
        "public_url": arguments.public_url,
    }
    return given_settings(arguments) | {key: value for key, value in given.items() if value is not None}


def _serve(arguments: argparse.Namespace) -> int:
    paths, given = paths_of(arguments), listening(arguments)
    level = Layers.of(paths.settings, given).found({})["log.level"][0]
    logs.set_up(paths.logs, level, console=True)

    def announce(application: Application, status: GatewayStatus) -> None:
        if application.notice:
            note(application.notice)
        if beyond_this_machine(status.host):
            note("Other machines can reach it")
        if status.fingerprint:
            note(f"Its certificate's SHA-256 is {status.fingerprint}")
        document = {"url": status.base_url, "port": status.port, "pid": os.getpid(), "tls": status.tls}
        say(arguments, f"Listening on {status.base_url}", document)

    return serve(paths, given, announce)
