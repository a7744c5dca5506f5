"""DIR/gateway.lock: one process runs a gateway on a data folder."""

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import IO, NamedTuple, Self

from gateway_desktop.core.errors import Unavailable, in_words

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_TO_LOOK = "r+" if sys.platform == "win32" else "r"  # who may only read the folder sees it, too
_LOOK, _LOOKS = 0.01, 25  # seconds of a look at the lock, and how many of them are waited for
_FAR = 1 << 30  # Windows locks bytes against reading too: one far behind the text is locked


class Running(NamedTuple):
    """The gateway that runs on a data folder, as it says itself."""

    pid: int
    base_url: str = ""  # where it listens
    public_url: str = ""  # the setting, where its command line or environment has it, which others do not see


class GatewayLock:
    """Held while this process runs the gateway; the operating system lets go of it when the process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock, or raise Unavailable naming the process that has it, or why nobody can."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            file = os.fdopen(handle, "r+", encoding="utf-8")
        except OSError as error:
            raise _unwritable(self._path, error) from error
        try:
            _lock_soon(file)
        except OSError:
            with file:
                pid = file.readline().strip()
            raise Unavailable(
                f"A gateway is already running on {self._path.parent} (process {pid or 'unknown'}). "
                "Stop it first, or name another data folder with --data"
            ) from None
        self._file = file
        try:
            self._write(f"{os.getpid()}\n")
        except OSError as error:  # a full disk
            self._file = None
            with contextlib.suppress(OSError):
                file.close()
            raise _unwritable(self._path, error) from error

    def announce(self, base_url: str, public_url: str = "") -> None:
        """Write down where the gateway listens, and the public URL that it alone was given, for commands."""
        self._write(f"{os.getpid()}\n{base_url}\n{public_url}\n")

    def release(self) -> None:
        """Let another process run the gateway."""
        if self._file is not None:
            self._write("")
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _write(self, text: str) -> None:
        if self._file is not None:
            self._file.seek(0)
            self._file.write(text)
            self._file.truncate()  # who reads meanwhile finds the process first, whatever follows
            self._file.flush()


def running_gateway(path: Path) -> Running | None:
    """Return the gateway that runs on the data folder, or None."""
    try:
        file = path.open(_TO_LOOK, encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {in_words(error)}") from error
    with file:
        try:
            _lock(file, shared=True)
        except OSError:
            pid, *addresses = file.read().splitlines() or [""]
            return Running(int(pid), *addresses[:2]) if pid.isdigit() else Running(0)
    return None


def _unwritable(path: Path, error: OSError) -> Unavailable:
    return Unavailable(f"The data folder {path.parent} cannot be written: {in_words(error)}")


def _lock_soon(file: IO[str]) -> None:
    """Lock it; a command that looks whether a gateway runs (`running_gateway`) holds it for a moment, too."""
    for _ in range(_LOOKS):
        with contextlib.suppress(OSError):
            return _lock(file)
        time.sleep(_LOOK)
    return _lock(file)


def _lock(file: IO[str], *, shared: bool = False) -> None:
    """Lock it at once; `shared`: together with others that only look (Windows has nothing like it)."""
    if sys.platform == "win32":
        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)
    else:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
