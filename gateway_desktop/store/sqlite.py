"""SqliteDatabase: the store as one file, with its pragmas."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import peewee

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.files import appearing
from gateway_desktop.core.paths import Paths
from gateway_desktop.store.database import Database
from gateway_desktop.store.failures import damaged, moved

_driver: Any = peewee.sqlite3  # type: ignore[attr-defined]  # the newest SQLite that Peewee found
# The driver binds int, float and str at once, but asks every None and every bytes whether it adapts itself:
# an AttributeError each, two thirds of the cost of an INSERT. These adapters answer at once, with the same
# value.
_driver.register_adapter(type(None), {}.get)
_driver.register_adapter(bytes, bytes)

# A connection is one thread's, so it needs no lock around each of its columns: a sixth of reading a row.
# Python's own driver cannot be told.
_ONE_THREAD = (
    {"flags": _driver.SQLITE_OPEN_READWRITE | _driver.SQLITE_OPEN_CREATE | _driver.SQLITE_OPEN_NOMUTEX}
    if hasattr(_driver, "SQLITE_OPEN_NOMUTEX")
    else {}
)

# Batches alone have some 120 statements, by the numbers of their rows: with the driver's 128 those for rows
# of many users and models were parsed again and again, a quarter of the CPU of a batch.
_KEPT_STATEMENTS = 256

OLDEST_SQLITE = (3, 51, 3)
BUSY_SECONDS = 5.0
WAL_LIMIT = 64 * 1024 * 1024
_STEPS = 500_000  # of SQLite's virtual machine, some milliseconds

_COMMON = {"foreign_keys": 1, "temp_store": "memory", "busy_timeout": int(BUSY_SECONDS * 1000)}
# No autocheckpoint in the writer: a checkpoint inside a commit makes it wait (p99 10.7 against 2.6 ms).
_WRITER = {
    "journal_mode": "wal",
    "synchronous": "full",
    "fullfsync": 1,  # macOS keeps what was synced in the disk's own memory otherwise
    "wal_autocheckpoint": 0,
    "journal_size_limit": WAL_LIMIT,
    "cache_size": -16_000,
}
_READER = {"query_only": 1, "cache_size": -8_000}
_ONCE = {"cache_size": -2_000}


class SqliteDatabase(Database, peewee.SqliteDatabase):
    """One thread's connection to the file."""

    def __init__(self, path: Path, *, reader: bool = False, gateway: int = 0, once: bool = False) -> None:
        require_sqlite()
        # `journal_mode` first: the other pragmas of the writer belong to the mode.
        pragmas = {**(_READER if reader else _WRITER), **_COMMON, **(_ONCE if once else {})}
        self.path = path
        self._file: os.stat_result | None = None  # as it was opened; None: it will be
        # Another thread only interrupts a running question, which needs no lock (sqlite3_interrupt).
        super().__init__(
            str(path),
            pragmas=pragmas,
            timeout=BUSY_SECONDS,
            check_same_thread=False,
            cached_statements=_KEPT_STATEMENTS,
            **_ONE_THREAD,
        )
        self.serve(path, gateway)

    def _connect(self) -> Any:
        """Return a new connection; the thread's own memory, where Peewee keeps it, is not all that holds it.

        uvloop starts commands from a copy of this process, in which Python forgets what other threads held:
        SQLite would close their connections there, wait forever for a lock that one of them had taken, and
        the gateway's loop with it.
        """
        self._kept = super()._connect()  # type: ignore[misc]  # Peewee's types leave it out
        try:
            self._file = self.path.stat()
        except FileNotFoundError:
            self._kept.close()
            raise moved(self.path) from None
        return self._kept

    def _set_pragmas(self, conn: Any) -> None:
        """Set them all; a file goes over to its log at once, or where another program writes, after that.

        SQLite waits for the other one everywhere but there: two that start at once on a new file would meet.
        """
        until = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                super()._set_pragmas(conn)  # type: ignore[misc]  # Peewee's types leave it out
            except _driver.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != _driver.SQLITE_BUSY or time.monotonic() > until:
                    raise
                conn.execute("BEGIN IMMEDIATE")  # waits
                conn.execute("COMMIT")
            else:
                return

    def begin_writing(self) -> None:
        """Begin a transaction that holds the write lock; StorageUnavailable if the file is not there now."""
        self._require_file()
        self.raw().execute("BEGIN IMMEDIATE")
        found = self.raw().execute("SELECT texts_version FROM schema_version").fetchone()
        self.texts_version = found[0] if found else 0

    def writing(self) -> AbstractContextManager[Any]:
        """Return a transaction under the write lock, in which Peewee's own may nest; else as above."""
        self._require_file()
        transaction: AbstractContextManager[Any] = self.atomic("immediate")
        return transaction

    def _require_file(self) -> None:
        """A file that was moved or removed can still be written, and what is written there is lost."""
        try:
            there = self._file is None or os.path.samestat(self._file, self.path.stat())
        except FileNotFoundError:
            there = False
        if not there:
            raise moved(self.path)

    def rollback(self) -> None:
        """Roll back, unless SQLite has done so itself, as on a full disk: asked again, it complains."""
        self.abandon()

    def abandon(self) -> None:
        """Roll back what runs, if anything does."""
        connection = self.raw()
        if connection.in_transaction:
            connection.rollback()

    @contextmanager
    def reading(self, stopped: Callable[[], bool]) -> Iterator[Callable[[], None]]:
        """Return a transaction that sees one moment.

        SQLite forgets an interruption that comes just before a statement begins: so it is asked for, too.
        """
        connection = self.raw()
        connection.set_progress_handler(stopped, _STEPS)
        with self.atomic():
            yield connection.interrupt

    def deserves_another_try(self, error: BaseException) -> bool:  # noqa: ARG002 - the base's
        """Return False: a file does not go away for a moment."""
        return False

    def stream(self, sql: str) -> Any:
        """Return a cursor whose rows come as they are fetched."""
        return self.execute_sql(sql)

    def version(self) -> str:
        """Return `SQLite 3.53.4`."""
        return f"SQLite {_driver.sqlite_version}"

    def size(self) -> tuple[int, int]:
        """Return the bytes of the file and of its write-ahead log."""
        wal = self.path.with_name(self.path.name + "-wal")
        return self.path.stat().st_size, wal.stat().st_size if wal.exists() else 0


