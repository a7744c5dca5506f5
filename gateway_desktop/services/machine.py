"""The machine: processor, memory and disk, of all and of one process; asked off the main thread."""

import ctypes
import os
import sys
import time
from pathlib import Path

import psutil

from gateway_desktop.core.figures import Machine

LEAST_SECONDS = 0.5  # between two looks
_TIMEX, _TIME_ERROR = 512, 5  # adjtimex(2): more than its structure has, and its word for a clock on its own


class MachineWatch:
    """Shares of the processor are those since the last look; used by one thread at a time."""

    def __init__(self, data: Path, pid: int | None = None, seconds: float = 0.0) -> None:
        self._data = data
        self._process = psutil.Process(pid if pid is not None else os.getpid())
        self._seconds = seconds  # how long to look; 0: since the last look
        self._shares = (psutil.cpu_percent(), self._process.cpu_percent())
        self._looked = time.monotonic()

    def look(self) -> Machine:
        """Return the state of now."""
        everything, mine = self._measure()
        memory = psutil.virtual_memory()
        disk = psutil.disk_usage(str(self._data))
        with self._process.oneshot():
            return Machine(
                everything,
                mine,
                psutil.cpu_count() or 1,
                memory.total,
                memory.available,
                self._process.memory_info().rss,
                self._process.num_threads(),
                disk.total,
                disk.free,
            )

    def _measure(self) -> tuple[float, float]:
        """Return the shares; of so short a time that they would say nothing, those before."""
        if self._seconds or time.monotonic() - self._looked >= LEAST_SECONDS:
            everything = psutil.cpu_percent(self._seconds or None)
            self._shares = (everything, self._process.cpu_percent())
            self._looked = time.monotonic()
        return self._shares


def clock_is_synchronised() -> bool:
    """Return whether the system says that its clock follows a time server; only Linux tells.

    Who sets the clock by hand, or a machine that begins with a wrong one, ends that until a server is heard.
    """
    if sys.platform != "linux":
        return False
    state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX))  # all zero: it only reads
    return 0 <= state < _TIME_ERROR


def disk_is_low(data: Path, least_bytes: int) -> str:
    """Return what a person should know of the disk with the data folder; empty: it has room."""
    disk = psutil.disk_usage(str(data))
    if disk.free >= least_bytes:
        return ""
    return f"{disk.free / (1 << 20):,.0f} MB are free of {disk.total / (1 << 30):,.0f} GB at {data}"
