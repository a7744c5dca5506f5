"""Child: one command on this machine, spoken to in lines; never by a shell."""

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Any

from gateway_desktop.core.errors import Failure, UpstreamFailed
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.stdio_command import StdioCommand, is_of_secret
from gateway_desktop.gateway.mcp.message import ID_WITHIN, answered_by, failure, line
from gateway_desktop.gateway.mcp.orphans import Orphans
from gateway_desktop.gateway.tasks import spawn
from gateway_desktop.gateway.upstream import own_credential
from gateway_desktop.gateway.upstream.client import RawHeaders
from gateway_desktop.inspection.redaction import redact

_log = logging.getLogger(__name__)
_LINE = 64 << 20  # bytes of one message
_PATIENCE = 2.0  # seconds for each step of ending
_LOGGED_LINE = 2000
_LOGGED_LINES = 200  # a minute
_LAST_LINES = 3  # of its standard error, told where it failed
_SHOWN_SECRET = 4  # shorter values are not secrets, and would mask half the log

# What official clients hand to a command: nothing that could hold a secret.
_SAFE = (
    ("APPDATA HOMEDRIVE HOMEPATH LOCALAPPDATA PATH PATHEXT PROCESSOR_ARCHITECTURE PROGRAMFILES SYSTEMDRIVE "
     "SYSTEMROOT TEMP USERNAME USERPROFILE")
    if sys.platform == "win32"
    else "HOME LANG LC_ALL LC_CTYPE LOGNAME PATH SHELL TERM TMPDIR TZ USER"
).split()  # fmt: skip


if sys.platform == "win32":  # no console window beside ours; winloop takes this, and no flags
    _hidden = subprocess.STARTUPINFO(dwFlags=subprocess.STARTF_USESHOWWINDOW, wShowWindow=subprocess.SW_HIDE)
    _OF_ITS_OWN: dict[str, Any] = {"startupinfo": _hidden}
else:
    _OF_ITS_OWN: dict[str, Any] = {"start_new_session": True}


def environment(command: StdioCommand, sealed: Mapping[str, Secret]) -> dict[str, str]:
    """Return a small safe environment, the variables copied by name, and the sealed values."""
    names = (*_SAFE, *command.variables)
    copied = {name: os.environ[name] for name in names if name in os.environ}
    return copied | {name: str(secret) for name, secret in sealed.items()}


def _named(command: StdioCommand) -> str:
    """Return the program; a path is one from the folder that it runs in, as a shell there finds it."""
    name = command.arguments[0]
    is_path = os.sep in name or "/" in name
    return str(Path(command.folder, name).absolute()) if is_path else name


def _why_not(command: StdioCommand, error: Exception) -> str:
    """Return why it cannot be started; for the system, a folder that is missing is a file, too."""
    if command.folder and not Path(command.folder).is_dir():
        return "the folder it runs in is not there"
    return getattr(error, "strerror", None) or type(error).__name__


