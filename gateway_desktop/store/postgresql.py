"""PostgresqlDatabase: the store on a server, for several gateways and windows at once.

One writes at a time here, too: a transaction that writes begins with an advisory lock that it holds to its
end. So what the program relies on with SQLite holds: what was read under the lock is still so when it is
written, keys of rollups and `seen` cannot deadlock, and parts and alerts are merged without a race. Batches
make up for the waiting: they grow while another gateway commits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import peewee
import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper, Loader
from psycopg.pq import TransactionStatus
from psycopg.types.json import Json, Jsonb

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import Disk, StorageUnavailable, Unavailable
from gateway_desktop.core.ids import new_id
from gateway_desktop.store.database import Database
from gateway_desktop.store.failures import is_away, was_interrupted
from gateway_desktop.store.gateways import GATEWAYS

OLDEST_SERVER = 130000
WRITE_LOCK = 0x6777_6400  # the advisory lock of whoever writes
CHANNEL = "gateway_desktop"  # of NOTIFY
_SETTINGS = {
    "client_encoding": "'UTF8'",
    "standard_conforming_strings": "on",
    "default_transaction_isolation": "'read committed'",  # what was written before the write lock is seen
    "synchronous_commit": "on",  # acknowledged means: on the server's disk
    "lock_timeout": "'5s'",
    "idle_in_transaction_session_timeout": "'30s'",  # a gateway that froze must not keep the others waiting
    "tcp_keepalives_idle": "5",  # one whose machine vanished must not hold its id and its locks for hours
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}
# What a role or a database may have set for others: it would refuse rows, and end connections that are idle.
_UNLIMITED = (
    "SELECT set_config(name, '0', false) FROM pg_settings"
    " WHERE name IN ('statement_timeout', 'idle_session_timeout', 'transaction_timeout')"
)
_READER = {"default_transaction_isolation": "'repeatable read'", "default_transaction_read_only": "on"}
# A server that vanished is noticed in seconds, not when TCP gives up.
_CONNECTING = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "gateway-desktop",
}
_TOLD_AGAIN = 0.2  # seconds until a question that goes on is told to stop once more
_BEGIN = f"BEGIN; SELECT pg_advisory_xact_lock({WRITE_LOCK})"
_LOCK = f"SELECT pg_advisory_xact_lock({WRITE_LOCK})"
_CLAIM = f"SELECT pg_advisory_lock({GATEWAYS}, ?)"
_TELL = f"SELECT pg_notify('{CHANNEL}', ?)"
_TRANSACTION = "SELECT txid_current()"
_SCHEMA = "SELECT version, texts_version FROM schema_version"


# What Peewee would have imported, had `store` let it (see there).
vars(peewee).update(psycopg=psycopg, TransactionStatus=TransactionStatus, Json_pg3=Json, Jsonb_pg3=Jsonb)


@lru_cache(maxsize=2048)
def translated(sql: str) -> str:
    """Return a statement with `?` for its values as the driver wants it."""
    return sql.replace("%", "%%").replace("?", "%s") if "?" in sql else sql


class _Cursor(psycopg.ClientCursor[Any]):
    """Takes `?` for values, and puts them into the statement itself.

    The planner then sees which partial index fits, and `GROUP BY` that an expression is the one selected.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> "_Cursor":
        super().execute(translated(query), params, **options)
        return self


class _Connection(psycopg.Connection[Any]):
    """What the writer's statements go through, prepared by the server; many rows are copied at once."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> psycopg.Cursor[Any]:
        """Execute a statement with `?` for its values."""
        return psycopg.Cursor(self).execute(translated(query), params, **options)

    def copy_rows(self, table: str, columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
        """Append rows to a table."""
        with self.cursor().copy(f"COPY {table}({','.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


class _Text(Dumper):
    """A text without NUL, which PostgreSQL cannot keep: what a client sends must not stop a batch."""

    def dump(self, obj: str) -> Buffer:
        return obj.replace("\0", "\ufffd").encode("utf-8", "replace")


class _Number(Loader):
    """Sums of whole numbers are whole numbers, as with SQLite."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data)
        return float(text) if b"." in text or b"e" in text or b"N" in text else int(text)


class _Adapter(peewee.Psycopg3Adapter):
    """Makes our connections."""

    txn_idle = TransactionStatus.IDLE
    txn_inerror = TransactionStatus.INERROR
    txn_unknown = TransactionStatus.UNKNOWN

    def connect(self, db: Any, **parameters: Any) -> _Connection:
        connection = _Connection.connect(db.database, cursor_factory=_Cursor, **parameters)
        connection.adapters.register_dumper(str, _Text)
        connection.adapters.register_loader("numeric", _Number)
        return connection

    def get_binary_type(self) -> type[bytes]:
        """Return `bytes`: fields are shared with SQLite's connections, and both drivers take those."""
        return bytes


