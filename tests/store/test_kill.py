"""`kill -9` at any moment: every acknowledged row is there, once, and the chain and the counts hold."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gateway_desktop.core.database_url import DatabaseUrl, Where
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.models.base import bind
from gateway_desktop.store.opening import open_database
from gateway_desktop.store.rows import COLUMNS, row_hash

CHILD = """
import os, sys, threading
from functools import partial
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.store.recorder import Recorder
from gateway_desktop.store.store import Store
from tests.makers import a_payload, a_record
room = threading.Semaphore(50)
def done(exchange_id, error):
    room.release()
    if error is None:
        os.write(1, f"{exchange_id}\\n".encode())
with Store.open(sys.argv[1], ChangeFeed(), folder=sys.argv[2]) as store:
    recorder = Recorder(store)
    number = 0
    while True:
        room.acquire()
        number += 1
        record = a_record(payloads=[a_payload(f"{number} " * 200), a_payload("always the same")])
        recorder.append(record, partial(done, record.exchange_id))
"""
KILLS = int(os.environ.get("KILLS", "10"))  # more of them: KILLS=100 pytest tests/store/test_kill.py


def acknowledged_until_killed(where: Where, lines: int) -> list[str]:
    """Run the child until it has acknowledged so many rows, and kill it."""
    named = where.url if isinstance(where, DatabaseUrl) else str(where)
    words = [sys.executable, "-c", CHILD, named, "folder"]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, cwd=Path.cwd())
    assert child.stdout is not None
    read = [child.stdout.readline() for _ in range(lines)]
    child.send_signal(signal.SIGKILL)
    read += child.stdout.readlines()
    child.stdout.close()
    assert child.wait(10) == -signal.SIGKILL
    return [line.decode().strip() for line in read if line.endswith(b"\n")]


@pytest.mark.timeout(60 + 3 * KILLS)
def test_no_acknowledged_row_is_lost_by_kill_9(where: Where) -> None:
    dice = random.Random(5)
    acknowledged: list[str] = []
    for _ in range(KILLS):
        acknowledged += acknowledged_until_killed(where, dice.randrange(1, 1500))
    database = open_database(where)
    bind(database, MODELS)
    if isinstance(where, Path):
        assert database.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)
    stored = [
        row[0]
        for row in database.execute_sql("SELECT exchange_id FROM event WHERE kind <> 'system'").fetchall()
    ]
    assert len(stored) == len(set(stored))
    assert set(acknowledged) <= set(stored)
    rows = database.execute_sql(f"SELECT {','.join(COLUMNS)} FROM event ORDER BY id").fetchall()
    assert [row[COLUMNS.index("seq")] for row in rows] == list(range(1, len(rows) + 1))
    assert all(row_hash(list(row[:-1])) == bytes(row[-1]) for row in rows)
    for rollup in ("roll_hour", "roll_day_actor", "lat_hour"):
        assert database.execute_sql(f"SELECT sum(n) FROM {rollup}").fetchone() == (len(stored),)
    dangling = "SELECT count(*) FROM event_part WHERE part_id NOT IN (SELECT id FROM part)"
    assert database.execute_sql(dangling).fetchone() == (0,)
    assert database.execute_sql("SELECT count(DISTINCT hash) - count(*) FROM part").fetchone() == (0,)
    database.close()
