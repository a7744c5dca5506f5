"""Time, CPU and memory of an export, and what a loop beside it feels: `measure_export.py FOLDER [FORMAT]`.

FOLDER is a data folder; its database is made by `make_rows.py`, with a million rows of the LLM
tab, if it is not there. Each tab is exported by the command line, as the window and the gateway do it: in a
process of its own, with proof and manifest. Meanwhile a loop as the gateway has it looks every millisecond
how late it is; the first line is of the same loop without an export.
"""

import asyncio
import base64
import contextlib
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from gateway_desktop.services.exports import step_back
from gateway_desktop.store.queries.sums import KINDS
from tests.benchmarks.make_rows import make_rows

ROWS = 1_150_000
TICK = 0.001
MEMORY_SECONDS = 0.2
IDLE_SECONDS = 5.0
MASTER_KEY = b"m" * 32  # of `make_rows`


async def lateness(until: asyncio.Event) -> list[float]:
    """Return how late the loop was at each tick, in milliseconds, until something happened."""
    late = []
    while not until.is_set():
        begin = time.perf_counter()
        await asyncio.sleep(TICK)
        late.append((time.perf_counter() - begin - TICK) * 1e3)
    return sorted(late)


def shown(late: list[float]) -> str:
    """Return median, 99th percentile and the largest."""
    return f"loop late by {late[len(late) // 2]:.1f} / {late[len(late) * 99 // 100]:.1f} / {late[-1]:.1f} ms"


async def most_memory(process: int, until: asyncio.Event) -> float:
    """Return the most memory that a process ever held, in MB; afterwards it is not told."""
    most = 0
    while not until.is_set():
        with contextlib.suppress(OSError, StopIteration):
            status = Path(f"/proc/{process}/status").read_text()  # noqa: ASYNC240 - no disk is behind it
            most = next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)
        await asyncio.sleep(MEMORY_SECONDS)
    return most / 1024


async def export(folder: Path, tab: str, form: str) -> None:
    """Export one tab beside a loop, and print what it took."""
    ended = asyncio.Event()
    watching = asyncio.create_task(lateness(ended))
    with tempfile.TemporaryDirectory() as target:
        words = [f"--data={folder}", "audit", f"--tab={tab}", f"--format={form}", f"--out={target}/rows"]
        begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gateway_desktop", *words, stdout=asyncio.subprocess.PIPE
        )
        step_back(process.pid)
        most = asyncio.create_task(most_memory(process.pid, ended))
        said, _ = await process.communicate()
        took, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    ended.set()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    sys.stdout.write(
        f"{tab} as {form}: {said.decode().split(' rows')[0]} rows, {took:.1f} s, {cpu:.1f} s CPU,"
        f" at most {await most:.0f} MB; {shown(await watching)}\n"
    )


async def measure(folder: Path, form: str) -> None:
    """Measure the loop alone, then beside each tab."""
    ended = asyncio.Event()
    asyncio.get_running_loop().call_later(IDLE_SECONDS, ended.set)
    sys.stdout.write(f"no export: {shown(await lateness(ended))} (median, p99, most)\n")
    for tab in KINDS:
        await export(folder, tab, form)


def main() -> int:
    """Make the data folder if it is not there, and print the figures."""
    folder, form = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "csv"
    if not (folder / "gateway.sqlite").exists():
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(folder / "master.key", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(base64.b64encode(MASTER_KEY))
        make_rows(folder / "gateway.sqlite", ROWS)
    uvloop.run(measure(folder, form))
    return 0


if __name__ == "__main__":
    sys.exit(main())