def _cancel(connection: _Connection, over: Future[None]) -> None:
    """Have the server stop what the connection does; it takes a connection of its own: nobody waits.

    It is told until it is over: a server forgets what comes just before a statement begins.
    """

    def stop() -> None:
        while not over.done():
            with suppress(psycopg.Error):
                connection.cancel_safe(timeout=5.0)
            wait([over], _TOLD_AGAIN)

    worker = ThreadPoolExecutor(1, thread_name_prefix="store-cancel")
    worker.submit(stop)
    worker.shutdown(wait=False)


class PostgresqlDatabase(Database, peewee.PostgresqlDatabase):
    """One thread's connection to the server; one that broke is made anew at the next transaction."""

    psycopg3_adapter = _Adapter

    def __init__(
        self,
        where: DatabaseUrl,
        *,
        reader: bool = False,
        gateway: int = 0,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        options: dict[str, Any] = _CONNECTING
        super().__init__(where.url, prefer_psycopg3=True, **options)
        self.serve(where, gateway)
        self.origin = new_id()  # of what it tells others
        self.schema: int | None = None  # that the program knows; nothing is written under a newer one
        self._claimed = False
        self._settings = {**_SETTINGS, **(_READER if reader else {}), **settings}

    def claim(self, gateway: int) -> None:
        """Be the one connection that writes as this gateway, for as long as it is connected."""
        self.gateway, self._claimed = gateway, True
        self.raw().execute(_CLAIM, (gateway,))

    def begin_writing(self) -> None:
        """Begin a transaction that holds the write lock."""
        self.mend()
        self.raw().execute(_BEGIN)
        self._require_schema()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Return a transaction under the write lock, in which Peewee's own may nest."""
        self.mend()
        transaction: AbstractContextManager[Any] = self.atomic()
        with transaction:
            self.raw().execute(_LOCK)
            self._require_schema()
            yield
            self.tell(self.topics)

    def tell(self, topics: Iterable[Topic]) -> None:
        """Have other processes know, once it is committed, that something changed there."""
        if names := " ".join(sorted(topic.name for topic in topics)):
            self.raw().execute(_TELL, (f"{self.origin} {names}",))

    def transaction_number(self) -> int:
        """Return the running transaction's number."""
        return int(self.raw().execute(_TRANSACTION).fetchone()[0])

    def _require_schema(self) -> None:
        if self.schema is None:
            return
        found = self.raw().execute(_SCHEMA).fetchone()
        if found is None or found[0] != self.schema:
            problem = f"{self.where} was migrated by a newer Gateway Desktop: start that one here, too"
            raise StorageUnavailable(Disk.OTHER, problem)
        self.texts_version = found[1]

    def abandon(self) -> None:
        """Roll back what runs, if anything does."""
        with suppress(psycopg.Error, peewee.PeeweeException):
            if not self.is_closed():
                self.raw().rollback()
        self.mend(connect=False)

    def mend(self, *, connect: bool = True) -> None:
        """Put away a connection that broke, and make a new one."""
        if not self.is_closed() and self.raw().closed:
            self.forget()
        if connect and self.is_closed():
            self.connect()
            if self._claimed:
                self.claim(self.gateway)

    def forget(self) -> None:
        """Put the connection away, whatever state it is in."""
        with suppress(psycopg.Error, peewee.PeeweeException):
            self.raw().close()
        state: Any = self._state  # type: ignore[attr-defined]  # Peewee's stubs leave it out
        state.reset()

    @contextmanager
    def reading(self, stopped: Callable[[], bool]) -> Iterator[Callable[[], None]]:  # noqa: ARG002 - the base's
        """Return a transaction that sees one moment; the server stops it when it is told to."""
        self.mend()
        connection = self.raw()
        over: Future[None] = Future()
        with self.atomic():
            try:
                yield lambda: _cancel(connection, over)
            finally:
                over.set_result(None)

    def deserves_another_try(self, error: BaseException) -> bool:
        """Return whether the connection had broken, or was told too late to stop the question before."""
        return is_away(error) or was_interrupted(error)

    def stream(self, sql: str) -> Any:
        """Return a cursor whose rows come as they are fetched, within the running transaction."""
        cursor = psycopg.ServerCursor(self.raw(), new_id())
        return cursor.execute(sql.encode())

    def version(self) -> str:
        """Return `PostgreSQL 15.18`."""
        row = self.execute_sql("SHOW server_version").fetchone()
        return f"PostgreSQL {str(row[0]).partition(' ')[0]}"

    def size(self) -> tuple[int, int]:
        """Return the bytes of the database; its log is the server's own business."""
        row = self.execute_sql("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]), 0

    def _connect(self) -> _Connection:
        connection: _Connection = super()._connect()  # type: ignore[misc]  # Peewee's stubs leave it out
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, conn: _Connection) -> None:
        if conn.info.server_version < OLDEST_SERVER:
            raise Unavailable(f"{self.where} is older than PostgreSQL 13")
        conn.execute("; ".join(f"SET {name} = {value}" for name, value in self._settings.items()))
        conn.execute(_UNLIMITED)
        encoding = conn.execute("SHOW server_encoding").fetchone()
        if encoding is None or encoding[0] != "UTF8":
            raise Unavailable(f"{self.where} does not keep texts as UTF-8; make it with: createdb -E UTF8")
