"""Options that every command has, before or after its words."""

import argparse
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import platformdirs

from gateway_desktop import __version__
from gateway_desktop.core.errors import ConfigurationError, with_short_words
from gateway_desktop.core.paths import Paths, at_home

_DATA_VARIABLE = "GATEWAY_DESKTOP_DATA"


class Parser(argparse.ArgumentParser):
    """Reads words; of values of thousands of characters its mistakes show beginning and end."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the words, and end."""
        super().error(with_short_words(message))


def common_options() -> Parser:
    """Return the options; without defaults: those of an inner parser would hide what stood before it."""
    options = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument(
        "--data", metavar="DIR", help="the data folder (default: this platform's, or $GATEWAY_DESKTOP_DATA)"
    )
    options.add_argument(
        "--key-file", metavar="FILE", help="the master key, instead of the keyring or DIR/master.key"
    )
    options.add_argument(
        "--database", metavar="URL", help="the team's PostgreSQL database: postgresql://user@host/name"
    )
    options.add_argument("--json", action="store_true", help="answer in JSON, for machines")
    options.add_argument("--version", action="version", version=f"Gateway Desktop {__version__}")
    return options


class Actions:
    """The actions of a command, such as `list`: each with the options of every command, and what runs it."""

    def __init__(
        self,
        parser: argparse.ArgumentParser,
        common: argparse.ArgumentParser,
        dest: str = "action",
        metavar: str = "ACTION",
    ) -> None:
        self._parsers = parser.add_subparsers(dest=dest, metavar=metavar, required=True)
        self._common = common

    def add(
        self, name: str, run: Callable[[argparse.Namespace], int], summary: str, /, **words: str
    ) -> argparse.ArgumentParser:
        """Add one action with its words as help shows them; its options go to the parser returned."""
        action = self._parsers.add_parser(name, parents=[self._common], help=summary)
        action.set_defaults(run=run)
        for word, shown in words.items():
            action.add_argument(word, metavar=shown)
        return action

    def add_group(self, name: str, summary: str, changes: str) -> "Actions":
        """Add an action that has actions of its own, `changes`."""
        action = self._parsers.add_parser(name, parents=[self._common], help=summary)
        return Actions(action, self._common, "change", changes)


def given_settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that every command can be given, by dotted key."""
    database = getattr(arguments, "database", None)
    return {} if database is None else {"database": database}


def paths_of(arguments: argparse.Namespace) -> Paths:
    """Return the data folder that the arguments name."""
    named = getattr(arguments, "data", None) or os.environ.get(_DATA_VARIABLE)
    data = at_home(named, "data folder") if named else _usual_folder()
    key_file = getattr(arguments, "key_file", None)
    return Paths(data.absolute(), at_home(key_file, "key file").absolute() if key_file else None)


def _usual_folder() -> Path:
    try:
        return platformdirs.user_data_path("gateway-desktop", appauthor=False)
    except RuntimeError:  # as in some containers
        problem = "this account has no home folder; name another with --data"
        raise ConfigurationError("data folder", problem) from None


def output_file(text: str) -> Path:
    """Return where `--out` writes; ConfigurationError for a device or a pipe, which a file would replace."""
    path = at_home(text, "--out").absolute()
    with suppress(OSError):  # nothing is there, or writing says what is wrong
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise ConfigurationError("--out", f"'{text}' is no file")
    return path
