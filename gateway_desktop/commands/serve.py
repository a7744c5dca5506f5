"""`serve`: the gateway without a window; Qt is not even imported."""

import argparse
import faulthandler
import gc
import logging
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from typing import Any

from gateway_desktop import logs
from gateway_desktop.app import Application, open_application
from gateway_desktop.commands.arguments import given_settings, paths_of
from gateway_desktop.commands.output import note, say
from gateway_desktop.core.errors import StorageUnavailable, pauses
from gateway_desktop.core.loopback import is_loopback
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.status import GatewayStatus
from gateway_desktop.services.end_signals import when_told_to_end
from gateway_desktop.services.setting_layers import Layers

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0
_LONGEST_END = 30.0  # seconds; calls on their way have ten of them


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
    given = {"listen.port": arguments.port, "listen.host": arguments.host, "public_url": arguments.public_url}
    return given_settings(arguments) | {key: value for key, value in given.items() if value is not None}


def _serve(arguments: argparse.Namespace) -> int:
    paths, given = paths_of(arguments), listening(arguments)
    level = Layers.of(paths.settings, given).found({})["log.level"][0]
    logs.set_up(paths.logs, level, console=True)

    def announce(application: Application, status: GatewayStatus) -> None:
        if application.notice:
            note(application.notice)
        if not is_loopback(status.host):
            note("Other machines can reach it")
        if status.fingerprint:
            note(f"Its certificate's SHA-256 is {status.fingerprint}")
        document = {"url": status.base_url, "port": status.port, "pid": os.getpid(), "tls": status.tls}
        say(arguments, f"Listening on {status.base_url}", document)

    return _until_told_to_end(paths, given, announce)


def _until_told_to_end(
    paths: Paths, command_line: Mapping[str, Any], announce: Callable[[Application, GatewayStatus], None]
) -> int:
    """Run the gateway without a window until it is told to end; `announce` is called once it listens.

    A database that does not answer yet is waited for.
    """
    end: Future[None] = Future()

    def told() -> None:
        if not end.done():
            end.set_result(None)
            if sys.stderr is not None:  # whatever hangs then, it is told of, and the process is gone
                faulthandler.dump_traceback_later(_LONGEST_END, exit=True)

    when_told_to_end(told)  # before anybody can know that it runs
    with ExitStack() as stack:
        if (application := _opened(stack, paths, command_line, end)) is None:
            return 0
        status = application.start_gateway()
        gc.collect()
        gc.freeze()  # what lives now lives to the end: later collections pass it by, and stop nobody for long
        announce(application, status)
        while not end.done():  # a signal that another thread is given wakes nobody who waits without a limit
            with suppress(TimeoutError):
                end.result(_LOOK_SECONDS)
    return 0


def _opened(
    stack: ExitStack, paths: Paths, command_line: Mapping[str, Any], end: Future[None]
) -> Application | None:
    """Open the rooms as soon as the database answers: who may ask what stands there. None: told to end."""
    said = ""
    for pause in pauses():
        if end.done():
            break
        try:
            return stack.enter_context(open_application(paths, command_line))
        except StorageUnavailable as problem:
            if not problem.passes:
                raise
            if str(problem) != said:
                said = str(problem)
                _log.error("The gateway waits, and does not listen yet. %s", said)
        with suppress(TimeoutError):
            end.result(pause)
    return None
