"""`settings`: list, read, change."""

import argparse

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import note, say, table, wants_json
from gateway_desktop.commands.session import session, wait
from gateway_desktop.core.loopback import is_loopback
from gateway_desktop.core.settings import entries
from gateway_desktop.services.setting_layers import Source, variable


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with settings."""
    actions = Actions(parser, common)
    actions.add("list", _list, "all, and where each comes from")
    get = actions.add("get", _get, "read one")
    get.add_argument("key", metavar="KEY", help="as `settings list` shows it")
    change = actions.add("set", _set, "change one")
    change.add_argument("key", metavar="KEY", help="as `settings list` shows it")
    change.add_argument("value", metavar="VALUE")
    reset = actions.add("reset", _reset, "go back to the default of one")
    reset.add_argument("key", metavar="KEY", help="as `settings list` shows it")


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        found = wait(opened.services.settings.all())
    rows = [
        {
            "key": key,
            "value": value if wants_json(arguments) else _text(value),
            "from": str(source),
            "what": entries()[key].metadata["label"],
        }
        for key, (value, source) in found.items()
    ]
    return table(arguments, rows, ("key", "value", "from", "what"), "")


def _get(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        value, source = wait(opened.services.settings.get(arguments.key))
    return say(arguments, _text(value), {"key": arguments.key, "value": value, "from": str(source)})


def _set(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        _warn(wait(opened.services.settings.set(arguments.key, arguments.value)))
        return _say(arguments, *wait(opened.services.settings.get(arguments.key)))


def _reset(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        _warn(wait(opened.services.settings.change({arguments.key: None})))
        return _say(arguments, *wait(opened.services.settings.get(arguments.key)))


def _warn(notice: str) -> None:
    if notice:
        note(notice)


def _say(arguments: argparse.Namespace, value: object, source: Source) -> int:
    key = arguments.key
    if source is Source.ENVIRONMENT:
        note(f"Saved, but the environment variable {variable(key)} says otherwise and goes first")
    if key == "listen.host" and not is_loopback(str(value)):
        note(
            "Other machines can reach the gateway there; it speaks TLS unless listen.tls_ends_in_front is on"
        )
    if entries()[key].metadata["restart"]:
        note("Takes effect at the next start")
    return say(arguments, f"{key} = {_text(value)}", {"key": key, "value": value, "from": str(source)})


def _text(value: object) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)
