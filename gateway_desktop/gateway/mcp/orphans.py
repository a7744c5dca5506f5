"""No command outlives us: what must die is told to a small watchdog, or to the kernel.

POSIX: one process of ours reads the groups of running commands from a pipe. When we are gone, even by
kill -9, the pipe ends, and it kills the groups that are left. Linux: what a command started and what left its
group, as browsers and daemons do, is known by a mark in its environment, and ends with the command. Windows:
a job for each command, whose last handle is ours.
"""

import asyncio
import ctypes
import logging
import secrets
import sys
from collections.abc import Mapping

_log = logging.getLogger(__name__)

_MARK = "GATEWAY_DESKTOP_COMMAND"  # in the environment of a command, and of all that it starts
_WATCH = """\
import contextlib, os, signal, sys, time
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
def end(marks):
    for _ in range(10 if os.path.isdir("/proc/self") else 0):
        found = False
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/environ", "rb") as environment:
                if not marks.isdisjoint(environment.read().split(b"\\0")):
                    os.kill(int(pid), signal.SIGKILL)
                    found = True
        if not found:
            return
        time.sleep(0.05)
groups = {}
for line in sys.stdin.buffer:
    group, _, mark = line[1:].strip().partition(b" ")
    if line[:1] == b"+":
        groups[int(group)] = mark
    elif int(group) in groups:
        end({groups.pop(int(group))})
for group in groups:
    with contextlib.suppress(OSError):
        os.killpg(group, signal.SIGKILL)
end({*groups.values()})
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
        self._opening = asyncio.Lock()  # many first commands at once have one watchdog
        self._jobs: dict[int, int | None] = {}
        self._marks: dict[int, str] = {}  # of running commands, by group

    async def open(self) -> None:
        """Start watching; before the first command."""
        if sys.platform == "win32":
            return
        async with self._opening:
            if self._watchdog is not None and self._watchdog.returncode is None:
                return
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
            for group, mark in self._marks.items():
                self._tell(f"+{group} {mark}")

    @staticmethod
    def mark() -> dict[str, str]:
        """Return what stands in the environment of a new command, for `add`."""
        return {_MARK: secrets.token_hex(16)}

    def add(self, pid: int, mark: Mapping[str, str]) -> None:
        """From now on, this process and what it started die with us."""
        self._marks[pid] = f"{_MARK}={mark[_MARK]}"
        if sys.platform == "win32":
            self._jobs[pid] = _job_with(pid)
        else:
            self._tell(f"+{pid} {self._marks[pid]}")

    def remove(self, pid: int) -> None:
        """It has ended; what it started ends with it."""
        self._marks.pop(pid, None)
        if sys.platform == "win32":
            _close(self._jobs.pop(pid, None))
        else:
            self._tell(f"-{pid}")

    async def close(self) -> None:
        """End the watchdog; what is still told to it is killed."""
        if self._watchdog is not None and self._watchdog.stdin is not None:
            self._watchdog.stdin.close()
            await self._watchdog.wait()
            self._watchdog = None

    def _tell(self, line: str) -> None:
        if self._watchdog is not None and self._watchdog.stdin is not None:
            self._watchdog.stdin.write(f"{line}\n".encode())


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
