"""`limit`: how much groups, users, keys and proxies may ask in a minute and at once."""

import argparse

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import say, table
from gateway_desktop.commands.session import session, wait
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.plural import plural
from gateway_desktop.core.rate_limit import Measure, RateLimit
from gateway_desktop.core.scope import Scope
from gateway_desktop.store.queries.rate_limits import rate_limit_rows

_SUBJECT = "name of the group or proxy, e-mail address of the user, start of the key"
_COLUMNS = ("scope", "subject", *map(str, Measure))


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with rate limits."""
    actions = Actions(parser, common)
    change = actions.add("set", _set, "limit somebody; 'none' lifts a part of it")
    _add_subject(change)
    change.add_argument("--requests", metavar="N", help="requests a minute")
    change.add_argument("--tokens", metavar="N", help="tokens a minute, of input and output")
    change.add_argument("--concurrent", metavar="N", help="requests at once")
    actions.add("list", _list, "all rate limits")
    remove = actions.add("remove", _remove, "limit somebody no longer")
    _add_subject(remove)


def _add_subject(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "scope", choices=[str(scope) for scope in Scope if scope is not Scope.GATEWAY], help="what is limited"
    )
    parser.add_argument("name", metavar="NAME", help=_SUBJECT)


def _set(arguments: argparse.Namespace) -> int:
    given = {measure: getattr(arguments, measure) for measure in Measure}
    values = {measure: _number(measure, text) for measure, text in given.items() if text is not None}
    with session(arguments) as opened:
        made = wait(opened.services.rate_limits.set(Scope(arguments.scope), arguments.name, values))
    return say(arguments, f"The {made.named} is limited to {_words(made)}", _row(made))


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        rows = [_row(limit) for limit in opened.ask(rate_limit_rows)]
    return table(arguments, rows, _COLUMNS, "No rate limits")


def _remove(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        removed = wait(opened.services.rate_limits.remove(Scope(arguments.scope), arguments.name))
    return say(arguments, f"The {removed.named} is not limited any more", _row(removed))


def _number(measure: Measure, text: str) -> int | None:
    if text == "none":
        return None
    if not (text.isascii() and text.isdigit()):
        raise ConfigurationError(measure, f"a number or 'none', not '{text}'")
    return int(text)


def _words(limit: RateLimit) -> str:
    parts = ((limit.requests, "request", "a minute"), (limit.tokens, "token", "a minute"))
    every = (*parts, (limit.concurrent, "request", "at once"))
    return ", ".join(f"{plural(most, one)} {when}" for most, one, when in every if most is not None)


def _row(limit: RateLimit) -> dict[str, object]:
    return {name: getattr(limit, name) for name in _COLUMNS}
