"""The window as its users start it: on a machine that never had it."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from gateway_desktop.services.gateway_lock import running_gateway
from tests.end_to_end.program import PROGRAM, eventually, free_port

ENVIRONMENT = {"QT_QPA_PLATFORM": "offscreen", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


@pytest.mark.slow
def test_the_first_start_makes_its_folder_listens_and_writes_a_log(tmp_path: Path) -> None:
    data = tmp_path / "never" / "seen"
    environment = {**os.environ, **ENVIRONMENT, "GATEWAY_DESKTOP_LISTEN_PORT": str(free_port())}
    process = subprocess.Popen([*PROGRAM, "--data", str(data)], env=environment)
    try:
        found = eventually(lambda: running_gateway(data / "gateway.lock"), seconds=60)
        eventually(lambda: (running_gateway(data / "gateway.lock") or (0, ""))[1], seconds=60)
        assert found[0] == process.pid
        assert (data / "logs").is_dir() and data.stat().st_mode & 0o777 == 0o700
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    command = [*PROGRAM, "--data", str(tmp_path / "file" / "data")]
    environment = {**os.environ, **ENVIRONMENT}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "cannot be written" in process.stderr.readline()
        process.kill()  # it waits with a small window that says the same
