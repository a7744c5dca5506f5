"""`login`: sign in to a team's database, for the commands and the window of this data folder."""

import argparse
import getpass
import sys

from gateway_desktop.commands.output import say
from gateway_desktop.commands.session import session
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.services.team_sign_in import DAYS
from gateway_desktop.services.who import keep


def add_options(parser: argparse.ArgumentParser, _common: argparse.ArgumentParser) -> None:
    """Say how a person signs in."""
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from there")
    parser.add_argument(
        "--code", default="", metavar="CODE", help="the one-time code, where one is asked for"
    )
    parser.set_defaults(run=_login)


def _login(arguments: argparse.Namespace) -> int:
    with session(arguments, anybody=True) as opened:
        if not isinstance(opened.store.where, DatabaseUrl):
            raise Unavailable("Only a team's database asks who you are; on this one you act as admin")
        typed = _password(arguments)
        kept = opened.sign_in.sign_in(arguments.email, typed, arguments.code).result()
        keep(opened.paths.window_session, str(kept))
        person = opened.sign_in.person(str(kept)).result()
    assert person is not None
    document = {"user": person.shown, "role": str(person.role)}
    return say(arguments, f"Signed in as {person.shown} ({person.role}) for {DAYS} days", document)


def _password(arguments: argparse.Namespace) -> str:
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    try:
        return getpass.getpass()
    except EOFError:
        raise Unavailable("Nobody typed a password; a script gives it with --password-stdin") from None
