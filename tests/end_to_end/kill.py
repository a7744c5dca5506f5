"""kill -9 under load: every answer that a caller had whole is in the database, and the audit verifies.

python -m tests.end_to_end.kill --times 100 [--database postgresql://...]
"""

import argparse
import http.client
import json
import sys
import tempfile
import threading
from pathlib import Path

from gateway_desktop.core.database_url import Where, where_is
from gateway_desktop.store.opening import open_database
from tests.end_to_end.program import Program
from tests.fakes.answers import answer
from tests.fakes.llm import FakeUpstream

CHAT = b'{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}'
CALLERS = 4
ANSWERS_BEFORE_THE_KILL = 40


def kill_many(folder: Path, times: int, database: str = "") -> int:
    """Kill the gateway so many times under load; return how many acknowledged rows were found."""
    program = Program(folder / "data")
    if database:
        program.data.mkdir(parents=True)
        (program.data / "settings.toml").write_text(f"database = {json.dumps(database)}\n")
    acknowledged: set[str] = set()
    with FakeUpstream(answer) as upstream:
        program.add_proxy("llm", upstream.url)
        key = program.add_user("ana@example.org")
        for _ in range(times):
            program.start()
            acknowledged |= _load_and_kill(program, key)
    stored = _stored(where_is(database or str(program.data / "gateway.sqlite")))
    missing = acknowledged - stored
    if missing:
        raise AssertionError(
            f"{len(missing)} of {len(acknowledged)} acknowledged exchanges are not in the database"
        )
    verified = program.json("verify")
    if not verified["ok"]:
        raise AssertionError(f"{verified['place']}: {verified['problem']}")
    return len(acknowledged)


def _load_and_kill(program: Program, key: str) -> set[str]:
    """Let callers ask until the gateway dies under them; return the ids of the answers they had whole."""
    enough, answered = threading.Event(), set[str]()

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=60)
        try:
            while True:
                connection.request(
                    "POST", "/llm/v1/chat/completions", CHAT, {"Authorization": f"Bearer {key}"}
                )
                response = connection.getresponse()
                assert response.status == 200, response.read()
                if response.read().endswith(b"}"):
                    answered.add(response.headers["x-gateway-request-id"])
                if len(answered) >= ANSWERS_BEFORE_THE_KILL:
                    enough.set()
        except (OSError, http.client.HTTPException):
            return  # it was killed
        finally:
            connection.close()

    callers = [threading.Thread(target=ask) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    assert enough.wait(120)
    program.kill()
    for caller in callers:
        caller.join(60)
    return answered


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
    parser.add_argument("--database", default="", help="a PostgreSQL database, instead of a file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = kill_many(Path(folder), arguments.times, arguments.database)
    sys.stdout.write(f"All {found} acknowledged exchanges are there, and the audit verifies\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
