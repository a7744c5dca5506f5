"""Database: one connection to the file with its pragmas, and what is the matter when it fails.

Why one Database object per thread: a reader's connection is query-only and may be interrupted, the writer's
is neither; and two stores can be open in one process (tests, or a copy beside the original).
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import peewee

from gateway_desktop.core.audit import SystemEvent
from gateway_desktop.core.changes import Topic
from gateway_desktop.core.errors import Disk, StorageUnavailable, Unavailable

_driver: Any = peewee.sqlite3  # type: ignore[attr-defined]  # the newest SQLite that Peewee found
# The driver binds int, float and str at once, but asks every None and every bytes whether it adapts itself:
# an AttributeError each, two thirds of the cost of an INSERT. These adapters answer at once, with the same
# value.
_driver.register_adapter(type(None), {}.get)
_driver.register_adapter(bytes, bytes)

OLDEST_SQLITE = (3, 51, 3)
BUSY_SECONDS = 5.0
WAL_LIMIT = 64 * 1024 * 1024

_COMMON = {"foreign_keys": 1, "temp_store": "memory", "busy_timeout": int(BUSY_SECONDS * 1000)}
# No autocheckpoint in the writer: a checkpoint inside a commit makes it wait (p99 10.7 against 2.6 ms).
_WRITER = {
    "journal_mode": "wal",
    "synchronous": "full",
    "wal_autocheckpoint": 0,
    "journal_size_limit": WAL_LIMIT,
    "cache_size": -16_000,
}
_READER = {"query_only": 1, "cache_size": -8_000}


class Database(peewee.SqliteDatabase):
    """One thread's connection. A unit of work says here which topics to publish after its commit."""

    def __init__(self, path: Path, *, reader: bool = False, gateway: int = 0) -> None:
        require_sqlite()
        # `journal_mode` first: the other pragmas of the writer belong to the mode.
        pragmas = {**(_READER if reader else _WRITER), **_COMMON}
        # Another thread interrupts a running question; SQLite itself is built for that (THREADSAFE=1).
        super().__init__(str(path), pragmas=pragmas, timeout=BUSY_SECONDS, check_same_thread=False)
        self.path = path
        self.gateway = gateway
        self.seal_key = b""  # seals what is written through this connection
        self.topics: set[Topic] = set()
        self.on_event: Callable[[Database, SystemEvent, int], None] | None = None  # looks at System events

    def announce(self, topic: Topic) -> None:
        """Have this topic published once the running unit of work is committed."""
        self.topics.add(topic)

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        """Execute a statement and return its cursor."""
        return super().execute_sql(sql, params)  # type: ignore[no-untyped-call]  # Peewee's stubs leave it out

    def raw(self) -> Any:
        """Return the driver's connection, for statements of many rows and for `interrupt`."""
        return self.connection()  # type: ignore[no-untyped-call]


def require_sqlite() -> None:
    """Raise Unavailable if this SQLite may corrupt a WAL that one connection writes and one checkpoints."""
    found: tuple[int, ...] = _driver.sqlite_version_info
    if found < OLDEST_SQLITE:
        raise Unavailable(
            f"SQLite {'.'.join(map(str, found))} can corrupt this database (WAL reset, fixed in 3.51.3). "
            "Install a current one beside it: pip install 'pysqlite3>=0.6.1'"
        )


def prepare_file(path: Path) -> None:
    """Make the folder and an empty file that only this account can read; the WAL inherits its mode."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


_FULL, _READ_ONLY, _CORRUPT, _NOT_A_DATABASE, _BUSY, _LOCKED, _CANNOT_OPEN = 13, 8, 11, 26, 5, 6, 14

_SENTENCES = {
    Disk.FULL: "The disk with the database {path} is full. Free some space; writing goes on by itself.",
    Disk.READ_ONLY: "The database {path} cannot be written: it or its folder is read-only for this account.",
    Disk.CORRUPT: "The database {path} is damaged. Restore the newest backup; keep the damaged file.",
    Disk.BUSY: "Another program holds the database {path} for writing. Close it; writing goes on by itself.",
    Disk.OTHER: "The database {path} cannot be used: {error}.",
}


def failure_of(error: BaseException, path: Path) -> StorageUnavailable:
    """Return what is the matter with the disk, with a sentence that says what to do."""
    if isinstance(error, StorageUnavailable):
        return error
    kind = _kind_of(_driver_error(error), path)
    return StorageUnavailable(kind, _SENTENCES[kind].format(path=path, error=error))


def is_disk_failure(error: BaseException) -> bool:
    """Return whether the error comes from the database file, not from what was asked of it."""
    if isinstance(error, StorageUnavailable | OSError):
        return True
    code = getattr(_driver_error(error), "sqlite_errorcode", None)
    # 1 is a wrong statement, 9 an interruption, 19 a broken constraint, 20 and 21 misuse.
    return code is not None and code & 0xFF not in (1, 9, 19, 20, 21)


def _driver_error(error: BaseException) -> BaseException:
    """Return the driver's error behind Peewee's."""
    found: BaseException | None = error
    while found is not None:
        if hasattr(found, "sqlite_errorcode"):
            return found
        found = found.__cause__ or found.__context__
    return error


def _kind_of(error: BaseException, path: Path) -> Disk:
    if isinstance(error, PermissionError):
        return Disk.READ_ONLY
    if isinstance(error, OSError):
        return {28: Disk.FULL, 30: Disk.READ_ONLY}.get(error.errno or 0, Disk.OTHER)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == _CANNOT_OPEN:
        return Disk.OTHER if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK) else Disk.READ_ONLY
    return {
        _FULL: Disk.FULL,
        _READ_ONLY: Disk.READ_ONLY,
        _CORRUPT: Disk.CORRUPT,
        _NOT_A_DATABASE: Disk.CORRUPT,
        _BUSY: Disk.BUSY,
        _LOCKED: Disk.BUSY,
    }.get(code, Disk.OTHER)
