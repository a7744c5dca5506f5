"""What a command says: lines for people, JSON for machines. The one place that writes to standard output."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence

from gateway_desktop.core.spelling import plainly

Row = Mapping[str, object]


def say(arguments: argparse.Namespace, text: str, document: object) -> int:
    """Write the text, or the document if JSON was asked for; return the exit status of success."""
    few_letters = sys.stdout.encoding not in ("utf-8", "UTF-8")
    write(json.dumps(document, ensure_ascii=few_letters) if wants_json(arguments) else text)
    sys.stdout.flush()  # `serve` goes on after this, and whoever started it waits for the line at a pipe
    return 0


def table(arguments: argparse.Namespace, rows: Sequence[Row], columns: Sequence[str], empty: str) -> int:
    """Write the rows under the columns, or all they hold as one JSON list."""
    if wants_json(arguments):
        return say(arguments, "", list(rows))
    if not rows:
        note(empty)
        return 0
    cells = [
        [_title(column) for column in columns],
        *([_cell(row.get(name)) for name in columns] for row in rows),
    ]
    widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
    for line in cells:
        write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    return 0


def stream(pieces: Iterable[str]) -> int:
    """Write an export as it comes, in bytes: Windows would translate the ends of lines."""
    for text in pieces:
        sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
    return 0


def write(line: str) -> None:
    """Write one line to standard output; in JSON it means the same after what strangers hid was escaped."""
    sys.stdout.write(plainly(line) + "\n")


def note(line: str) -> None:
    """Write one line that is for people only, beside the output."""
    sys.stderr.write(plainly(line) + "\n")


def note_unset(variable: str) -> None:
    """Say that an environment variable, whose name is kept, is not set here."""
    if variable and not os.environ.get(variable):
        note(f"{variable} is not set here: set it where the gateway is started, before it is")


def wants_json(arguments: argparse.Namespace) -> bool:
    """Return whether the answer is for a machine."""
    return getattr(arguments, "json", False)


def _title(name: str) -> str:
    return name.replace("_", " ").upper()


def _cell(value: object) -> str:
    match value:
        case None | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(map(str, value)) or "-"
    return str(value).replace("\n", "\\n")
