"""`access`: who may use what."""

import argparse

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.list_output import add_output_options, put_out
from gateway_desktop.commands.session import session
from gateway_desktop.commands.times import iso
from gateway_desktop.core.clock import now_us
from gateway_desktop.services.access_review import AccessLine, access_review

COLUMNS = ("user", "proxy", "kind", "tool", "through", "models", "last_used", "unused")


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be reviewed."""
    actions = Actions(parser, common)
    listing = actions.add("list", _list, "who may use which proxy and tool, through which group, last used")
    listing.add_argument("--user", default="", metavar="TEXT", help="part of e-mail or name")
    listing.add_argument("--proxy", default="", metavar="NAME", help="of this proxy only")
    listing.add_argument("--unused", action="store_true", help="only what was not used for 30 days")
    add_output_options(listing)


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        lines = opened.ask(
            access_review, now_us(), arguments.user, arguments.proxy, unused_only=arguments.unused
        )
        return put_out(arguments, opened, ("Access", _asked(arguments)), list(map(_row, lines)), COLUMNS)


def _asked(arguments: argparse.Namespace) -> str:
    named = [f"{name}:{value}" for name in ("user", "proxy") if (value := getattr(arguments, name))]
    return " ".join([*named, *(["unused"] if arguments.unused else [])])


def _row(line: AccessLine) -> dict[str, object]:
    return {
        "user": line.user,
        "proxy": line.proxy,
        "kind": line.kind,
        "tool": line.tool,
        "through": line.through,
        "models": list(line.models),
        "last_used": iso(line.last_used_us),
        "unused": line.unused,
    }
