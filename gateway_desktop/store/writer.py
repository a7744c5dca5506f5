"""The writer thread: the only one of this process that writes; batches appends, commits, announces.

Why one: SQLite lets one connection write at a time, so writers would only queue for its lock, and ids,
chain and rollups need an order anyway. Why no timer when idle: a lone record is on disk at once; when busy
the batch grows while the one before is being synced.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.changes import ChangeFeed, Topic
from gateway_desktop.core.errors import StorageUnavailable, Unavailable
from gateway_desktop.store.batch import BatchWriter
from gateway_desktop.store.database import Database
from gateway_desktop.store.durability import Durability, OneIsUnwritable
from gateway_desktop.store.failures import failure_of, is_disk_failure
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.models.base import bind
from gateway_desktop.store.spool import Spool

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Done = Callable[[BaseException | None], None]

LARGEST_BATCH = 500
_GATHER_SECONDS = 0.001
_WINDOW_SECONDS = 0.1
_MANY = 40  # records in a window from which on gathering saves more than it makes them wait


class _Append(NamedTuple):
    record: AuditRecord
    done: Done | None
    size: int
    at: float  # time.monotonic()


class _Unit(NamedTuple):
    work: Callable[[Database], Any]
    future: Future[Any]


class Writer:
    """Owns the thread and its connection; `open_database` runs there first."""

    def __init__(
        self,
        open_database: Callable[[], Database],
        changes: ChangeFeed,
        batches: BatchWriter,
        spool: Spool | None,
    ) -> None:
        self.batches = batches
        self.durability = Durability(batches, self._publish, spool)
        self.ready: Future[None] = Future()
        self._open_database = open_database
        self._changes = changes
        self._queue: queue.SimpleQueue[_Append | _Unit | None] = queue.SimpleQueue()
        self._held: list[_Unit | None] = []  # taken from the queue while gathering a batch
        self._lock = threading.Lock()
        self.lag = 0.0  # seconds from queued to committed, of the latest batch
        self._rows = 0
        self._bytes = 0
        self._closed = False
        self._crowded = False  # the last batch held several records
        self._recent = 0.0  # records in the last window, about
        self._written_at = 0.0  # time.monotonic()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    # ---- called from any thread

    def append(self, record: AuditRecord, done: Done | None = None) -> None:
        """Queue a record; `done` is called in the writer thread after its commit, or with its failure."""
        size = 1000
        for payload in record.payloads:
            size += len(payload.part.text)
        with self._lock:
            if self._closed:
                raise Unavailable("The store is closed")
            self._rows += 1
            self._bytes += size
            self._queue.put(_Append(record, done, size, time.monotonic()))

    def submit(
        self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Run `function(database, ...)` in a transaction of its own, in order with what was queued before.

        What it asks to announce (`Database.announce`, `bump_config_version`) is published after the commit.
        """
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise Unavailable("The store is closed")
            self._queue.put(_Unit(lambda database: function(database, *args, **kwargs), future))
        return future

    def backlog(self) -> tuple[int, int]:
        """Return how many rows and bytes wait for their commit."""
        return self._rows, self._bytes

    @property
    def failure(self) -> StorageUnavailable | None:
        """Why nothing can be written, until it can be."""
        return self.durability.failure

    @property
    def away(self) -> StorageUnavailable | None:
        """Why the database cannot be written, while the spool takes over."""
        return self.durability.away

    @property
    def spooled(self) -> int:
        """How many rows wait on this machine's disk for a database that is away."""
        spool = self.durability.spool
        return 0 if spool is None else spool.rows

    @property
    def refused(self) -> str:
        """What is to be said of rows that the database refuses, or nothing."""
        spool = self.durability.spool
        return "" if spool is None else spool.refused

    def close(self) -> None:
        """Write what is queued, then end the thread."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._ending.set()
                self._queue.put(None)
        self._thread.join()

    # ---- in the thread

    def _run(self) -> None:
        database = self._opened()
        if database is None:
            self._refuse_everything()
            return
        try:
            while self._step(database):
                pass
        finally:
            self.durability.close()

    def _opened(self) -> Database | None:
        try:
            database = self._open_database()
            bind(database, MODELS)
            database.connect(reuse_if_open=True)
            self.durability.start(database)
        except Exception as error:  # noqa: BLE001 - the top of the thread; the Future carries it on
            problem = failure_of(error, self.batches.where) if is_disk_failure(error) else error
            failure = failure_of(error, self.batches.where)
            if not isinstance(problem, StorageUnavailable):
                failure = StorageUnavailable(failure.kind, str(problem))
            self.durability.failure = failure
            self.ready.set_exception(problem)
            return None
        self.ready.set_result(None)
        return database

    def _step(self, database: Database) -> bool:
        """Do what comes next; False at the end."""
        try:
            item = self._held.pop() if self._held else self._queue.get(timeout=self.durability.patience())
        except queue.Empty:
            self.durability.look_after()
            return True
        if isinstance(item, _Append):
            self._write(database, self._gathered(item))
        elif isinstance(item, _Unit):
            self._perform(database, item)
        return item is not None

    def _gathered(self, first: _Append) -> list[_Append]:
        """Return all records that wait by now, up to the limit or to something else.

        Where hundreds come in a second, others are on their way after a batch of several: a millisecond for
        them halves the commits, and the CPU of each row (PostgreSQL calls it `commit_delay`). Where fewer
        come, that would only make them wait, and a lone record never does.
        """
        if self._crowded and self._recent > _MANY:
            self._ending.wait(_GATHER_SECONDS)
        batch = [first]
        while len(batch) < LARGEST_BATCH:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                break
            if not isinstance(item, _Append):
                self._held.append(item)
                break
            batch.append(item)
        self._crowded = len(batch) > 1
        return batch

    def _write(self, database: Database, batch: list[_Append]) -> None:
        error = self.durability.write([item.record for item in batch])
        if isinstance(error, OneIsUnwritable):
            for item in batch:
                self._write(database, [item])
            return
        now = time.monotonic()
        self.lag = now - batch[0].at
        passed = (now - self._written_at) / _WINDOW_SECONDS
        self._recent = self._recent * max(0.0, 1 - passed) + len(batch)
        self._written_at = now
        with self._lock:
            self._rows -= len(batch)
            self._bytes -= sum(item.size for item in batch)
        for item in batch:
            if item.done is not None:
                _call(item.done, error)
        if error is None:
            self._publish((Topic.AUDIT, *database.topics))
        database.topics.clear()

    def _perform(self, database: Database, unit: _Unit) -> None:
        if not unit.future.set_running_or_notify_cancel():
            return
        database.topics.clear()
        if not self.durability.all_written():  # what waited was first
            unit.future.set_exception(self.away or Unavailable("The database is away"))
            return
        try:
            with database.writing():
                result = unit.work(database)
            self.batches.read_head(database)
        except Exception as problem:  # noqa: BLE001 - the Future carries it on
            error = self.durability.failed(problem) if is_disk_failure(problem) else problem
            self.durability.let_the_spool_take_over()
            unit.future.set_exception(error)
            return
        self.durability.succeeded()
        unit.future.set_result(result)
        self._publish(database.topics)
        database.topics.clear()

    def _publish(self, topics: Iterable[Topic]) -> None:
        for topic in tuple(topics):
            try:
                self._changes.publish(topic)
            except Exception:
                log.exception("A subscriber to %s failed", topic)

    def _refuse_everything(self) -> None:
        while (item := self._queue.get()) is not None:
            error = self.ready.exception()
            if isinstance(item, _Unit):
                if item.future.set_running_or_notify_cancel():
                    item.future.set_exception(error)
            elif item.done is not None:
                _call(item.done, error)


def _call(done: Done, error: BaseException | None) -> None:
    try:
        done(error)
    except Exception:
        log.exception("A callback after a commit failed")
