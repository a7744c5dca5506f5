"""A store in a file of its own, and a batch writer whose clock the test sets."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.database_url import DatabaseUrl, Where
from gateway_desktop.store.batch import BatchWriter
from gateway_desktop.store.database import Database
from gateway_desktop.store.migration import migrate
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.models.base import bind
from gateway_desktop.store.opening import open_database
from gateway_desktop.store.parts import Parts
from gateway_desktop.store.sqlite import prepare_file
from gateway_desktop.store.store import Store
from gateway_desktop.store.whose import add_up_all
from tests.postgresql import Server


class Timeline:
    """A database filled at times that the test chooses; questions are asked through the same connection."""

    def __init__(self, where: Where) -> None:
        if isinstance(where, Path):
            prepare_file(where)
        self.database = open_database(where, gateway=1)
        migrate(self.database)
        bind(self.database, MODELS)
        self.now_us = 0
        self.batches = BatchWriter(where, 1, Parts(b"key"), clock=lambda: self.now_us)
        self.batches.start(self.database)

    def record(self, at_us: int, *records: AuditRecord) -> None:
        """Record these at this time."""
        self.now_us = at_us
        self.batches.write(self.database, records)

    def add_up(self) -> None:
        """Count what was recorded by now by owner and group, as every gateway does now and then."""
        with self.database.writing():
            add_up_all(self.database)

    def clear(self) -> None:
        """Start anew."""
        for table in (
            "event",
            "part",
            "event_part",
            "seen",
            "roll_hour",
            "roll_hour_whose",
            "last_use",
            "roll_day_actor",
            "roll_span_actor",
            "lat_hour",
        ):
            self.database.execute_sql(f"DELETE FROM {table}")
        self.database.execute_sql("UPDATE gateway SET closed_span = NULL, rolled_id = NULL")
        self.batches = BatchWriter(self.database.where, 1, Parts(b"key"), clock=lambda: self.now_us)
        self.batches.start(self.database)


@pytest.fixture
def team(server: Server, template: str) -> Iterator[DatabaseUrl]:
    """A database that several gateways may use."""
    name = server.create(template)
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def changes() -> ChangeFeed:
    return ChangeFeed()


@pytest.fixture
def store(where: Where, changes: ChangeFeed) -> Iterator[Store]:
    with Store.open(where, changes) as opened:
        opened.ready.result(60)
        yield opened


@pytest.fixture
def timeline(where: Where) -> Iterator[Timeline]:
    line = Timeline(where)
    yield line
    line.database.close()


@pytest.fixture
def append(store: Store) -> Callable[..., None]:
    """Append records and wait until all are acknowledged."""

    def append_all(*records: AuditRecord) -> None:
        for future in queued(store, records):
            future.result(60)

    return append_all


@pytest.fixture
def rows(store: Store) -> Callable[..., list[tuple[Any, ...]]]:
    """Ask in SQL."""

    def ask(sql: str, *values: Any) -> list[tuple[Any, ...]]:
        def work(database: Database) -> list[tuple[Any, ...]]:
            return list(database.execute_sql(sql, values).fetchall())

        return store.reader.submit(work).result(60)

    return ask


def queued(store: Store, records: Iterable[AuditRecord]) -> list[Future[None]]:
    """Append without waiting; each Future resolves, or fails, with its acknowledgement."""
    futures = []
    for record in records:
        future: Future[None] = Future()

        def done(error: BaseException | None, future: Future[None] = future) -> None:
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)

        store.writer.append(record, done)
        futures.append(future)
    return futures


@pytest.fixture
def queue_up(store: Store) -> Callable[[Iterable[AuditRecord]], list[Future[None]]]:
    """Append without waiting."""
    return lambda records: queued(store, records)
