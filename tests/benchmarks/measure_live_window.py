"""The window over a large database: start, idle, and live Audit Logs while the gateway is saturated.

`python -m tests.benchmarks.measure_live_window FOLDER [SECONDS]`; FOLDER holds a file of make_rows.py.

Two processes: the desktop as people have it (offscreen), and callers with an upstream of their own. *late*
is how late a 16 ms timer of the main thread was, other processes of the machine included; *own* is the same
without the time that the thread waited for a processor (Linux tells); *busy* is how long the main thread
itself worked between two beats.
"""

import base64
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from PySide6.QtCore import QTimer, Slot

from gateway_desktop.core.paths import Paths
from gateway_desktop.desktop import behind_the_window
from gateway_desktop.services.rescue import Rescue
from gateway_desktop.ui.application import Desktop, make_application
from gateway_desktop.ui.single_instance import SingleInstance
from tests.end_to_end.kill import CHAT
from tests.end_to_end.program import Program, free_port
from tests.fakes.answers import answer
from tests.fakes.llm import FakeUpstream
from tests.ui.heartbeat import Heartbeat, p99

CALLERS = 8
IDLE_SECONDS = 10
_LAST_CALLS_MS = 3000


class Waits(Heartbeat):
    """Notes as well how long the main thread waited for a processor."""

    def __init__(self) -> None:
        super().__init__()
        self._file = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._waited = self._waited_ms()
        self.own_ms: list[float] = []

    def _waited_ms(self) -> float:
        return int(self._file.read_bytes().split()[1]) / 1e6 if self._file.exists() else 0.0

    @Slot()
    def _beat(self) -> None:
        super()._beat()
        before, self._waited = self._waited, self._waited_ms()
        self.own_ms.append(max(0.0, self.late_ms[-1] - (self._waited - before)))


class Measured:
    """The desktop in this process; tells as JSON what it measured."""

    def __init__(self, folder: Path, port: int, began: float, seconds: int) -> None:
        paths = Paths(folder)
        self._seconds = seconds
        self._heart = Waits()
        self._process = psutil.Process()
        self._application = make_application(paths.resources)
        given = {"listen.port": port}
        opener = lambda ask: behind_the_window(paths, given, ask)  # noqa: E731 - it is called once
        self.program = Desktop(
            self._application, folder, paths.resources, opener, SingleInstance(folder), Rescue(paths, {})
        )
        window = self.program.window
        window.painted.connect(lambda: tell("first paint", (time.time() - began) * 1000))
        window.painted.connect(lambda: tell("of it CPU", time.process_time() * 1000))
        window.page_shown.connect(lambda _: tell("first page", (time.time() - began) * 1000))
        window.page_shown.connect(lambda _: QTimer.singleShot(10_000, self._idle))
        self._shown = False

    def _idle(self) -> None:
        if self._shown:
            return
        self._shown = True
        self._process.cpu_percent()
        QTimer.singleShot(IDLE_SECONDS * 1000, self._live)

    def _live(self) -> None:
        tell("idle", self._process.cpu_percent())
        self.program.window.show_page("audit_logs")
        tell("ready", 0)
        QTimer.singleShot(5000, self._begin)

    def _begin(self) -> None:
        self._heart.__enter__()
        QTimer.singleShot(self._seconds * 1000, self._end)

    def _end(self) -> None:
        self._heart.__exit__()
        heart = self._heart
        for name, values in (("late", heart.late_ms), ("own", heart.own_ms), ("busy", heart.busy_ms)):
            tell(f"{name} p99", p99(values))
            tell(f"{name} max", max(values))
        tell("beats", len(self._heart.late_ms))
        QTimer.singleShot(_LAST_CALLS_MS, self._application.quit)  # with calls running it would ask


def tell(what: str, value: float) -> None:
    """Write one figure, for the other process."""
    sys.stdout.write(json.dumps([what, value]) + "\n")
    sys.stdout.flush()


def load(port: int, proxy: str, key: str, end: threading.Event, done: list[int]) -> None:
    """Ask as fast as answers come, until the end."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while not end.is_set():
        connection.request("POST", f"/{proxy}/v1/chat/completions", CHAT, {"Authorization": f"Bearer {key}"})
        connection.getresponse().read()
        done.append(1)
    connection.close()


def main(folder: Path, seconds: int) -> None:
    """Start the window, saturate its gateway, print the table."""
    Paths(folder).master_key.write_bytes(base64.b64encode(b"m" * 32))
    program = Program(folder)
    end, done = threading.Event(), list[int]()
    with FakeUpstream(answer) as upstream:
        proxy = f"llm-{time.time_ns()}"
        program.add_proxy(proxy, upstream.url)
        key = program.add_user(f"bench-{time.time_ns()}@example.org")
        port = free_port()
        words = ["window", str(folder), str(port), str(time.time()), str(seconds)]
        command = [sys.executable, "-m", "tests.benchmarks.measure_live_window", *words]
        callers: list[threading.Thread] = []
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout or ():
                what, value = json.loads(line)
                say(what, value)
                if what == "ready":
                    began = time.perf_counter()
                    callers = [
                        threading.Thread(target=load, args=(port, proxy, key, end, done))
                        for _ in range(CALLERS)
                    ]
                    for caller in callers:
                        caller.start()
                elif what == "beats":
                    say("requests/s", len(done) / (time.perf_counter() - began))
                    end.set()
        program.run("proxy", "remove", proxy)


def say(what: str, value: float) -> None:
    """Write one line of the table."""
    unit = "%" if what == "idle" else "" if what in ("beats", "requests/s", "ready") else " ms"
    sys.stdout.write(f"{what:12}{value:10.1f}{unit}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "window":
        measured = Measured(Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
        sys.exit(measured.program.run())
    main(Path(sys.argv[1]), int((sys.argv[2:] or ["20"])[0]))
