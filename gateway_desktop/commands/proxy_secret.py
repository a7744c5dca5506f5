"""`proxy secret`: the upstream's credential, and the sealed environment values of a command."""

import argparse
import sys

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import say, table
from gateway_desktop.commands.session import session, wait
from gateway_desktop.core.errors import ConfigurationError


def add_secret(actions: Actions) -> None:
    """Say what can be sealed."""
    changes = actions.add_group("secret", "credential, or a command's values", "set|remove|list")
    change = changes.add("set", _set, "read a value, to be sealed", proxy="NAME")
    change.add_argument(
        "variable", metavar="VAR", nargs="?", default="", help="of a command; else the credential"
    )
    change.add_argument("--stdin", action="store_true", required=True, help="from standard input")
    changes.add("remove", _remove, "forget the value of a command's variable", proxy="NAME", variable="VAR")
    changes.add("list", _list, "the variables of a command; never their values", proxy="NAME")


def read_secret() -> str:
    """Return the first line of standard input."""
    credential = sys.stdin.readline().strip()
    if not credential:
        raise ConfigurationError("credential", "nothing came from standard input")
    return credential


def _set(arguments: argparse.Namespace) -> int:
    plain = read_secret()
    with session(arguments) as opened:
        opened.unlock()
        if arguments.variable:
            wait(opened.services.proxy_variables.set(arguments.proxy, arguments.variable, plain))
        else:
            wait(opened.services.proxies.set_credential(arguments.proxy, plain))
    what = arguments.variable or "the credential"
    document = {"proxy": arguments.proxy, "variable": arguments.variable or None, "sealed": True}
    return say(arguments, f"Sealed {what} of {arguments.proxy}", document)


def _remove(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        wait(opened.services.proxy_variables.remove(arguments.proxy, arguments.variable))
    document = {"proxy": arguments.proxy, "variable": arguments.variable, "sealed": False}
    return say(arguments, f"Forgot {arguments.variable} of {arguments.proxy}", document)


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        command = wait(opened.services.proxies.get(arguments.proxy)).stdio
    rows: list[dict[str, object]] = []
    if command is not None:
        rows += [{"variable": name, "value": "sealed"} for name in command.sealed]
        rows += [
            {"variable": name, "value": "copied"} for name in command.variables if name not in command.sealed
        ]
    return table(arguments, rows, ("variable", "value"), "No variables")
