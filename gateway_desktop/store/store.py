"""Store: the one database of this process; opens, migrates, writes, reads, closes."""

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from gateway_desktop.core.audit import SystemEvent
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.database_url import DatabaseUrl, Where, where_is
from gateway_desktop.store.batch import BatchWriter
from gateway_desktop.store.database import Database
from gateway_desktop.store.gateways import join
from gateway_desktop.store.migration import migrate
from gateway_desktop.store.migrations import MIGRATIONS
from gateway_desktop.store.opening import open_database
from gateway_desktop.store.parts import Parts
from gateway_desktop.store.reader import Reader
from gateway_desktop.store.spool import Spool
from gateway_desktop.store.sqlite import SqliteDatabase, prepare_file
from gateway_desktop.store.writer import Writer

if TYPE_CHECKING:
    from gateway_desktop.store.notices import Notices


class Store:
    """Where everything is written and read: `writer.append`, `writer.submit`, `reader.submit`."""

    def __init__(
        self, where: Where, changes: ChangeFeed, gateway: int, folder: str, spool: Path | None
    ) -> None:
        self.where = where
        self._changes = changes
        self._folder = folder
        self._notices: Notices | None = None
        self.gateway = gateway
        self.masked = False
        self.migrated: SystemEvent | None = None  # what is to be told of it; known once it is ready
        self._reading: list[Database] = []
        self.noted_size = 0  # of a server's database, when somebody last asked for it
        self.unlock: Callable[[], object] = lambda: None  # called before a person writes a System event
        self._parts = Parts()
        self._batches = BatchWriter(where, gateway, self._parts)
        self.writer = Writer(self._open_writing, changes, self._batches, Spool(spool) if spool else None)
        self.reader = Reader(self._open_reading, self.writer.ready)

    @classmethod
    def open(
        cls,
        where: Where | str,
        changes: ChangeFeed,
        gateway: int = 1,
        folder: str = "",
        spool: Path | None = None,
    ) -> "Store":
        """Start opening the database, on the writer thread; gateway 0 is the command line.

        On a server, where many gateways write, the data folder's lasting name says which one this is, and
        records wait in the spool while it is away.
        """
        return cls(where_is(where) if isinstance(where, str) else where, changes, gateway, folder, spool)

    @property
    def ready(self) -> Future[None]:
        """Resolved once the database is open and migrated, or failed with the reason."""
        return self.writer.ready

    def configure(
        self, content_key: bytes | None = None, payload_kb: int | None = None, seal_key: bytes | None = None
    ) -> None:
        """Set the keys of content hashes (up to 64 bytes) and seals, and an exchange's limit of new text."""
        if seal_key is not None:
            self._written.seal_key = seal_key
        if content_key is not None:
            self._parts.key = content_key
        if payload_kb is not None:
            self._parts.limit = payload_kb * 1024
            self._parts.stale = True  # with a change of the configuration texts may have been erased

    def forget_texts(self, database: Database) -> None:
        """Look anew which texts are stored; called in the transaction that removes some."""
        self._parts.start(database)

    def size(self) -> int:
        """Return how many bytes the database takes, with its log: of files now, of a server as last noted."""
        if not isinstance(self.where, Path):
            return self.noted_size
        files = (self.where, self.where.with_name(self.where.name + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def close(self) -> None:
        """Stop running questions, write what is queued, close."""
        if self._notices is not None:
            self._notices.close()
        self.reader.close()
        self.writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open_writing(self) -> Database:
        if isinstance(self.where, Path):
            prepare_file(self.where)
        self._written = open_database(self.where, gateway=self.gateway)
        try:
            self.migrated = migrate(self._written)
            if not isinstance(self._written, SqliteDatabase):
                self._join(self._written)
        except BaseException:
            self._written.close()
            raise
        return self._written

    def _join(self, database: Database) -> None:
        from gateway_desktop.store.notices import Notices  # late, as in `opening`
        from gateway_desktop.store.postgresql import PostgresqlDatabase

        assert isinstance(database, PostgresqlDatabase)
        database.schema = len(MIGRATIONS)
        if self._folder:
            self.gateway = self._batches.gateway = join(database, self._folder)
            database.claim(self.gateway)
        if self.gateway and isinstance(self.where, DatabaseUrl):
            self._notices = Notices(self.where, database.origin, self._changes)

    def mask(self) -> None:
        """Show no texts of exchanges to who reads through this store from now on."""
        self.masked = True
        for database in self._reading:
            database.masked = True

    def _open_reading(self) -> Database:
        database = open_database(self.where, reader=True, gateway=self.gateway)
        database.masked = self.masked
        self._reading.append(database)
        return database
