"""How long retention holds the writer: `python tests/benchmarks/measure_retention.py FILE` (of make_rows.py).

Removes the oldest rows of a copy in the writer's own small transactions, and asks what Observability asks.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.clock import DAY_US, HOUR_US, now_us
from gateway_desktop.store.backup import back_up
from gateway_desktop.store.queries.observability import history
from gateway_desktop.store.retention import AT_ONCE, remove_old, texts_to_go
from gateway_desktop.store.store import Store
from tests.benchmarks.make_rows import KEY

MOST = 500  # transactions


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> None:
    source = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gateway.sqlite"
        back_up(source, path)
        with Store.open(path, ChangeFeed()) as store:
            store.ready.result()
            store.configure(seal_key=KEY)
            now = now_us()
            taken: list[float] = []
            rows = 0
            while len(taken) < MOST:
                began = time.perf_counter()
                some = store.writer.submit(remove_old, "llm", now, now).result()
                taken.append((time.perf_counter() - began) * 1000)
                rows += some
                if not some:
                    break
            taken.sort()
            say(f"{rows:,} rows in {sum(taken) / 1000:.1f} s, {AT_ONCE} a transaction:")
            say(f"  p50 {statistics.median(taken):.1f} ms, p99 {taken[int(len(taken) * 0.99) - 1]:.1f} ms")
            began = time.perf_counter()
            found = store.reader.submit(texts_to_go, now - 90 * DAY_US).result()
            seconds = time.perf_counter() - began
            say(f"texts walked in {seconds:.2f} s: {len(found.old):,} old")
            for hours, step in ((24, 1), (168, 3), (720, 12)):
                last = now // (step * HOUR_US)
                first = last - hours // step + 1
                starts = tuple(bar * step * HOUR_US for bar in range(first, last + 1))
                began = time.perf_counter()
                store.reader.submit(history, starts, now).result()
                say(f"history of {hours} hours: {(time.perf_counter() - began) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
