"""Told to end, the gateway ends: whichever thread is given the signal, and when the terminal is closed."""

import ctypes
import json
import os
import platform
import signal
import sys
from pathlib import Path

import pytest

from tests.end_to_end.program import Program, eventually
from tests.postgresql import Server

pytestmark = pytest.mark.slow
_TGKILL = {"x86_64": 234, "aarch64": 131}


@pytest.fixture
def program(tmp_path: Path) -> Program:
    served = Program(tmp_path / "data")
    served.start()
    return served


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in _TGKILL,
    reason="signals a thread",
)
def test_a_signal_that_another_thread_is_given_ends_it(program: Program) -> None:
    others = {int(entry.name) for entry in Path(f"/proc/{program.pid}/task").iterdir()} - {program.pid}
    tgkill = _TGKILL[platform.machine()]
    assert ctypes.CDLL(None).syscall(tgkill, program.pid, max(others), signal.SIGTERM) == 0
    program.ended()


def started(folder: Path, hangup: signal.Handlers) -> Program:
    """Serve, told by its parent what a closed terminal shall mean; the tests may run under `nohup`."""
    before = signal.signal(signal.SIGHUP, hangup)
    try:
        served = Program(folder)
        served.start()
    finally:
        signal.signal(signal.SIGHUP, before)
    return served


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal there hangs up")
def test_it_ends_in_order_when_its_terminal_is_closed(tmp_path: Path) -> None:
    program = started(tmp_path / "data", signal.SIG_DFL)
    os.kill(program.pid, signal.SIGHUP)
    program.ended()
    assert [row for row in program.rows(tab="system") if row["method"] == "stopped"]


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal there hangs up")
def test_it_goes_on_without_its_terminal_where_that_was_asked_for(tmp_path: Path) -> None:
    served = started(tmp_path / "data", signal.SIG_IGN)  # as `nohup` does
    os.kill(served.pid, signal.SIGHUP)
    eventually(lambda: served.get("/healthz") == 200)
    served.stop()


def on_database(own_server: Server, folder: Path) -> Program:
    folder.mkdir()
    (folder / "settings.toml").write_text(
        f"database = {json.dumps(own_server.url(own_server.create()).url)}\n"
    )
    served = Program(folder)
    served.start()
    return served


def test_it_ends_in_order_while_its_database_is_away(own_server: Server, tmp_path: Path) -> None:
    program = on_database(own_server, tmp_path / "data")
    own_server.stop("immediate")
    program.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="looks in /proc for the processes of the server")
def test_it_ends_although_its_database_answers_nothing_and_says_where_it_hung(
    own_server: Server, tmp_path: Path
) -> None:
    program = on_database(own_server, tmp_path / "data")
    own_server.freeze()
    try:
        os.kill(program.pid, signal.SIGTERM)
        program.ended(1, seconds=50)
    finally:
        own_server.thaw()
    assert "Timeout (0:00:30)!" in program.said() and "in _stop" in program.said()
