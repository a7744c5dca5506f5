"""Database: one thread's connection to the store, whichever engine holds it.

Why one Database object per thread: a reader's connection is read-only and may be interrupted, the writer's
is neither; and two stores can be open in one process (tests, or a copy beside the original).
What differs between SQLite and PostgreSQL stands in the two subclasses; statements are written once, with
`?` for values, in the SQL that both understand.
"""

from abc import abstractmethod
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, closing
from typing import Any

import peewee

from gateway_desktop.core.audit import SystemEvent
from gateway_desktop.core.changes import Topic
from gateway_desktop.core.database_url import Where


class Database(peewee.Database):
    """A connection. A unit of work says here which topics to publish after its commit."""

    where: Where
    gateway: int
    masked: bool  # texts of exchanges are not shown through this connection
    seal_key: bytes  # seals what is written through this connection
    topics: set[Topic]
    texts_version: int  # as the running batch sees it: moves when stored texts or names go
    on_event: "Callable[[Database, SystemEvent, int], None] | None"  # looks at System events

    def serve(self, where: Where, gateway: int) -> None:
        """Be the connection of this gateway to that database; called once, when it is made."""
        self.where = where
        self.gateway = gateway
        self.seal_key = b""
        self.topics = set()
        self.texts_version = 0
        self.masked = False
        self.on_event = None

    def announce(self, topic: Topic) -> None:
        """Have this topic published once the running unit of work is committed."""
        self.topics.add(topic)

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        """Execute a statement and return its cursor."""
        return super().execute_sql(sql, params)  # type: ignore[no-untyped-call]  # Peewee's stubs leave it out

    def raw(self) -> Any:
        """Return the driver's connection, for statements of many rows."""
        return self.connection()  # type: ignore[no-untyped-call]

    @abstractmethod
    def stream(self, sql: str) -> Any:
        """Return a cursor whose rows come as they are fetched, within the running transaction."""

    def streamed(self, sql: str, at_once: int = 2_000) -> Generator[tuple[Any, ...], None, None]:
        """Yield the rows of a question of which only some are in memory at a time."""
        with closing(self.stream(sql)) as cursor:
            while rows := cursor.fetchmany(at_once):
                yield from rows

    @abstractmethod
    def begin_writing(self) -> None:
        """Begin a transaction that holds the write lock: nobody else writes until it ends."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[Any]:
        """Return a transaction under the write lock, in which Peewee's own may nest."""

    def tell(self, topics: Iterable[Topic]) -> None:
        """Have other processes know, once it is committed, that something changed there."""

    def transaction_number(self) -> int:
        """Return the running transaction's number, by which a server knows later whether it was committed."""
        return 0

    @abstractmethod
    def abandon(self) -> None:
        """Roll back what runs, if anything does."""

    @abstractmethod
    def reading(self, stopped: Callable[[], bool]) -> AbstractContextManager[Callable[[], None]]:
        """Return a transaction that sees one moment; what it gives stops it, as does `stopped`."""

    @abstractmethod
    def deserves_another_try(self, error: BaseException) -> bool:
        """Return whether reading failed only for its connection, and may be done again."""

    @abstractmethod
    def version(self) -> str:
        """Return the engine's name and version, for people."""

    @abstractmethod
    def size(self) -> tuple[int, int]:
        """Return how many bytes the data takes, and a log beside it that is not part of it yet."""
