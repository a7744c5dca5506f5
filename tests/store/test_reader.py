"""Readers: they cannot write, and what nobody waits for any more stops."""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future

import pytest

from gateway_desktop.core.errors import Disk, StorageUnavailable
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.event import Event
from gateway_desktop.store.store import Store
from tests.makers import a_record

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_a_reader_cannot_write(store: Store) -> None:
    asked = store.reader.submit(lambda database: database.execute_sql("DELETE FROM event"))
    with pytest.raises(StorageUnavailable) as refused:
        asked.result(60)
    assert refused.value.kind is Disk.READ_ONLY


def test_models_mean_the_store_of_the_thread_that_asks(store: Store, append: Callable[..., None]) -> None:
    append(a_record(), a_record())
    assert store.reader.submit(lambda _: Event.select().count()).result(60) == 2


def endless(store: Store) -> Future[None]:
    """Ask what has no end; it has begun."""
    started = threading.Event()

    def ask(database: Database) -> None:
        started.set()
        database.execute_sql(ENDLESS).fetchone()

    running = store.reader.submit(ask)
    assert started.wait(10)
    return running


def test_an_interrupted_question_stops_and_the_thread_goes_on(store: Store) -> None:
    running = endless(store)
    store.reader.interrupt(running)
    with pytest.raises(CancelledError):
        running.result(60)
    assert store.reader.submit(lambda _: 42).result(60) == 42


def test_a_question_that_still_waits_is_cancelled_at_once(store: Store) -> None:
    go_on = threading.Event()
    running = [store.reader.submit(lambda _: go_on.wait(60)) for _ in range(3)]
    waiting = store.reader.submit(lambda _: 1)
    store.reader.interrupt(waiting)
    assert waiting.cancelled()
    go_on.set()
    assert all(future.result(60) for future in running)


def test_closing_interrupts_what_runs(store: Store) -> None:
    running = endless(store)
    store.close()
    with pytest.raises(CancelledError):
        running.result(0)


def test_all_of_one_question_is_of_one_moment(store: Store, append: Callable[..., None]) -> None:
    first_read, second_read = threading.Event(), threading.Event()

    def count(database: Database) -> int:
        return int(database.execute_sql("SELECT count(*) FROM event").fetchone()[0])

    def ask(database: Database) -> tuple[int, int]:
        first = count(database)
        first_read.set()
        second_read.wait(10)
        return first, count(database)

    append(a_record())
    asked = store.reader.submit(ask)
    assert first_read.wait(10)
    append(a_record())
    second_read.set()
    assert asked.result(60) == (1, 1)
    assert store.reader.submit(count).result(60) == 2
