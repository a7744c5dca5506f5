"""Spool: records that wait on this machine's disk while the team's database is away, in their order.

Why not the schema of the store: numbers, seals, rollups and alerts belong to the database's own transaction.
So the records themselves wait here, with the times at which they were recorded, and are written by the same
way as all others once the database is back.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.errors import Disk, StorageUnavailable
from gateway_desktop.store.sqlite import SqliteDatabase, prepare_file

MOST_ROWS = 100_000
MOST_BYTES = 256 * 1024 * 1024
_SCHEMA = "CREATE TABLE IF NOT EXISTS waiting(n INTEGER PRIMARY KEY, at_us BIGINT, record BLOB)"
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(AuditRecord).decode


class Waiting(NamedTuple):
    """A record, where it stands in the queue, and when it was recorded."""

    n: int
    at_us: int
    record: AuditRecord


class Spool:
    """Used by the writing thread only; the file is there only while something waits in it."""

    def __init__(self, path: Path, most_rows: int = MOST_ROWS, most_bytes: int = MOST_BYTES) -> None:
        self.path = path
        self.rows = 0
        self._bytes = 0
        self._most = (most_rows, most_bytes)
        self._database: SqliteDatabase | None = None

    def open(self) -> None:
        """Count what a process before this one left."""
        if self.path.exists():
            found = self._opened().execute_sql("SELECT count(*), sum(length(record)) FROM waiting").fetchone()
            self.rows, self._bytes = int(found[0]), int(found[1] or 0)

    def append(self, records: Sequence[AuditRecord], at_us: int) -> None:
        """Write the records to the disk, all or none; raise StorageUnavailable if no more fit."""
        encoded = [_encode(record) for record in records]
        size = sum(map(len, encoded))
        if self.rows + len(records) > self._most[0] or self._bytes + size > self._most[1]:
            waiting = f"{self.rows:,} rows wait in {self.path}, no more fit."
            raise StorageUnavailable(Disk.FULL, f"The database has been away for long: {waiting}")
        database = self._opened()
        with database.writing():
            for one in encoded:
                database.execute_sql("INSERT INTO waiting(at_us, record) VALUES(?, ?)", (at_us, one))
        self.rows += len(records)
        self._bytes += size

    def oldest(self, most: int) -> list[Waiting]:
        """Return the records that wait longest."""
        found = self._opened().execute_sql("SELECT n, at_us, record FROM waiting ORDER BY n LIMIT ?", (most,))
        return [Waiting(n, at_us, _decode(record)) for n, at_us, record in found.fetchall()]

    def drop(self, done: Sequence[Waiting]) -> None:
        """Forget these, the oldest: they are in the database now."""
        database = self._opened()
        with database.writing():
            database.execute_sql("DELETE FROM waiting WHERE n <= ?", (done[-1].n,))
        self.open()
        if self.rows == 0:
            self.close()
            for file in (self.path, *_beside(self.path)):
                file.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _opened(self) -> SqliteDatabase:
        if self._database is None:
            prepare_file(self.path)
            self._database = SqliteDatabase(self.path)
            self._database.execute_sql(_SCHEMA)
        return self._database


def _beside(path: Path) -> Iterator[Path]:
    return (path.with_name(path.name + end) for end in ("-wal", "-shm"))
