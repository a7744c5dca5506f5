"""Time and memory of an export: `python tests/benchmarks/measure_export.py FILE [FORMAT]`.

FILE is made by `make_rows.py`, with a million rows if it is not there. Every row of the LLM, MCP and
Agent2Agent tabs is written by the code of `audit --format csv --out`, each tab in a process of its own.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gateway_desktop.services.columns import COLUMNS
from gateway_desktop.services.export_file import write_export
from gateway_desktop.services.export_rows import Layout, text_chunks
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.sums import KINDS
from gateway_desktop.store.sqlite import SqliteDatabase
from tests.benchmarks.make_rows import make_rows

ROWS = 1_000_000


def export(path: Path, tab: str, form: str) -> None:
    """Write one tab, in this process, and print rows, seconds and the most memory it ever held."""
    database = SqliteDatabase(path, reader=True)
    layout = Layout(form, tuple(column.key for column in COLUMNS[tab]))
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        pieces = text_chunks(database, AuditFilter(tab), layout)
        manifest = write_export(Path(folder) / "rows", pieces, {}, lambda _rows: None)
        took = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{tab}: {manifest['rows']:,} rows as {form}, {took:.1f} s, at most {peak:.0f} MB\n")


def main() -> int:
    """Measure each tab in a process of its own."""
    path, form = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "csv"
    if len(sys.argv) > 3:
        export(path, sys.argv[3], form)
        return 0
    if not path.exists():
        make_rows(path, ROWS)
    for tab in KINDS:
        subprocess.run([sys.executable, __file__, str(path), form, tab], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