class Child:
    """A running command; its standard error goes into our log, with secrets masked.

    Credentials that it was given come back in no message either: many a server has a tool that shows its
    variables. Other sealed values may: they are folders and addresses, and answers are full of those.
    """

    what = "The command"

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        pipes: asyncio.SubprocessTransport,
        name: str,
        credentials: Iterable[Secret],
        others: Iterable[Secret],
    ) -> None:
        self._process = process
        self._pipes = pipes
        self._name = name
        self._credentials = _longest_first(credentials)
        self._secrets = _longest_first((*self._credentials, *others))
        self._logged = 0
        self._minute = 0.0
        self._orphans: Orphans | None = None
        self._last: deque[str] = deque(maxlen=_LAST_LINES)  # of its standard error
        self._errors = spawn(self._read_errors(), f"stderr of {name}")
        spawn(self._survive_nobody(), f"end of {name}")

    @classmethod
    async def start(
        cls, name: str, command: StdioCommand, sealed: Mapping[str, Secret], orphans: Orphans
    ) -> "Child":
        """Start it in a session of its own.

        Raises:
            UpstreamFailed: there is no such command or folder, or it may not be run.
        """
        variables = environment(command, sealed)
        program = shutil.which(_named(command), path=variables.get("PATH"))
        if program is None:
            raise UpstreamFailed(
                Failure.REFUSED, f"There is no command {command.arguments[0]!r} on this machine"
            )
        await orphans.open()
        mark = orphans.mark()
        try:
            loop = asyncio.get_running_loop()
            pipes, protocol = await loop.subprocess_exec(
                lambda: asyncio.subprocess.SubprocessStreamProtocol(limit=_LINE, loop=loop),
                program,
                *command.arguments[1:],
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                cwd=command.folder or None,
                env=variables | mark,
                **_OF_ITS_OWN,
            )
            process = asyncio.subprocess.Process(pipes, protocol, loop)
        except (OSError, ValueError) as error:
            told = f"The command of {name} cannot be started: {_why_not(command, error)}"
            raise UpstreamFailed(Failure.REFUSED, told) from None
        orphans.add(process.pid, mark)
        credentials = [value for variable, value in sealed.items() if _is_credential(variable, value)]
        credentials += map(Secret, command.secrets)
        copied = (Secret(os.environ.get(variable, "")) for variable in command.variables)
        child = cls(process, pipes, name, credentials, (*sealed.values(), *copied))
        child._orphans = orphans
        return child

    def carry(self, headers: RawHeaders) -> None:
        """A command hears no headers."""

    async def write(self, data: bytes) -> None:
        """Say one line; a child that is gone hears nothing."""
        assert self._process.stdin is not None
        with contextlib.suppress(ConnectionError, RuntimeError):
            self._process.stdin.write(data + b"\n")
            await self._process.stdin.drain()

    async def lines(self) -> AsyncIterator[bytes]:
        """Yield what it says, until it says no more."""
        assert self._process.stdout is not None
        while True:
            try:
                said = await self._process.stdout.readuntil()
            except asyncio.IncompleteReadError as end:
                if end.partial.strip():
                    yield self._clear(end.partial)
                return
            except asyncio.LimitOverrunError:
                told = f"A message of more than {_LINE >> 20} MB was dropped"
                self.log(told)
                if (number := await _skipped(self._process.stdout)) is not None:
                    yield line(failure(-32603, told, number))
                continue
            if said.strip():
                yield self._clear(said)

    async def end(self) -> str:
        """Close its input, then ask it to end, then kill its whole group; return how it ended."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        for number in ("SIGTERM", "SIGKILL"):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), _PATIENCE)
                break
            self._signal(number)
        status = await self._process.wait()
        self._signal("SIGKILL")  # what it started itself
        self._pipes.close()  # what left its group may hold the other ends
        if self._orphans is not None:
            self._orphans.remove(self._process.pid)
        return f"signal {-status}" if status < 0 else f"status {status}"

    async def last_words(self) -> str:
        """Return what it wrote last to its standard error, masked; for who has to find out why it ended."""
        await asyncio.wait({self._errors}, timeout=_PATIENCE)
        return " / ".join(map(self._masked, self._last))[-_LOGGED_LINE:]

    def log(self, text: str) -> None:
        """Write a line of the child into our log: masked, short, and not too often."""
        now = time.monotonic()
        if now - self._minute > 60:
            self._minute, self._logged = now, 0
        self._logged += 1
        if self._logged > _LOGGED_LINES:
            return
        _log.info("%s[%d]: %s", self._name, self._process.pid, self._masked(text))
        if self._logged == _LOGGED_LINES:
            _log.info("%s[%d]: more lines of this minute are dropped", self._name, self._process.pid)

    def _clear(self, said: bytes) -> bytes:
        for secret in self._credentials:
            said = own_credential.without(secret, said)
        return said

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = own_credential.masked(secret, text)
        return redact(text[:_LOGGED_LINE])[0]

    def _signal(self, name: str) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, getattr(signal, name))

    async def _survive_nobody(self) -> None:
        """End what a command that failed has started: while that holds its output open, it seems to live."""
        if await self._process.wait() != 0:  # with 0, it may have left its work to what it started
            self._signal("SIGKILL")
            await asyncio.sleep(_PATIENCE)  # what it said last is still read
            self._pipes.close()  # what left its group may hold the other ends

    async def _read_errors(self) -> None:
        assert self._process.stderr is not None
        while True:
            try:
                line = await self._process.stderr.readline()
            except ValueError:
                continue
            if not line:
                return
            if text := line.decode("utf-8", "replace").rstrip():
                self._last.append(text if len(text) <= _LOGGED_LINE else self._masked(text))
                self.log(text)


def _is_credential(variable: str, value: Secret) -> bool:
    """Return whether a variable holds what lets its holder in: by its name, its form, or in an address."""
    return is_of_secret(variable) or ("://" in value and "@" in value) or redact(f"{variable}={value}")[1] > 0


def _longest_first(secrets: Iterable[Secret]) -> tuple[Secret, ...]:
    """Return those worth masking; one may be the beginning of another."""
    kept = (secret for secret in secrets if len(secret) >= _SHOWN_SECRET)
    return tuple(sorted(kept, key=len, reverse=True))


async def _skipped(said: asyncio.StreamReader) -> int | None:
    """Read over a line that is too long; return the request that it answers."""
    head = tail = b""
    while not tail.endswith(b"\n"):
        try:
            piece = await said.readuntil()
        except asyncio.LimitOverrunError as error:
            piece = await said.readexactly(error.consumed)
        except asyncio.IncompleteReadError as end:
            piece = end.partial + b"\n"
        head = head or piece[:ID_WITHIN]
        tail = (tail + piece[-ID_WITHIN:])[-ID_WITHIN:]
    return answered_by(head + tail)
