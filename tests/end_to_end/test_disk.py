"""The disk fails under a running gateway: it says why, refuses, recovers by itself, and loses nothing."""

import http.client
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.end_to_end.kill import CHAT
from tests.end_to_end.program import Program, eventually
from tests.fakes.answers import answer
from tests.fakes.llm import FakeUpstream

pytestmark = pytest.mark.slow


class Gateway:
    """A gateway whose data folder is a disk of its own, of six megabytes."""

    def __init__(self, program: Program, key: str) -> None:
        self.program = program
        self.key = key
        self.acknowledged: list[str] = []

    def ask(self) -> int:
        """Send a chat; remember it if its answer came."""
        status, headers, _ = self.program.post(
            "/llm/v1/chat/completions", CHAT, Authorization=f"Bearer {self.key}"
        )
        if status == 200:
            self.acknowledged.append(headers["x-gateway-request-id"])
        return status

    def ready(self) -> tuple[int, str]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.program.port, timeout=60)) as connection:
            connection.request("GET", "/readyz")
            said = connection.getresponse()
            return said.status, said.read().decode()

    def fails_and_recovers(self, words: str, begin: Callable[[], object], end: Callable[[], object]) -> None:
        """Let something happen to the disk; until it is over, calls are refused and /readyz says why."""
        assert self.ask() == 200
        begin()
        eventually(lambda: self.ask() == 503, seconds=60)
        status, said = self.ready()
        assert status == 503 and words in said
        end()
        eventually(lambda: self.ready()[0] == 200, seconds=60)
        assert self.ask() == 200


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    data = tmp_path_factory.mktemp("disk") / "data"
    data.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(data)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount: a failing disk was NOT tried under a running gateway")
    program = Program(data)
    try:
        with FakeUpstream(answer) as upstream:
            program.add_proxy("llm", upstream.url)
            key = program.add_user("ana@example.org")
            with program.serving():
                yield Gateway(program, key)
    finally:
        subprocess.run(["umount", "-l", str(data)], check=True)


def test_a_full_disk(gateway: Gateway) -> None:
    filler = gateway.program.data / "filler"

    def fill() -> None:
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="space"):
            while True:
                file.write(b"x" * 4096)

    def full_again() -> None:
        fill()
        for _ in range(300):  # pages that were free are used up
            if gateway.ask() != 200:
                break

    gateway.fails_and_recovers("is full", full_again, filler.unlink)


HOLD = """
import sys, sqlite3
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def test_another_program_that_holds_the_database(gateway: Gateway) -> None:
    held: list[subprocess.Popen[bytes]] = []

    def hold() -> None:
        command = [sys.executable, "-c", HOLD, str(gateway.program.data / "gateway.sqlite")]
        held.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        assert held[0].stdout is not None and held[0].stdout.readline() == b"held\n"

    def let_go() -> None:
        held[0].communicate()

    gateway.fails_and_recovers("Another program holds", hold, let_go)


def test_afterwards_all_that_was_acknowledged_is_there_and_it_is_told(gateway: Gateway) -> None:
    program = gateway.program
    stored = {row["exchange_id"] for row in program.rows()}
    assert len(gateway.acknowledged) >= 4 and set(gateway.acknowledged) <= stored
    assert program.json("verify")["ok"]
    told = [row for row in program.rows(tab="system") if row["method"] == "audit could not be written"]
    assert {row["detail"]["after"]["why"] for row in told} >= {"full", "busy"}
    alerts = json.dumps(program.json("alert", "list"))
    assert "Audit could not be written" in alerts
