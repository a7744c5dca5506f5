"""`python -m gateway_desktop`: read the command line, hand over to one command or to the window."""

import sys

try:
    import argparse
    import importlib
    import io
    import os
    import re
    import signal
    from collections.abc import Sequence
    from itertools import takewhile
    from pathlib import Path
    from typing import Any, Literal, NoReturn, TextIO

    from gateway_desktop.commands import SUBJECTS
    from gateway_desktop.commands.arguments import Parser, common_options, given_settings, paths_of
    from gateway_desktop.commands.output import note
    from gateway_desktop.core.errors import (
        ConfigurationError,
        StorageUnavailable,
        Unavailable,
        in_words,
        with_short_words,
    )
    from gateway_desktop.services.end_signals import when_told_to_end
except KeyboardInterrupt:  # nothing has begun
    sys.exit(130)

PROGRAM = "gateway-desktop"
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")  # without any of them, Qt aborts
_BYTES = re.compile("[\ud800-\udfff]")  # what Python makes of those that are no text


def main(words: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status: 0, 1 when it failed, 2 when it was called wrongly."""
    words = sys.argv[1:] if words is None else words
    sys.stdout, sys.stderr = _opened(sys.stdout), _opened(sys.stderr)
    sys.stdin = _opened(sys.stdin, "r", "strict")  # a secret is text, whatever the locale lets through
    try:
        arguments = parse(words)
        if arguments.subject is None:
            return _window(arguments)
        when_told_to_end(_break_off)
        return int(arguments.run(arguments))
    except SystemExit as end:  # argparse has said why
        return end.code if isinstance(end.code, int) else 1
    except (ConfigurationError, StorageUnavailable, Unavailable) as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return 130
    except UnicodeDecodeError:  # files are read where their name is known
        return _fail("standard input: it is not text in this terminal's encoding")
    except BrokenPipeError:  # whoever read our output has enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:  # a file, a folder or a disk that is not as it should be: the machine, not us
        place = f"{error.filename}: " if error.filename is not None else ""
        return _fail(f"{place}{in_words(error)}")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Read a command; the words after `--stdio ... --` belong to another program and are `command`."""
    parser = _parser(words)
    if odd := next((word for word in words if _BYTES.search(word)), None):
        parser.error(f"{odd!r} is not text in this terminal's encoding")
    command: Sequence[str] = ()
    if "--" in words and "--stdio" in words[: (at := words.index("--"))]:
        words, command = words[:at], words[at + 1 :]
    if empty := next((word for word in words if word.startswith("--") and word.endswith("=--")), None):
        parser.error(f"{empty!r} has no value")  # argparse would make an empty list of it
    arguments = parser.parse_args(words)
    arguments.command = tuple(command)
    return arguments


def _opened(stream: TextIO | None, mode: Literal["r", "w"] = "w", errors: str = "backslashreplace") -> TextIO:
    """Return a stream, also for one that was closed; an output takes all that is said, in few letters too."""
    if stream is None:
        return Path(os.devnull).open(mode, encoding="utf-8")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=errors)
    return stream


def _fail(message: str) -> int:
    note(f"{PROGRAM}: {with_short_words(message)}")
    return 1


def _break_off() -> None:
    """Whatever ends a command does it as Ctrl+C does: what was begun is cleared away."""
    raise KeyboardInterrupt


def _window(arguments: argparse.Namespace) -> int:
    if sys.platform == "linux" and not any(os.environ.get(name) for name in SCREENS):
        return _fail(f"There is no display here; '{PROGRAM} serve' runs the gateway without a window")
    desktop = _imported("gateway_desktop.desktop")  # Qt: only here, and only now
    return int(desktop.run(paths_of(arguments), given_settings(arguments)))


def _imported(name: str) -> Any:
    """Import a module; Ctrl+C just ends the program meanwhile: nothing has begun, and Qt aborts at it."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    module = importlib.import_module(name)
    signal.signal(signal.SIGINT, before)
    return module


class _Program(Parser):
    """Says where an option of a command stands, to who gave it without the command."""

    words: Sequence[str] = ()

    def error(self, message: str) -> NoReturn:
        names = {name for name, _ in SUBJECTS}
        usage = self.format_usage()
        for word in takewhile(lambda word: word not in names, self.words):
            option = word.partition("=")[0]
            if option.startswith("-") and option not in usage:
                message = (
                    f"{option} is no option of the window; an option of a command stands after its name, as "
                    f"in '{PROGRAM} serve --port 8899'. The window's port is in Settings, Listening"
                )
                break
        super().error(message)


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Return a parser that knows the options of one command only: the others are not imported for it."""
    common = common_options()
    parser = _Program(
        prog=PROGRAM,
        parents=[common],
        description="A gateway for LLM APIs, MCP servers and agents. Without a command, its window opens.",
    )
    parser.words = words
    subjects = parser.add_subparsers(dest="subject", metavar="COMMAND", title="commands", parser_class=Parser)
    for name, summary in SUBJECTS:
        command = subjects.add_parser(name, parents=[common], help=summary, description=summary)
        if name in words:
            _imported(f"gateway_desktop.commands.{name}").add_options(command, common)
    return parser


if __name__ == "__main__":
    sys.exit(main())
