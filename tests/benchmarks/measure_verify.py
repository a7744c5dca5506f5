"""Verifying a database of `make_rows.py`: `python -m tests.benchmarks.measure_verify FILE`.

Rows and rollups one after the other, for the CPU of each; then as the command does it, beside each other.
"""

import sys
import time
from contextlib import closing
from pathlib import Path

from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.integrity import verify_audit
from gateway_desktop.store.rollup_check import check_rollups
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.store.verification import verify
from tests.benchmarks.make_rows import KEY, MASTER


def main(path: Path) -> None:
    """Print rows, seconds and rows a second."""
    started, cpu = time.perf_counter(), time.process_time()
    with closing(SqliteDatabase(path, reader=True)) as database:
        found = verify(database, KEY)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        counted = time.process_time()
        counts = check_rollups(database)
        counted = time.process_time() - counted
    sys.stdout.write(
        f"{found.rows:,} rows under {found.seals:,} seals: {seconds:.1f} s ({cpu:.1f} s of CPU), "
        f"{found.rows / seconds:,.0f} rows/s\n"
        f"{counts:,} counts: {counted:.1f} s of CPU, {counted / cpu:.1f} of the rows'\n"
    )
    started, cpu = time.perf_counter(), time.process_time()
    verification = verify_audit(path, Sealer(MASTER), ())
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    assert verification.ok, verification
    sys.stdout.write(f"Both beside each other: {seconds:.1f} s ({cpu:.1f} s of CPU)\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
