"""Power loss: what is on the disk if the power goes at any moment of a run, as a preloaded library saw it.

`python -m tests.store.power_loss work FOLDER` is the run: batches with texts through the real store, each
acknowledgement appended to FOLDER/acknowledged, while checkpoints move the WAL into the database.
"""

import os
import random
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.store.store import Store
from tests.makers import a_payload, a_record

KEY = b"s" * 32
RECORDS = 240
_SOURCE = Path(__file__).with_name("power_loss.c")
_SECTOR = 512


@dataclass
class Disk:
    """Files as they are durably, and what was written to each since it was last synced."""

    durable: dict[str, bytearray] = field(default_factory=dict)
    pending: dict[str, list[tuple[int, bytes | None]]] = field(default_factory=dict)

    def after(self, dice: random.Random | None) -> dict[str, bytes]:
        """Return the files after a loss of power: without what was not synced, or with torn parts of it."""
        files = {path: bytearray(content) for path, content in self.durable.items()}
        if dice is None:
            return {path: bytes(content) for path, content in files.items()}
        for path, writes in self.pending.items():
            for offset, data in dice.sample(writes, dice.randrange(len(writes) + 1)):
                if data is not None:
                    torn = len(data) if dice.random() < 0.5 else dice.randrange(0, len(data), _SECTOR)
                    _put(files.setdefault(path, bytearray()), offset, data[:torn])
        return {path: bytes(content) for path, content in files.items()}

    def sync(self, path: str) -> None:
        """Make durable what was written to a file."""
        content = self.durable.setdefault(path, bytearray())
        for offset, data in self.pending.pop(path, ()):
            if data is None:
                del content[offset:]
            else:
                _put(content, offset, data)


def built(folder: Path) -> Path:
    """Compile the library."""
    library = folder / "power_loss.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", library, _SOURCE, "-ldl"], check=True)
    return library


def recorded(folder: Path, library: Path) -> bytes:
    """Run the work under the library; return its log."""
    data, log = folder / "data", folder / "log"
    data.mkdir()
    environment = {
        **os.environ,
        "LD_PRELOAD": str(library),
        "POWER_LOSS_FOLDER": str(data),
        "POWER_LOSS_LOG": str(log),
    }
    command = [sys.executable, "-m", "tests.store.power_loss", "work", str(data)]
    subprocess.run(command, env=environment, check=True, timeout=240)
    return log.read_bytes()


def states(log: bytes) -> Iterator[tuple[Disk, int]]:
    """Yield the disk before each sync that changes it, and how many acknowledgements were given by then."""
    disk, acknowledged = Disk(), 0
    for letter, path, offset, data in _records(log):
        if path.endswith("/acknowledged"):
            acknowledged += data.count(b"\n")
        elif letter == "W":
            disk.pending.setdefault(path, []).append((offset, data))
        elif letter == "T":
            disk.pending.setdefault(path, []).append((offset, None))
        elif letter == "U":
            disk.durable.pop(path, None)
            disk.pending.pop(path, None)
        elif letter == "S" and path in disk.pending:
            yield disk, acknowledged
            disk.sync(path)
    yield disk, acknowledged


def _records(log: bytes) -> Iterator[tuple[str, str, int, bytes]]:
    at = 0

    def take(length: int) -> bytes:
        nonlocal at
        at += length
        return log[at - length : at]

    def number() -> int:
        return int(struct.unpack("=Q", take(8))[0])

    while at < len(log):
        letter = take(1).decode()
        path = take(number()).decode()
        offset, data = 0, b""
        if letter in "WT":
            offset = number()
        if letter in "WR":
            data = take(number())
        yield letter, path, offset, data


def _put(content: bytearray, offset: int, data: bytes) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


def work(folder: Path) -> None:
    """Write and acknowledge; checkpoint in between, as the store's own thread does and as a restart does."""
    acknowledged = os.open(folder / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def acknowledge(error: BaseException | None) -> None:
        if error is None:
            os.write(acknowledged, b"one more\n")

    with Store.open(folder / "gateway.sqlite", ChangeFeed()) as store:
        store.ready.result()
        store.configure(content_key=b"k" * 32, seal_key=KEY)
        for n in range(RECORDS):
            record = a_record(payloads=[a_payload(f"{n} " * 300), a_payload("You are helpful")])
            store.writer.append(record, acknowledge)
            if n % 8 == 0:
                store.writer.submit(lambda _database: None).result()
            if n % 60 == 59:
                other = SqliteDatabase(folder / "gateway.sqlite")
                other.execute_sql("PRAGMA wal_checkpoint(RESTART)").fetchall()
                other.close()
    os.close(acknowledged)


if __name__ == "__main__":
    work(Path(sys.argv[2]))
