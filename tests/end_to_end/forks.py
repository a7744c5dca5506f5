"""Commands without their start: each is a process of its own, forked from one that has imported the program.

A command works for some hundredths of a second and imports for half a second; the tests type hundreds.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from gateway_desktop.__main__ import main
from gateway_desktop.commands import SUBJECTS

_ROOT, _HERE = Path(__file__).parents[2], "tests.end_to_end.forks"


def run(words: list[str], stdin: str | None, seconds: float) -> tuple[int, str, str]:
    """Return exit status, standard output and standard error of a command."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write((stdin or "").encode())
        given.seek(0)
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                places = [file.fileno() for file in (given, out, err, theirs)]
                socket.send_fds(_forking(), [b"\n"], places)
            ours.sendall(json.dumps([words, str(Path.cwd()), dict(os.environ)]).encode())
            ours.shutdown(socket.SHUT_WR)
            status = _awaited(ours, words, seconds)
        return status, _all_of(out.fileno()), _all_of(err.fileno())


def _awaited(connection: socket.socket, words: list[str], seconds: float) -> int:
    """Return the status when it comes; time in which the machine stood still does not count."""
    connection.settimeout(1)
    for _ in range(int(seconds)):
        try:
            return int(connection.recv(16))
        except TimeoutError:
            pass
    raise AssertionError(f"{words!r} takes more than {seconds:.0f} s")


def _all_of(place: int) -> str:
    os.lseek(place, 0, os.SEEK_SET)
    with open(place, closefd=False, encoding="utf-8") as file:
        return file.read()


@cache
def _forking() -> socket.socket:
    """Start the process that forks; it ends when nobody can ask it any more."""
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", _HERE]
        process = subprocess.Popen(command, cwd=_ROOT, stdin=theirs.fileno(), stdout=subprocess.DEVNULL)

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _fork() -> None:
    """Fork for whoever asks, until nobody can."""
    for name, _ in SUBJECTS:
        importlib.import_module(f"gateway_desktop.commands.{name}")
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who tell how a command ended
    with socket.socket(fileno=os.dup(0)) as asked:
        while True:
            said, places, _, _ = socket.recv_fds(asked, 1, 4)
            if not said:
                return
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                asked.close()
                _command(*places)
            for place in places:
                os.close(place)


def _command(given: int, out: int, err: int, reply: int) -> None:
    """Be a command, and beside it the process that tells how it ended."""
    with socket.socket(fileno=reply) as answer:
        words, folder, environment = json.loads(b"".join(iter(lambda: answer.recv(65536), b"")))
        child = os.fork()
        if child:
            _, status = os.waitpid(child, 0)
            with contextlib.suppress(BrokenPipeError):  # whoever asked waits no longer
                answer.sendall(str(os.waitstatus_to_exitcode(status)).encode())
            os._exit(0)
    for place, standard in ((given, 0), (out, 1), (err, 2)):
        os.dup2(place, standard)
        os.close(place)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.exit(main(words))


if __name__ == "__main__":
    _fork()