def require_sqlite() -> None:
    """Raise Unavailable if this SQLite may corrupt a WAL that one connection writes and one checkpoints."""
    found: tuple[int, ...] = _driver.sqlite_version_info
    if found < OLDEST_SQLITE:
        raise Unavailable(
            f"SQLite {'.'.join(map(str, found))} can corrupt this database (WAL reset, fixed in 3.51.3). "
            "Install a current one beside it: pip install 'pysqlite3>=0.6.1'"
        )


def prepare_file(path: Path) -> None:
    """Make the folder and an empty file that only this account can read; the WAL inherits its mode.

    Raises StorageUnavailable where the file is empty though a gateway ran here: SQLite would begin anew.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    elif not path.stat().st_size and Paths(path.parent).heads.exists():
        raise damaged(path)


def run_alone(path: Path, statement: str) -> None:
    """Run a statement on a connection of its own: within a transaction SQLite compacts nothing."""
    database = SqliteDatabase(path)
    try:
        database.execute_sql(statement)
    finally:
        database.close()


def copy_into(path: Path, target: Path) -> None:
    """Write what the database holds at this moment into a new file, which is there once it is whole."""
    with appearing(target) as unfinished:  # SQLite takes an empty file, and keeps who may read it
        database = SqliteDatabase(path, reader=True)  # a backup may lie where nothing can be written
        try:
            database.execute_sql("PRAGMA query_only = 0")  # the new file is written by the same connection
            database.execute_sql("VACUUM INTO ?", (str(unfinished),))
        finally:  # where the disk was full, it stays
            database.close()
            unfinished.with_name(unfinished.name + "-journal").unlink(missing_ok=True)
