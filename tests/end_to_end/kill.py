"""kill -9 under load: every answer that a caller had whole is in the database, and the audit verifies.

python -m tests.end_to_end.kill --times 100 [--counted] [--database postgresql://...]

Callers ask on until the gateway dies under them, whatever it answers; what it refused meanwhile, and why, is
told. Where answers do not come, what the server's connections do and wait for is told, too.
"""

import argparse
import http.client
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from gateway_desktop.core.database_url import DatabaseUrl, Where, where_is
from gateway_desktop.store.opening import open_database
from tests.end_to_end.program import Program
from tests.fakes.answers import answer
from tests.fakes.llm import FakeUpstream

CHAT = b'{"model":"gpt-4o-mini","max_tokens":50,"messages":[{"role":"user","content":"Hi"}]}'
CALLERS = 4
ANSWERS_BEFORE_THE_KILL = 40
PATIENCE = 120  # seconds for so many answers; those in which the machine stood still do not count
_WHO_WAITS = (
    "SELECT a.pid, a.state, a.wait_event_type, a.wait_event, now() - a.xact_start, now() - a.state_change,"
    " pg_blocking_pids(a.pid), (SELECT string_agg(format('%s %s', l.objid, l.granted), ', ')"
    " FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory'), left(a.query, 120)"
    " FROM pg_stat_activity a WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()"
)


@dataclass
class Block:
    """What came of so many kills."""

    acknowledged: set[str] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0  # seconds from listening to the last answer before a kill


def kill_many(folder: Path, times: int, database: str = "", *, counted: bool = False) -> Block:
    """Kill the gateway so many times under load; `counted`: its caller has a rate limit and a budget."""
    program = Program(folder / "data")
    if database:
        program.data.mkdir(parents=True)
        (program.data / "settings.toml").write_text(f"database = {json.dumps(database)}\n")
    where = where_is(database or str(program.data / "gateway.sqlite"))
    block = Block()
    with FakeUpstream(answer) as upstream:
        program.add_proxy("llm", upstream.url)
        key = program.add_user("ana@example.org")
        if counted:
            program.run(
                "limit", "set", "user", "ana@example.org", "--requests", "1000000", "--concurrent", "9"
            )
            program.run("budget", "set", "user", "ana@example.org", "--limit", "1000", "--period", "day")
        for _ in range(times):
            program.start()
            _load_and_kill(program, key, where, block)
    missing = block.acknowledged - _stored(where)
    if missing:
        raise AssertionError(
            f"{len(missing)} of {len(block.acknowledged)} acknowledged exchanges are not in the database"
        )
    verified = json.loads(program.run("verify", "--json", seconds=300))
    if not verified["ok"]:
        raise AssertionError(f"{verified['place']}: {verified['problem']}")
    return block


def _load_and_kill(program: Program, key: str, where: Where, block: Block) -> None:
    """Let callers ask until the gateway dies under them, and note what they were answered."""
    enough, killed, answered = threading.Event(), threading.Event(), set[str]()

    def ask(connection: http.client.HTTPConnection) -> None:
        try:
            connection.request("POST", "/llm/v1/chat/completions", CHAT, {"Authorization": f"Bearer {key}"})
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            if not killed.is_set():
                block.refused[f"broken: {error!r}"] += 1
            connection.close()
            return
        if response.status != 200:
            block.refused[f"{response.status}: {body.decode()}"] += 1
        elif body.endswith(b"}"):
            answered.add(response.headers["x-gateway-request-id"])
        if len(answered) >= ANSWERS_BEFORE_THE_KILL:
            enough.set()

    def ask_on() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=60)
        while not killed.is_set():
            ask(connection)
        connection.close()

    began = time.monotonic()
    callers = [threading.Thread(target=ask_on) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    in_time = any(enough.wait(1.0) for _ in range(PATIENCE))
    block.longest = max(block.longest, time.monotonic() - began)
    waiting = "" if in_time else _who_waits(where)
    killed.set()
    program.kill()
    for caller in callers:
        caller.join(60)
    if not in_time:
        raise AssertionError(f"{len(answered)} answers in {PATIENCE} s; {dict(block.refused)}\n{waiting}")
    block.acknowledged |= answered


def _who_waits(where: Where) -> str:
    if not isinstance(where, DatabaseUrl):
        return ""
    database = open_database(where)
    try:
        return "\n".join(str(row) for row in database.execute_sql(_WHO_WAITS).fetchall())
    finally:
        database.close()


def _stored(where: Where) -> set[str]:
    database = open_database(where)
    try:
        if isinstance(where, Path):
            assert database.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)
        return {row[0] for row in database.execute_sql("SELECT exchange_id FROM event WHERE kind = 'llm'")}
    finally:
        database.close()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument(
        "--counted", action="store_true", help="a rate limit and a budget hold for the caller"
    )
    parser.add_argument("--database", default="", help="a PostgreSQL database, instead of a file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        block = kill_many(Path(folder), arguments.times, arguments.database, counted=arguments.counted)
    found, refused = len(block.acknowledged), sum(block.refused.values())
    sys.stdout.write(
        f"All {found} acknowledged exchanges are there, and the audit verifies; {refused} calls were refused"
        f" or broke, the slowest start took {block.longest:.1f} s to its {ANSWERS_BEFORE_THE_KILL} answers\n"
    )
    for why, times in block.refused.most_common():
        sys.stdout.write(f"{times} x {why}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
