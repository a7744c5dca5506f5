"""`logout`: end the sign-in to a team's database that is kept in this data folder."""

import argparse

from gateway_desktop.commands.output import say
from gateway_desktop.commands.session import session
from gateway_desktop.services.who import kept_sign_in


def add_options(parser: argparse.ArgumentParser, _common: argparse.ArgumentParser) -> None:
    """Nothing can be chosen."""
    parser.set_defaults(run=_logout)


def _logout(arguments: argparse.Namespace) -> int:
    with session(arguments, anybody=True) as opened:
        kept = kept_sign_in(opened.paths.window_session)
        if kept:
            opened.sign_in.sign_out(kept).result()
        opened.paths.window_session.unlink(missing_ok=True)
    return say(arguments, "Signed out" if kept else "Nobody was signed in", {"signed_out": bool(kept)})
