"""`python -m gateway_desktop`: read the command line, hand over to one command or to the window."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from gateway_desktop.commands import SUBJECTS
from gateway_desktop.commands.arguments import common_options, given_settings, paths_of
from gateway_desktop.core.errors import ConfigurationError, StorageUnavailable, Unavailable

PROGRAM = "gateway-desktop"


def main(words: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status: 0, 1 when it failed, 2 when it was called wrongly."""
    words = sys.argv[1:] if words is None else words
    try:
        arguments = parse(words)
        if arguments.subject is None:
            return _window(arguments)
        return int(arguments.run(arguments))
    except SystemExit as end:  # argparse has said why
        return end.code if isinstance(end.code, int) else 1
    except (ConfigurationError, StorageUnavailable, Unavailable) as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Read a command; the words after `--stdio ... --` belong to another program and are `command`."""
    command: Sequence[str] = ()
    if "--" in words and "--stdio" in words[: (at := words.index("--"))]:
        words, command = words[:at], words[at + 1 :]
    arguments = _parser(words).parse_args(words)
    arguments.command = tuple(command)
    return arguments


def _fail(message: str) -> int:
    sys.stderr.write(f"{PROGRAM}: {message}\n")
    return 1


def _window(arguments: argparse.Namespace) -> int:
    desktop = importlib.import_module("gateway_desktop.desktop")  # Qt: only here, and only now
    return int(desktop.run(paths_of(arguments), given_settings(arguments)))


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Return a parser that knows the options of one command only: the others are not imported for it."""
    common = common_options()
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        parents=[common],
        description="A gateway for LLM APIs. Without a command, the window opens, with the gateway in it.",
    )
    subjects = parser.add_subparsers(dest="subject", metavar="COMMAND", title="commands")
    for name, summary in SUBJECTS:
        command = subjects.add_parser(name, parents=[common], help=summary, description=summary)
        if name in words:
            importlib.import_module(f"gateway_desktop.commands.{name}").add_options(command, common)
    return parser


if __name__ == "__main__":
    sys.exit(main())
