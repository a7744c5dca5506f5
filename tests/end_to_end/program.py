"""The program as its users have it: the command line, and `serve` as a process."""

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from gateway_desktop.core.paths import Paths
from gateway_desktop.inspection.scan import warm_detectors
from gateway_desktop.services.detection import find_models
from tests.end_to_end import forks

PROGRAM = [sys.executable, "-m", "gateway_desktop"]
CREDENTIAL = "upstream-" + "credential-0123456789"
Found = TypeVar("Found")


class Program:
    """One data folder, and the gateway on it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, *words: str, stdin: str | None = None, status: int = 0, seconds: float = 60) -> str:
        """Run a command and return what it says."""
        at = words.index("--") if "--" in words else len(words)
        command = [*words[:at], "--data", str(self.data), *words[at:]]
        ended, said, complaints = forks.run(command, stdin, seconds)
        assert ended == status, complaints or said
        return said if status == 0 else complaints

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json"))

    def json_of(self, status: int, *words: str) -> Any:
        """Return the document of a command that fails, and says how on its standard output."""
        ended, said, complaints = forks.run([*words, "--data", str(self.data), "--json"], None, 60)
        assert ended == status, complaints or said
        return json.loads(said)

    def add_proxy(self, name: str, upstream: str, *more: str) -> None:
        words = ("proxy", "add", name, "--kind", "llm", "--upstream", upstream, "--credential-stdin", *more)
        self.run(*words, stdin=CREDENTIAL)

    def add_user(self, email: str, *words: str) -> str:
        """Add a user and return a key of theirs."""
        self.run("user", "add", email, *words)
        return str(self.json("key", "create", "--user", email)["key"])

    def start(self, *words: str) -> None:
        """Serve, and return once it listens; where that does not come, not even the process is left."""
        self.launch(*words)
        try:
            eventually(self.listens)
        except BaseException:  # also the test's own limit
            assert self._process is not None
            self._process.kill()
            self._process.wait(60)
            raise

    def launch(self, *words: str) -> None:
        """Begin to serve; nobody's first request waits for what detection builds at its very first start."""
        _build()
        command = [*PROGRAM, "serve", "--port", str(self.port), "--data", str(self.data), *words]
        with (self.data.parent / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)

    def said(self) -> str:
        """Return what it said while it served."""
        return (self.data.parent / "serve.log").read_text()

    def kill(self) -> None:
        """Kill it without a word."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait(60)
        self._process = None

    def stop(self) -> None:
        """Stop it as a service manager does."""
        if self._process is not None:
            self._process.terminate()
            self.ended()

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Serve as long as the block lasts."""
        self.start()
        try:
            yield
        finally:
            self.stop()

    def ended(self, status: int = 0, seconds: float = 60) -> None:
        """Wait until it has ended, in order if nothing else is expected; it was told to."""
        assert self._process is not None
        assert self._process.wait(seconds) == status
        self._process = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def rows(self, *words: str, tab: str = "llm") -> list[dict[str, Any]]:
        """Return the rows of a tab, newest last."""
        out = self.run("audit", "--tab", tab, "--format", "jsonl", *words)
        rows = [json.loads(line) for line in out.splitlines()]
        return sorted(rows, key=lambda row: int(row["id"]))

    def row(self, exchange_id: str, tab: str = "llm") -> dict[str, Any]:
        """Return the one row of an exchange, once it is there."""

        def found() -> dict[str, Any] | None:
            rows = [row for row in self.rows(tab=tab) if row["exchange_id"] == exchange_id]
            assert len(rows) < 2
            return rows[0] if rows else None

        return eventually(found)

    def newest(self, tab: str, **fields: str) -> dict[str, Any]:
        """Return the newest row of a tab with these values, once it is there."""

        def found() -> dict[str, Any] | None:
            rows = [row for row in self.rows(tab=tab) if fields.items() <= row.items()]
            return rows[-1] if rows else None

        return eventually(found)

    def post(self, path: str, body: bytes, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Send a request as it is and return status, headers in small letters, and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("POST", path, body, {"Content-Type": "application/json", **named})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> int:
        """Fetch and return the status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", path, headers=named)
            return connection.getresponse().status
        finally:
            connection.close()

    def listens(self) -> bool:
        """Return whether it listens; it runs."""
        assert self._process is not None
        assert self._process.poll() is None, self.said()
        with socket.socket() as probe:
            return probe.connect_ex((urlsplit(self.base).hostname, self.port)) == 0


@cache
def _build() -> None:
    """Build it once: it is kept in a cache that all programs of these tests share."""
    find_models(Paths(Path()))
    warm_detectors()


def free_port() -> int:
    """Return a port at which nobody listens, of those that no outgoing connection is given meanwhile.

    Nobody else is given it as long as this process lives: other tests may run beside it.
    """
    while True:
        port = random.randrange(15_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            if sys.platform == "linux":  # where such a name is gone with its process
                with socket.socket(socket.AF_UNIX) as held:
                    held.bind(f"\0gateway-desktop-port-{port}")
                    held.detach()
            return port


def eventually(look: Callable[[], Found | None], seconds: float = 60) -> Found:
    """Return what is looked for as soon as it is there; in between other threads have the processor.

    Time in which the machine stood still does not count.
    """
    left, pause, at = seconds, threading.Event(), time.monotonic()
    while True:
        found = look()
        if found:
            return found
        now = time.monotonic()
        left, at = left - min(now - at, 1.0), now
        assert left > 0, "it never came"
        pause.wait(0.005)
