"""No command outlives us: what must die is told to a small watchdog, or to the kernel.

POSIX: one process of ours reads the groups of running commands from a pipe. When we are gone, even by
kill -9, the pipe ends, and it kills the groups that are left. Windows: a job for each command, whose last
handle is ours.
"""

import asyncio
import ctypes
import logging
import sys

_log = logging.getLogger(__name__)

_WATCH = """\
import os, signal, sys
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
groups = set()
for line in sys.stdin:
    sign, group = line[0], int(line[1:])
    (groups.add if sign == "+" else groups.discard)(group)
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass
"""
_KILL_ON_CLOSE = 0x2000  # JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
_EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
_LIMITS_BYTES = 144 if ctypes.sizeof(ctypes.c_void_p) == 8 else 112
_FLAGS_AT = 16
_SET_QUOTA_AND_TERMINATE = 0x0101


class Orphans:
    """Which processes must not be left behind."""

    def __init__(self) -> None:
        self._watchdog: asyncio.subprocess.Process | None = None
        self._jobs: dict[int, int | None] = {}
        self._groups: set[int] = set()

    async def open(self) -> None:
        """Start watching; before the first command."""
        if sys.platform == "win32":
            return
        if self._watchdog is None or self._watchdog.returncode is not None:
            self._watchdog = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-S",
                "-c",
                _WATCH,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
            for group in self._groups:
                self._tell("+", group)

    def add(self, pid: int) -> None:
        """From now on, this process and its group die with us."""
        self._groups.add(pid)
        if sys.platform == "win32":
            self._jobs[pid] = _job_with(pid)
        else:
            self._tell("+", pid)

    def remove(self, pid: int) -> None:
        """It has ended; on Windows, what it started ends with it."""
        self._groups.discard(pid)
        if sys.platform == "win32":
            _close(self._jobs.pop(pid, None))
        else:
            self._tell("-", pid)

    async def close(self) -> None:
        """End the watchdog; what is still told to it is killed."""
        if self._watchdog is not None and self._watchdog.stdin is not None:
            self._watchdog.stdin.close()
            await self._watchdog.wait()
            self._watchdog = None

    def _tell(self, sign: str, group: int) -> None:
        if self._watchdog is not None and self._watchdog.stdin is not None:
            self._watchdog.stdin.write(f"{sign}{group}\n".encode())


if sys.platform == "win32":

    def _job_with(pid: int) -> int | None:
        kernel = ctypes.windll.kernel32
        kernel.CreateJobObjectW.restype = kernel.OpenProcess.restype = ctypes.c_void_p
        job: int | None = kernel.CreateJobObjectW(None, None)
        limits = ctypes.create_string_buffer(_LIMITS_BYTES)
        ctypes.c_uint32.from_buffer(limits, _FLAGS_AT).value = _KILL_ON_CLOSE
        kernel.SetInformationJobObject(ctypes.c_void_p(job), _EXTENDED_LIMITS, limits, _LIMITS_BYTES)
        process = ctypes.c_void_p(kernel.OpenProcess(_SET_QUOTA_AND_TERMINATE, False, pid))
        if not kernel.AssignProcessToJobObject(ctypes.c_void_p(job), process):
            _log.warning("Process %d is in no job: it may outlive a gateway that is killed", pid)
        kernel.CloseHandle(process)
        return job

    def _close(job: int | None) -> None:
        ctypes.windll.kernel32.CloseHandle(ctypes.c_void_p(job))
