"""Spool: records that wait on this machine's disk while the team's database is away, in their order.

Why not the schema of the store: numbers, seals, rollups and alerts belong to the database's own transaction.
So the records themselves wait here, with the times at which they were recorded, and are written by the same
way as all others once the database is back. One that the database refuses for itself is set aside, with the
reason, so that it stops no other; the next start tries it again.
"""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.errors import Disk, StorageUnavailable
from gateway_desktop.core.plural import plural
from gateway_desktop.core.spelling import without_halves
from gateway_desktop.store.sqlite import SqliteDatabase, prepare_file

MOST_ROWS = 100_000
MOST_BYTES = 256 * 1024 * 1024
_LARGEST = 2**63  # what MessagePack writes as a number
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS waiting(n INTEGER PRIMARY KEY, at_us BIGINT, record BLOB)",
    "CREATE TABLE IF NOT EXISTS sent(n BIGINT, xid BIGINT, PRIMARY KEY(n, xid))",
    "CREATE TABLE IF NOT EXISTS aside(n INTEGER PRIMARY KEY, at_us BIGINT, record BLOB, why TEXT)",
)
_SENT = "INSERT OR IGNORE INTO sent(n, xid) VALUES(?, ?)"
_OLDEST = (
    "SELECT n, at_us, record, (SELECT group_concat(xid) FROM sent WHERE sent.n = waiting.n) FROM waiting"
    " ORDER BY n LIMIT ?"
)
log = logging.getLogger(__name__)
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(AuditRecord).decode


class Waiting(NamedTuple):
    """A record, where it stands in the queue, and when it was recorded.

    `sent` are the transactions that may have written it, where it leaves no row by which one would see that.
    """

    n: int
    at_us: int
    record: AuditRecord
    sent: tuple[int, ...] = ()


class Spool:
    """Used by the writing thread only; the file is there only while something waits in it."""

    def __init__(self, path: Path, most_rows: int = MOST_ROWS, most_bytes: int = MOST_BYTES) -> None:
        self.path = path
        self.rows = 0
        self.aside = 0  # records that the database refused
        self.refusal = ""  # why it refused the last of them
        self._bytes = 0
        self._most_rows = most_rows
        self._most_bytes = most_bytes
        self._database: SqliteDatabase | None = None

    def open(self) -> None:
        """Count what a process before this one left; what was set aside is tried again."""
        if self.path.exists():
            database = self._opened()
            with database.writing():
                database.execute_sql(
                    "INSERT INTO waiting(at_us, record) SELECT at_us, record FROM aside ORDER BY n"
                )
                database.execute_sql("DELETE FROM aside")
            self._count()

    def append(self, records: Sequence[AuditRecord], at_us: int, sent: int = 0) -> None:
        """Write the records to the disk, all or none; raise StorageUnavailable if no more fit.

        `sent` is the transaction that may have written them.
        """
        encoded = [_encoded(record) for record in records]
        size = sum(map(len, encoded))
        if self.rows + len(records) > self._most_rows or self._bytes + size > self._most_bytes:
            waiting = f"{plural(self.rows, 'row waits', 'rows wait')} in {self.path}, no more fit."
            raise StorageUnavailable(Disk.FULL, f"The database has been away for long: {waiting}")
        database = self._opened()
        with database.writing():
            for record, one in zip(records, encoded, strict=True):
                row = database.execute_sql("INSERT INTO waiting(at_us, record) VALUES(?, ?)", (at_us, one))
                if sent and not record.kept:
                    database.execute_sql(_SENT, (row.lastrowid, sent))
        self.rows += len(records)
        self._bytes += size

    def oldest(self, most: int) -> list[Waiting]:
        """Return the records that wait longest; what is none is set aside."""
        waiting = []
        for n, at_us, record, sent in self._opened().execute_sql(_OLDEST, (most,)).fetchall():
            try:
                xids = tuple(map(int, sent.split(","))) if sent else ()
                waiting.append(Waiting(n, at_us, _decode(record), xids))
            except msgspec.DecodeError as error:
                self.set_aside(n, f"It cannot be read: {error}")
        return waiting

    def note(self, waiting: Sequence[Waiting], sent: int) -> None:
        """Remember, before it is committed, the transaction that may have written these."""
        database = self._opened()
        with database.writing():
            for one in waiting:
                if not one.record.kept:
                    database.execute_sql(_SENT, (one.n, sent))

    @property
    def refused(self) -> str:
        """How many records were set aside, in a sentence, or nothing."""
        rows = plural(self.aside, "audit row was", "audit rows were")
        said = f"{rows} refused by the database: kept in {self.path}, tried again at the next start."
        return said if self.aside else ""

    def set_aside(self, n: int, why: str) -> None:
        """Keep a record, with the reason, without trying to write it again before the next start."""
        log.error("The database refuses an audit row, which waits in %s: %s", self.path, why)
        database = self._opened()
        with database.writing():
            database.execute_sql(
                "INSERT INTO aside(at_us, record, why) SELECT at_us, record, ? FROM waiting WHERE n = ?",
                (why, n),
            )
            for table in ("waiting", "sent"):
                database.execute_sql(f"DELETE FROM {table} WHERE n = ?", (n,))
        self.aside += 1
        self.refusal = why
        self._count()

    def drop(self, done: Sequence[Waiting]) -> None:
        """Forget these, the oldest: they are in the database now."""
        database = self._opened()
        with database.writing():
            for table in ("waiting", "sent"):
                database.execute_sql(f"DELETE FROM {table} WHERE n <= ?", (done[-1].n,))
        self._count()
        if self.rows == 0 and self.aside == 0:
            self.close()
            for file in (self.path, *_beside(self.path)):
                file.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _count(self) -> None:
        found = self._opened().execute_sql("SELECT count(*), sum(length(record)) FROM waiting").fetchone()
        self.rows, self._bytes = int(found[0]), int(found[1] or 0)

    def _opened(self) -> SqliteDatabase:
        if self._database is None:
            prepare_file(self.path)
            self._database = SqliteDatabase(self.path)
            for statement in _SCHEMA:
                self._database.execute_sql(statement)
        return self._database


def _encoded(record: AuditRecord) -> bytes:
    """Return a record's bytes; numbers and halves of letters that no reader takes are written as texts."""
    try:
        return _encode(record)
    except (OverflowError, UnicodeEncodeError):
        return _encode(_writable(without_halves(msgspec.to_builtins(record))))


def _writable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _writable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_writable(item) for item in value]
    return str(value) if type(value) is int and abs(value) >= _LARGEST else value


def _beside(path: Path) -> Iterator[Path]:
    return (path.with_name(path.name + end) for end in ("-wal", "-shm"))
