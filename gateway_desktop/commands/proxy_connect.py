"""`proxy connect` and `proxy sandbox`: lines to paste into tools."""

import argparse
import shlex
from dataclasses import asdict

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import note, say, wants_json, write
from gateway_desktop.commands.session import Session, session, wait
from gateway_desktop.core.status import GatewayStatus
from gateway_desktop.services.connect import PLACEHOLDER, snippets
from gateway_desktop.services.gateway_lock import running_gateway


def add_connect(actions: Actions) -> None:
    """Say what can be asked."""
    connect = actions.add("connect", _connect, "lines to paste into tools", proxy="NAME")
    connect.add_argument("--key", default=PLACEHOLDER, help="the key to write into the lines")
    actions.add("sandbox", _sandbox, "a practice upstream on this machine, with a user and a key")


def _sandbox(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        made = wait(opened.services.first_steps.first_key())
        found = snippets(_base_url(opened), made.proxy, str(made.key or PLACEHOLDER))
    [call] = [snippet.text.rstrip() for snippet in found if snippet.tool == "curl"]
    if made.key is None:
        another = shlex.join(("gateway-desktop", "key", "create", "--user", made.user))
        note(f"{made.user} has a first key, {made.prefix}..., shown when it was made. For another: {another}")
    elif not wants_json(arguments):
        note(f"A first call of {made.user}; the key in it is shown only now:")
    key = None if made.key is None else str(made.key)
    document = {"proxy": made.proxy.name, "user": made.user, "key": key, "call": call}
    return say(arguments, call, document)


def _connect(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        proxy = wait(opened.services.proxies.get(arguments.proxy))
        found = snippets(_base_url(opened), proxy, arguments.key)
    if wants_json(arguments):
        return say(arguments, "", [asdict(snippet) for snippet in found])
    for snippet in found:
        write(f"# {snippet.tool}")
        write(snippet.text.rstrip())
        if snippet.note:
            write(f"# {snippet.note}")
        write("")
    return 0


def _base_url(opened: Session) -> str:
    settings = wait(opened.services.settings.current())
    running = running_gateway(opened.paths.lock)
    public_url = running.public_url if running is not None else ""
    if public_url or settings.public_url:
        return public_url or settings.public_url
    if running is not None and running.base_url:
        return running.base_url
    return GatewayStatus(host=settings.listen.host, port=settings.listen.port).base_url
