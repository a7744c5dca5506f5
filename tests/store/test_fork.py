"""A command starts from a copy of this process: no connection is closed in there."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import asyncio, os, sys, threading
from pathlib import Path
import uvloop
from gateway_desktop.store.sqlite import SqliteDatabase, prepare_file

PARENT = os.getpid()

class Held:
    def __call__(self):
        return 1

    def __del__(self):
        if os.getpid() != PARENT:
            os.write(1, b"closed in the child")

def use(path):
    database = SqliteDatabase(path)
    database.raw().create_function("held", 0, Held())
    opened.set()
    ending.wait(60)
    database.close()

async def start():
    process = await asyncio.create_subprocess_exec("true")
    assert await process.wait() == 0

opened, ending = threading.Event(), threading.Event()
path = Path(sys.argv[1])
prepare_file(path)
thread = threading.Thread(target=use, args=(path,))
thread.start()
assert opened.wait(60)
uvloop.run(start())
ending.set()
thread.join()
"""


def test_a_command_that_starts_closes_no_connection_of_another_thread(tmp_path: Path) -> None:
    """SQLite would wait there for a lock that the other thread held, and the gateway's loop for the child."""
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "gateway.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
