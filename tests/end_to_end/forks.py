"""Commands without their start: each is a process of its own, forked from one that has imported the program.

A command works for some hundredths of a second and imports for half a second; the tests type hundreds.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from gateway_desktop.commands import SUBJECTS
from tests.end_to_end.forked import asked

_ROOT, _HERE, _PROGRAM = Path(__file__).parents[2], "tests.end_to_end.forks", "gateway_desktop.__main__"
_VARIABLE = "TESTS_FORK_AT"  # for what tests start, and what types commands, too


def run(words: list[str], stdin: str | None, seconds: float) -> tuple[int, str, str]:
    """Return exit status, standard output and standard error of a command."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write((stdin or "").encode())
        given.seek(0)
        with asked(place(), _PROGRAM, words, [file.fileno() for file in (given, out, err)]) as waiting:
            status = _awaited(waiting, words, seconds)
        out.seek(0)
        err.seek(0)
        return status, out.read().decode(), err.read().decode()


def command(module: str, *words: str) -> list[str]:
    """Return a command that runs `main(words)` of a module, imported once, in a fork."""
    script = str(Path(__file__).with_name("forked.py"))
    return [sys.executable, "-E", "-S", script, place(), module, *words]


def _awaited(connection: socket.socket, words: list[str], seconds: float) -> int:
    """Return the status when it comes; time in which the machine stood still does not count."""
    connection.settimeout(1)
    for _ in range(int(seconds)):
        try:
            return int(connection.recv(16))
        except TimeoutError:
            pass
    raise AssertionError(f"{words!r} takes more than {seconds:.0f} s")


def place() -> str:
    """Return the address of the process that forks, which runs from now on."""
    return os.environ.get(_VARIABLE) or _start()


@cache
def _start() -> str:
    folder = tempfile.TemporaryDirectory(dir=os.environ.get("TESTS_FOLDER"))
    at = f"{folder.name}/forks"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(at)
        listening.listen(128)
        words = [sys.executable, "-m", _HERE, str(listening.fileno())]
        process = subprocess.Popen(words, cwd=_ROOT, stdin=subprocess.PIPE, pass_fds=[listening.fileno()])
    os.environ[_VARIABLE] = at

    def end() -> None:
        process.communicate()
        folder.cleanup()

    atexit.register(end)
    return at


def _fork(listening: socket.socket) -> None:
    """Fork for whoever asks, until the process that started this ends."""
    for name in (_PROGRAM, *(f"gateway_desktop.commands.{subject}" for subject, _ in SUBJECTS)):
        importlib.import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who tell how a command ended
    while 0 not in select.select([0, listening.fileno()], [], [])[0]:
        connection, _ = listening.accept()
        with connection:
            said, files, _, _ = socket.recv_fds(connection, 1, 3)
            if not said:  # whoever asked has ended
                continue
            module, words, folder, environment = json.loads(_rest(connection))
            main = importlib.import_module(module).main
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listening.close()
                _tell(connection)
                _stand(files, folder, environment)
                sys.exit(main(words))
            for file in files:
                os.close(file)


def _rest(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


def _tell(connection: socket.socket) -> None:
    """Return in a child; tell who asked how it ended."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        with contextlib.suppress(BrokenPipeError):  # whoever asked waits no longer
            connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    connection.close()


def _stand(files: list[int], folder: str, environment: dict[str, str]) -> None:
    """Stand where a process stands that was started with these."""
    for standard, file in enumerate(files):
        os.dup2(file, standard)
        os.close(file)
    names, modes = (
        ("stdin", "stdout", "stderr"),
        "rww",
    )  # ours are for files of another kind
    for standard, (name, mode) in enumerate(zip(names, modes, strict=True)):
        setattr(sys, name, os.fdopen(standard, mode, encoding="utf-8", closefd=False))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as given:
        _fork(given)
