"""Commands side by side, three at a time: one that crashes or hangs ends only itself.

While they run, their lines are shown with their names before them. What a command started and left behind is
killed when it ends, however it ends.
"""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

AT_A_TIME = 3  # for two processors: tests wait for a third of their time
SILENCE = 900  # seconds: pytest says something after each test, and ends the longest itself after 600
TIMED_OUT = 124
NO_TESTS = 5  # pytest's, where a selection has none of these
MARK = "STARTED_BY_TESTS"  # an environment variable; children inherit it, also those that leave their group


class Running:
    """One command that runs."""

    def __init__(self, name: str, command: list[str], folder: Path) -> None:
        self.name = name
        self.status: int | None = None
        self.started = time.monotonic()
        self._mark = a_mark(name)
        self._rest = b""
        self._silent = 0.0
        path = folder / f"{name}.out"
        with path.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, MARK: self._mark},
            )
        self._output = path.open("rb")

    def look(self, waited: float, silence: float) -> None:
        """Show what it said since; it has ended, or is ended if it said nothing for too long."""
        self.status = self._process.poll()
        said = self._output.read()
        self._show(said)
        self._silent = 0.0 if said else self._silent + waited  # time in which the machine stood still is none
        if self.status is None and self._silent > silence:
            self.status = TIMED_OUT
            self._rest += f"It said nothing for {silence:.0f} s and is killed.\n".encode()
        if self.status is not None:
            self.end()

    def end(self) -> None:
        """End it and all that it started."""
        self._process.kill()
        kill_all(self._mark)
        self._process.wait()
        self._show(self._output.read() + b"\n")
        self._output.close()

    def _show(self, said: bytes) -> None:
        *lines, self._rest = (self._rest + said).split(b"\n")
        if lines:
            text = "\n".join(f"{self.name} | {line.decode(errors='replace')}".rstrip() for line in lines)
            print(text, flush=True)


def run(commands: dict[str, list[str]], folder: Path, silence: float = SILENCE) -> dict[str, int]:
    """Run the commands, begun in their order, and return the exit status of each."""
    waiting, running, statuses = list(commands.items()), list[Running](), dict[str, int]()
    try:
        while waiting or running:
            while waiting and len(running) < AT_A_TIME:
                name, command = waiting.pop(0)
                print(f"--- {name}: {shown(command)}", flush=True)
                running.append(Running(name, command, folder))
            pause = 0.5
            time.sleep(pause)
            for one in running:
                one.look(pause, silence)
                if one.status is not None:
                    statuses[one.name] = one.status
                    print(ending(one.name, one.status, one.started), flush=True)
            running = [one for one in running if one.status is None]
    finally:
        for one in running:
            one.end()
    return {name: statuses[name] for name in commands}


def run_alone(name: str, command: list[str], limit: float) -> int:
    """Run one command, say how long it took, and return its exit status."""
    print(f"--- {name}: {shown(command)}", flush=True)
    started, mark = time.monotonic(), a_mark(name)
    try:
        given = {**os.environ, MARK: mark}
        done = subprocess.run(command, stdin=subprocess.DEVNULL, timeout=limit, env=given, check=False)
        status = done.returncode
    except subprocess.TimeoutExpired:
        status = TIMED_OUT
    finally:
        kill_all(mark)
    print(ending(name, status, started), flush=True)
    return status


def shown(command: list[str]) -> str:
    """Return a command as a person would type it."""
    words = [word for word in command[1:] if not word.startswith(("--junitxml", "--deselect"))]
    return " ".join([Path(command[0]).name, *words])


def ending(name: str, status: int, started: float) -> str:
    """Return the line that says how a command ended."""
    why = signal.Signals(-status).name if status < 0 else "it hung" if status == TIMED_OUT else str(status)
    result = {0: "passed", NO_TESTS: "no tests"}.get(status, f"FAILED ({why})")
    return f"--- {name}: {result} in {time.monotonic() - started:.1f} s\n"


def a_mark(name: str) -> str:
    """Return what tells the processes of this command from all others."""
    return f"{name}-{os.getpid()}-{time.monotonic_ns()}"


def kill_all(mark: str) -> None:
    """Kill all processes that carry the mark; only Linux tells of an environment."""
    entry = f"{MARK}={mark}".encode()
    for _ in range(100):
        found = False
        for path in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):  # it has ended, or is somebody else's
                if entry in path.read_bytes().split(b"\0"):
                    found = True
                    os.kill(int(path.parent.name), signal.SIGKILL)
        if not found:
            return
        time.sleep(0.05)
