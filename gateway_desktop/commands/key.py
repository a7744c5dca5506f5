"""`key`: API keys of this gateway."""

import argparse

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import note, say, table, wants_json
from gateway_desktop.commands.session import session, wait
from gateway_desktop.commands.times import iso
from gateway_desktop.core.clock import now_us
from gateway_desktop.services.keys import CreatedKey
from gateway_desktop.store.queries.configuration import KeyItem, key_rows

_PREFIX = "how it begins, as `key list` shows it"


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with keys."""
    actions = Actions(parser, common)
    create = actions.add("create", _create, "make a key; it is shown once")
    create.add_argument("--user", required=True, metavar="EMAIL|NAME", help="who owns it")
    create.add_argument(
        "--group", default="", metavar="G", help="one of the owner's groups (default: the primary one)"
    )
    create.add_argument("--name", default="", help="what it is for")
    create.add_argument("--expires", type=float, metavar="DAYS", help="it ends after so many days")
    actions.add("list", _list, "all keys ever issued")
    revoke = actions.add("revoke", _revoke, "refuse a key from the next request on, for good")
    revoke.add_argument("key", metavar="PREFIX", help=_PREFIX)
    rename = actions.add("rename", _rename, "say anew what a key is for")
    rename.add_argument("key", metavar="PREFIX", help=_PREFIX)
    rename.add_argument("name", metavar="NAME")
    rotate = actions.add("rotate", _rotate, "make a key's successor; both work for a while")
    rotate.add_argument("key", metavar="PREFIX", help=_PREFIX)
    rotate.add_argument(
        "--overlap", type=float, default=24, metavar="HOURS", help="how long the old one works (24)"
    )


def _create(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        keys = opened.services.keys
        created = wait(keys.create(arguments.user, arguments.group, arguments.name, arguments.expires))
    return _say(arguments, created)


def _rotate(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        created = wait(opened.services.keys.rotate(arguments.key, arguments.overlap))
    return _say(arguments, created)


def _revoke(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        wait(opened.services.keys.revoke(arguments.key))
    return say(arguments, f"Revoked {arguments.key}", {"key": arguments.key, "revoked": True})


def _rename(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        wait(opened.services.keys.rename(arguments.key, arguments.name))
    document = {"key": arguments.key, "name": arguments.name}
    return say(arguments, f"{arguments.key} is now called {arguments.name}", document)


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        rows = [_row(item) for item in opened.ask(key_rows)]
    columns = ("prefix", "name", "user", "group", "state", "created", "last_used", "expires")
    return table(arguments, rows, columns, "No keys yet: gateway-desktop key create --user EMAIL")


def _row(item: KeyItem) -> dict[str, object]:
    return {
        "prefix": item.key.prefix,
        "name": item.key.name,
        "user": item.owner,
        "group": item.group,
        "state": item.state(now_us()),
        "created": iso(item.key.created_us),
        "last_used": iso(item.last_used_us),
        "expires": iso(item.key.expires_us),
        "id": item.key.id,
    }


def _say(arguments: argparse.Namespace, created: CreatedKey) -> int:
    document = {
        "key": str(created.key),
        "id": created.id,
        "prefix": created.prefix,
        "name": created.name,
        "user": created.user,
        "group": created.group,
        "expires": iso(created.expires_us),
    }
    if not wants_json(arguments):
        end = f", until {iso(created.expires_us)}" if created.expires_us else ""
        note(f"Key of {created.user} in group {created.group}{end}. It is shown only now:")
    return say(arguments, str(created.key), document)
