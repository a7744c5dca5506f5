"""`diagnostics`: what helps to find a fault, without secrets."""

import argparse

from gateway_desktop.commands.arguments import output_file
from gateway_desktop.commands.output import say
from gateway_desktop.commands.session import session, wait


def add_options(parser: argparse.ArgumentParser, _common: argparse.ArgumentParser) -> None:
    """Say where it may go."""
    parser.add_argument("--out", metavar="FILE", help="write it there instead of standard output")
    parser.set_defaults(run=_diagnostics)


def _diagnostics(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        diagnostics = opened.services.diagnostics
        text = wait(diagnostics.text())
        if not arguments.out:
            return say(arguments, text, {"diagnostics": text})
        out = wait(diagnostics.save(output_file(arguments.out), text))
    return say(arguments, f"Wrote {out}", {"file": str(out)})
