"""`check`: does this installation work? Start on a free port, migrate, answer /healthz, stop."""

import argparse
import socket
import urllib.error
import urllib.request

from gateway_desktop.app import open_application
from gateway_desktop.commands.arguments import given_settings, paths_of
from gateway_desktop.commands.output import say
from gateway_desktop.core.errors import Unavailable, in_words

_SECONDS = 10


def add_options(parser: argparse.ArgumentParser, _common: argparse.ArgumentParser) -> None:
    """Nothing can be chosen."""
    parser.set_defaults(run=_check)


def _check(arguments: argparse.Namespace) -> int:
    paths = paths_of(arguments)
    given = given_settings(arguments) | {"listen.host": "127.0.0.1", "listen.port": _free_port()}
    with open_application(paths, given) as application:
        status = application.start_gateway()
        _require_health(status.base_url)
    return say(arguments, f"All well with {paths.data}", {"ok": True, "data": str(paths.data)})


def _require_health(base_url: str) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through an outgoing proxy
    try:
        with direct.open(f"{base_url}/healthz", timeout=_SECONDS) as answer:
            status = answer.status
    except (OSError, urllib.error.URLError) as error:
        why = in_words(getattr(error, "reason", error))
        raise Unavailable(f"The gateway started on {base_url} but does not answer: {why}") from error
    if status != 200:
        raise Unavailable(f"The gateway started on {base_url} but answers /healthz with {status}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
