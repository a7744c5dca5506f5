"""`audit`: what happened, as JSON Lines or CSV, on standard output or into a file."""

import argparse
import gc
import json
from array import array
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gateway_desktop.commands.arguments import output_file
from gateway_desktop.commands.output import note, say, stream
from gateway_desktop.commands.session import Session, session, wait
from gateway_desktop.commands.times import iso, since_until
from gateway_desktop.core.plural import plural
from gateway_desktop.core.spelling import plainly
from gateway_desktop.services.actor import local_actor
from gateway_desktop.services.export_file import Manifest, write_export
from gateway_desktop.services.export_proof import write_proof
from gateway_desktop.services.export_rows import Layout, checked_columns, text_chunks
from gateway_desktop.store.database import Database
from gateway_desktop.store.opening import open_database
from gateway_desktop.store.queries.audit import count
from gateway_desktop.store.queries.gaps import gaps
from gateway_desktop.store.queries.paging import TABS, AuditFilter, parse_filter

_COUNTED = 1_000_000


def add_options(parser: argparse.ArgumentParser, _common: argparse.ArgumentParser) -> None:
    """Say what can be asked of the audit."""
    parser.add_argument("--tab", choices=TABS, default="llm", help="llm if not said")
    parser.add_argument(
        "--filter", default="", metavar="Q", help="like in the window: 'user:ana status:blocked'"
    )
    parser.add_argument("--since", metavar="T", help="2026-01-31, 2026-01-31T09:30+01:00, or 24h")
    parser.add_argument("--until", metavar="T", help="before that time")
    parser.add_argument("--format", choices=("jsonl", "csv"), default="jsonl", help="jsonl if not said")
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="into a file that appears when it is whole, with a signed manifest, and a proof of it",
    )
    parser.add_argument("--columns", default="", metavar="A,B", help="only these columns of the tab (CSV)")
    parser.add_argument(
        "--payloads", action="store_true", help="with the stored texts of requests and answers"
    )
    parser.add_argument(
        "--progress", action="store_true", help="say on standard error how far it came, as JSON"
    )
    parser.set_defaults(run=_audit)


def _audit(arguments: argparse.Namespace) -> int:
    asked = _asked(arguments)
    wanted = [name.strip() for name in arguments.columns.split(",") if name.strip()]
    layout = Layout(arguments.format, checked_columns(arguments.tab, wanted), arguments.payloads)
    with (
        session(arguments) as opened,
        closing(open_database(opened.store.where, reader=True, once=True)) as database,
    ):
        database.masked = opened.store.masked
        if arguments.out is None:
            if layout.payloads and not database.masked:
                wait(opened.services.payload_views.listed(asked))
            pieces = (text for _, text in text_chunks(database, asked, layout))
            if layout.format == "jsonl":  # a terminal may read it; it means the same to a machine
                pieces = (text if text.isascii() else plainly(text) for text in pieces)
            return stream(pieces)
        manifest = _export(arguments, opened, database, layout)
    return say(arguments, f"Wrote {plural(int(str(manifest['rows'])), 'row')} to {arguments.out}", manifest)


def _asked(arguments: argparse.Namespace) -> AuditFilter:
    return parse_filter(arguments.tab, f"{arguments.filter} {since_until(arguments)}")


def _export(arguments: argparse.Namespace, opened: Session, database: Database, layout: Layout) -> Manifest:
    asked = _asked(arguments)
    progress = _progress(opened, asked) if arguments.progress else lambda _rows: None
    path = output_file(arguments.out)
    sealer = opened.unlock()
    ids = array("q")

    def attest(proof: Path, manifest: Manifest) -> Manifest:
        return write_proof(database, proof, ids, manifest, sealer, opened.paths)

    pieces = text_chunks(database, asked, layout, ids)
    with _without_collecting():
        manifest = write_export(path, pieces, _manifest(opened, asked, layout), progress, attest)
    wait(opened.services.exports.note(manifest))
    return manifest


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Look for no garbage in cycles: rows make none, and looking is 5% of an export's work."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _manifest(opened: Session, asked: AuditFilter, layout: Layout) -> Manifest:
    missing = opened.ask(gaps, asked.tab, asked.since_us, asked.until_us)
    return {
        "tab": asked.tab,
        "filter": str(asked),
        "format": layout.format,
        "columns": list(layout.columns),
        "payloads": layout.payloads,
        "who": local_actor().actor,
        "gaps": [{"since": iso(gap.since_us), "until": iso(gap.until_us), "why": gap.why} for gap in missing],
    }


def _progress(opened: Session, asked: AuditFilter) -> Callable[[int], None]:
    found, more = opened.ask(count, asked, _COUNTED)
    of = None if more else found

    def tell(rows: int) -> None:
        note(json.dumps({"rows": rows, "of": of}))

    return tell
