"""Lists into files: the options of every command whose list can be exported, and the export."""

import argparse
import json
from collections.abc import Sequence

from gateway_desktop.commands.arguments import output_file
from gateway_desktop.commands.output import Row, note, say, stream, table
from gateway_desktop.commands.session import Session, wait
from gateway_desktop.core.plural import plural
from gateway_desktop.services.actor import local_actor
from gateway_desktop.services.export_file import write_export
from gateway_desktop.services.table_text import table_pieces


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Offer a format, and a file."""
    parser.add_argument("--format", choices=("csv", "jsonl"), help="instead of a table for people")
    parser.add_argument(
        "--out", metavar="FILE", help="into a file that appears when it is whole, with a manifest"
    )
    parser.add_argument("--progress", action="store_true", help=argparse.SUPPRESS)


def put_out(
    arguments: argparse.Namespace,
    opened: Session,
    what: tuple[str, str],
    rows: Sequence[Row],
    columns: Sequence[str],
) -> int:
    """Write the rows: as a table, as text, or into a file; `what` is the list's name and its filter."""
    if arguments.format is None and arguments.out is None:
        return table(arguments, rows, columns, f"Nothing in {what[0]}")
    form = arguments.format or "csv"
    pieces = table_pieces(rows, columns, form)
    if arguments.out is None:
        return stream(text for _, text in pieces)
    path = output_file(arguments.out)
    said = {
        "table": what[0],
        "filter": what[1],
        "format": form,
        "columns": list(columns),
        "who": local_actor().actor,
    }

    def tell(written: int) -> None:
        if arguments.progress:
            note(json.dumps({"rows": written, "of": len(rows)}))

    tell(0)
    manifest = write_export(path, pieces, said, tell)
    wait(opened.services.exports.note(manifest))
    return say(arguments, f"Wrote {plural(int(str(manifest['rows'])), 'row')} to {arguments.out}", manifest)
