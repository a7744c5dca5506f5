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

from gateway_desktop.core.audit import AuditRecord, Category, Severity, SystemEvent
from gateway_desktop.core.changes import ChangeFeed, Topic
from gateway_desktop.core.errors import StorageUnavailable, Unavailable
from gateway_desktop.store.batch import BatchWriter
from gateway_desktop.store.checkpoints import Checkpoints
from gateway_desktop.store.database import Database
from gateway_desktop.store.failures import failure_of, is_disk_failure
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.models.base import bind
from gateway_desktop.store.spool import Spool
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.store.system_events import write_system_event

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Done = Callable[[BaseException | None], None]

LARGEST_BATCH = 500
_PROBE_SECONDS = 1.0
_GATHER_SECONDS = 0.001


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
        spool: Spool | None = None,
    ) -> None:
        self.batches = batches
        self.failure: StorageUnavailable | None = None  # why nothing can be written, until it can be
        self.away: StorageUnavailable | None = None  # why the database cannot be, while the spool takes over
        self._spool = spool
        self._next_try = 0.0  # time.monotonic()
        self._full: StorageUnavailable | None = None  # why the spool takes no more
        self._returning = False  # the database is back, and what waited is being written
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
        self._failed_us = 0  # since when nothing can be written
        self._crowded = False  # the last batch held several records
        self._ending = threading.Event()
        self._checkpoints: Checkpoints | None = None
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
    def spooled(self) -> int:
        """How many rows wait on this machine's disk for a database that is away."""
        return 0 if self._spool is None else self._spool.rows

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
        if isinstance(database, SqliteDatabase):
            self._checkpoints = Checkpoints(database)
        try:
            while self._step(database):
                pass
        finally:
            if self._checkpoints is not None:
                self._checkpoints.close()
            database.close()
            if self._spool is not None:
                self._spool.close()

    def _opened(self) -> Database | None:
        try:
            database = self._open_database()
            bind(database, MODELS)
            database.connect(reuse_if_open=True)
            self.batches.start(database)
            if self._spool is not None:
                self._spool.open()
        except Exception as error:  # noqa: BLE001 - the top of the thread; the Future carries it on
            problem = failure_of(error, self.batches.where) if is_disk_failure(error) else error
            self.failure = failure_of(error, self.batches.where)
            if not isinstance(problem, StorageUnavailable):
                self.failure = StorageUnavailable(self.failure.kind, str(problem))
            self.ready.set_exception(problem)
            return None
        self.ready.set_result(None)
        return database

    def _step(self, database: Database) -> bool:
        """Do what comes next; False at the end."""
        try:
            item = self._held.pop() if self._held else self._queue.get(timeout=self._patience())
        except queue.Empty:
            self._probe(database)
            return True
        if isinstance(item, _Append):
            self._write(database, self._gathered(item))
        elif isinstance(item, _Unit):
            self._perform(database, item)
        return item is not None

    def _patience(self) -> float | None:
        if self._returning:
            return 0.0
        return _PROBE_SECONDS if self.failure or self.away or self._rows_wait() else None

    def _rows_wait(self) -> bool:
        return self._spool is not None and self._spool.rows > 0

    def _gathered(self, first: _Append) -> list[_Append]:
        """Return all records that wait by now, up to the limit or to something else.

        After a batch of several, others are on their way: a millisecond for them halves the commits, and
        the CPU of each row (PostgreSQL calls it `commit_delay`). A lone record never waits.
        """
        if self._crowded:
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
        error = self._written(database, [item.record for item in batch])
        self.lag = time.monotonic() - batch[0].at
        with self._lock:
            self._rows -= len(batch)
            self._bytes -= sum(item.size for item in batch)
        for item in batch:
            if item.done is not None:
                _call(item.done, error)
        if error is None:
            self._publish((Topic.AUDIT, *database.topics))
        database.topics.clear()

    def _written(self, database: Database, records: list[AuditRecord]) -> BaseException | None:
        """Write the records to the database, or where they wait for it; return why neither was possible."""
        if self._rows_wait() and not self._returned(database):
            return self._spooled(records)  # what waits goes first
        try:
            self.batches.write(database, records)
        except Exception as problem:  # noqa: BLE001 - every waiting caller gets it
            error = self._failed(database, problem)
            return self._spooled(records) if is_disk_failure(problem) and self._spool is not None else error
        self._succeeded(database)
        return None

    def _spooled(self, records: list[AuditRecord]) -> BaseException | None:
        assert self._spool is not None
        try:
            self._spool.append(records, time.time_ns() // 1000)
        except Exception as problem:
            if not is_disk_failure(problem):
                log.exception("Records could not be spooled", exc_info=problem)
            self._full = self.failure = failure_of(problem, self._spool.path)
            return self.failure
        self._full = None
        if self.failure is not None:
            self.away, self.failure = self.failure, None
            self._publish((Topic.STATUS,))
        return None

    def _returned(self, database: Database) -> bool:
        """Write some of what waited, if the database is back; return whether nothing waits any more."""
        if self._spool is None or not self._spool.rows:
            return True
        if not self._returning and time.monotonic() < self._next_try:
            return False
        began = time.monotonic()
        try:
            some = self._spool.oldest(LARGEST_BATCH)
            self.batches.replay(database, some)
            self._spool.drop(some)
        except Exception as problem:  # noqa: BLE001 - the state says it
            self._returning = False
            self._failed(database, problem)
            self._let_the_spool_take_over()
            took = time.monotonic() - began  # a server that does not even refuse must not stop everything
            self._next_try = time.monotonic() + max(_PROBE_SECONDS, 4 * took)
            return False
        self._returning = self._spool.rows > 0
        self._full = self.failure = None
        if not self._returning:
            self._succeeded(database)
        return not self._returning

    def _perform(self, database: Database, unit: _Unit) -> None:
        if not unit.future.set_running_or_notify_cancel():
            return
        database.topics.clear()
        while not self._returned(database):  # what waited was first
            if not self._returning:
                unit.future.set_exception(self.away or Unavailable("The database is away"))
                return
        try:
            with database.writing():
                result = unit.work(database)
            self.batches.read_head(database)
        except Exception as problem:  # noqa: BLE001 - the Future carries it on
            error = self._failed(database, problem) if is_disk_failure(problem) else problem
            self._let_the_spool_take_over()
            unit.future.set_exception(error)
            return
        self._succeeded(database)
        unit.future.set_result(result)
        self._publish(database.topics)
        database.topics.clear()

    def _probe(self, database: Database) -> None:
        """Find out whether the disk can be written again."""
        if self._rows_wait():
            self._returned(database)
            return
        try:
            with database.writing():
                self.batches.touch(database, time.time_ns() // 1000)
        except Exception as problem:  # noqa: BLE001 - the state says it
            self._failed(database, problem)
            self._let_the_spool_take_over()
        else:
            self._succeeded(database)

    def _let_the_spool_take_over(self) -> None:
        """Go on, if records can wait elsewhere: nothing is refused before the spool is full."""
        if self._spool is not None and self.failure is not self._full:
            first = self.away is None
            self.away, self.failure = self.failure, self._full
            if first:
                self._publish((Topic.STATUS,))

    def _failed(self, database: Database, problem: Exception) -> BaseException:
        try:
            database.abandon()
        except Exception:
            log.exception("Could not roll back")
        if not is_disk_failure(problem):
            log.exception("A batch could not be written", exc_info=problem)
        self.batches.doubt()
        failure = failure_of(problem, database.where)
        known = self.failure or self.away
        if known is None or known.kind is not failure.kind:
            log.error("%s", failure)
            self._failed_us = self._failed_us or time.time_ns() // 1000
            self._publish((Topic.STATUS,))
        if self.failure is None or self.failure.kind is not failure.kind:
            self.failure = failure
        return failure

    def _succeeded(self, database: Database) -> None:
        if self._checkpoints is not None:
            self._checkpoints.wanted()
        if failure := self.failure or self.away:
            refused = self.failure is not None
            self.failure = self.away = None
            self._tell_afterwards(database, failure, refused)
            self._failed_us = 0
            log.info("The database can be written again")
            self._publish((Topic.STATUS, Topic.AUDIT))

    def _tell_afterwards(self, database: Database, failure: StorageUnavailable, refused: bool) -> None:
        """Write down that the database could not be written, why, and since when."""
        now_us = time.time_ns() // 1000
        seconds = max(0, now_us - self._failed_us) / 1e6
        event = SystemEvent(
            Category.SYSTEM,
            "audit could not be written" if refused else "database was away",
            "database",
            severity=Severity.CRITICAL if refused else Severity.WARNING,
            result="failure",
            after={"since_us": self._failed_us, "until_us": now_us, "why": str(failure.kind)},
            details=f"For {seconds:.1f} s: {failure}",
        )
        topics = set(database.topics)
        try:
            with database.writing():
                write_system_event(database, event, now_us)
            self.batches.read_head(database)
        except Exception as problem:  # noqa: BLE001 - it failed again, and the next write says so
            log.warning("What happened to the audit could not be written down: %s", problem)
        finally:
            database.topics = topics

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
