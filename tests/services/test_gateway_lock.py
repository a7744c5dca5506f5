"""One process runs a gateway on a data folder."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.services.gateway_lock import GatewayLock, Running, running_gateway

if sys.platform != "win32":
    import fcntl

HOLD = """
import sys
from pathlib import Path
from gateway_desktop.services.gateway_lock import GatewayLock
lock = GatewayLock(Path(sys.argv[1]))
lock.acquire()
lock.announce("http://127.0.0.1:1", "https://gw.example.org")
print("held", flush=True)
sys.stdin.read()
"""


def hold(path: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_a_data_folder_that_the_gateway_makes_is_its_accounts_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "gateway.lock"
    before = os.umask(0)
    try:
        lock = GatewayLock(path)
        lock.acquire()
        lock.release()
    finally:
        os.umask(before)
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_second_process_is_told_who_holds_the_lock_until_that_one_dies(tmp_path: Path) -> None:
    path = tmp_path / "data" / "gateway.lock"
    with hold(path) as process:
        with pytest.raises(Unavailable, match=rf"already running on {path.parent} \(process {process.pid}\)"):
            GatewayLock(path).acquire()
        assert running_gateway(path) == Running(process.pid, "http://127.0.0.1:1", "https://gw.example.org")
        process.kill()
    assert running_gateway(path) is None
    with GatewayLock(path):
        assert path.read_text() == f"{os.getpid()}\n"


def test_a_lock_that_was_let_go_can_be_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "gateway.lock"
    assert running_gateway(path) is None
    lock = GatewayLock(path)
    for _ in range(2):
        lock.acquire()
        with pytest.raises(Unavailable):
            GatewayLock(path).acquire()
        lock.release()
    lock.release()
    lock.announce("nobody reads this")
    assert path.read_text() == ""


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("in the way")
    with pytest.raises(Unavailable, match=f"The data folder {folder} cannot be written: "):
        GatewayLock(folder / "gateway.lock").acquire()


def test_a_lock_that_cannot_be_read_or_written_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "gateway.lock"
    path.mkdir()
    with pytest.raises(Unavailable, match=f"{path} cannot be read: Is a directory"):
        running_gateway(path)
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(Unavailable, match=f"The data folder {tmp_path} cannot be written"):
        GatewayLock(path).acquire()
    path.unlink()
    path.symlink_to("/dev/full")
    with pytest.raises(Unavailable, match=f"The data folder {tmp_path} cannot be written"):
        GatewayLock(path).acquire()


@pytest.mark.skipif(sys.platform == "win32", reason="its locks are not shared")
def test_who_only_looks_stops_no_gateway_from_starting_and_no_other_look(tmp_path: Path) -> None:
    path = tmp_path / "gateway.lock"
    path.write_text("4711\n")  # what a gateway that was killed left
    with path.open() as file:
        fcntl.flock(file, fcntl.LOCK_SH)  # as one who looks holds it, for a moment
        assert running_gateway(path) is None
        looked = threading.Timer(0.05, lambda: fcntl.flock(file, fcntl.LOCK_UN))
        looked.start()
        with GatewayLock(path):
            assert running_gateway(path) == Running(os.getpid())
        looked.join()
