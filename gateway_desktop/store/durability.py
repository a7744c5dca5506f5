"""Durability: where records go so that they are not lost, and why they cannot, while they cannot.

To the database, or to the spool while it is away. All of it runs in the writing thread.
"""

import logging
import time
from collections.abc import Callable, Iterable

from gateway_desktop.core.audit import AuditRecord, Category, Severity, SystemEvent
from gateway_desktop.core.changes import Topic
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import StorageUnavailable
from gateway_desktop.store.batch import BatchWriter
from gateway_desktop.store.checkpoints import Checkpoints
from gateway_desktop.store.database import Database
from gateway_desktop.store.failures import failure_of, is_disk_failure
from gateway_desktop.store.spool import Spool, Waiting
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.store.system_events import write_system_event

log = logging.getLogger(__name__)

_AT_ONCE = 500
_PROBE_SECONDS = 1.0


class OneIsUnwritable(Exception):
    """The database works, but one of several records cannot be written, and none of them was."""


class Durability:
    """The ways of a record, and their state."""

    def __init__(
        self, batches: BatchWriter, publish: Callable[[Iterable[Topic]], None], spool: Spool | None
    ) -> None:
        self.failure: StorageUnavailable | None = None  # why nothing can be written, until it can be
        self.away: StorageUnavailable | None = None  # why the database cannot be, while the spool takes over
        self.spool = spool
        self._batches = batches
        self._publish = publish
        self._checkpoints: Checkpoints | None = None
        self._next_try = 0.0  # time.monotonic()
        self._full: StorageUnavailable | None = None  # why the spool takes no more
        self._returning = False  # the database is back, and what waited is being written
        self._failed_us = 0  # since when nothing can be written
        self._one_by_one = 0  # how many of those that wait are written each by itself
        self._told_aside = 0

    def start(self, database: Database) -> None:
        """Begin with a database that is open and migrated."""
        self._database = database
        self._batches.start(database)
        if self.spool is not None:
            self.spool.open()
        if isinstance(database, SqliteDatabase):
            self._checkpoints = Checkpoints(database)

    def close(self) -> None:
        """Close everything."""
        if self._checkpoints is not None:
            self._checkpoints.close()
        self._database.close()
        if self.spool is not None:
            self.spool.close()

    def patience(self) -> float | None:
        """Return after how many seconds without records `look_after` is due; None: never."""
        if self._returning:
            return 0.0
        return _PROBE_SECONDS if self.failure or self.away or self._rows_wait() else None

    def write(self, records: list[AuditRecord]) -> BaseException | None:
        """Make the records durable, all or none; return why it was not possible.

        OneIsUnwritable: it is possible for the others, one by one. A record that cannot be written is told
        of, and the next ones are not refused for it.
        """
        if self._rows_wait() and not self._returned():
            return self._spooled(records)  # what waits goes first
        try:
            self._batches.write(self._database, records)
        except Exception as problem:  # noqa: BLE001 - every waiting caller gets it
            if is_disk_failure(problem):
                error = self.failed(problem)
                return self._spooled(records, self._batches.sent) if self.spool is not None else error
            if len(records) > 1:
                self._roll_back()
                return OneIsUnwritable()
            error = self.failed(problem)
            self._probe()
            return error
        self.succeeded()
        return None

    def all_written(self) -> bool:
        """Write what waits in the spool; return whether nothing waits any more."""
        while not self._returned():
            if not self._returning:
                return False
        return True

    def look_after(self) -> None:
        """Write what waits, or find out whether the disk can be written again."""
        if self._rows_wait():
            self._returned()
        else:
            self._probe()

    def failed(self, problem: Exception) -> BaseException:
        """Roll back, and remember why; return the reason in words."""
        self._roll_back()
        if not is_disk_failure(problem):
            log.exception("A batch could not be written", exc_info=problem)
        failure = failure_of(problem, self._database.where)
        known = self.failure or self.away
        told = known is not None and known.kind is failure.kind
        if self.spool is not None and is_disk_failure(problem):  # nothing is refused before the spool is full
            if self.away is None or self.away.kind is not failure.kind:
                self.away = failure
        elif self.failure is None or self.failure.kind is not failure.kind:
            self.failure = failure
        if not told:
            log.error("%s", failure)
            self._failed_us = self._failed_us or now_us()
            self._publish((Topic.STATUS,))
        return failure

    def _roll_back(self) -> None:
        try:
            self._database.abandon()
        except Exception:
            log.exception("Could not roll back")
        self._batches.doubt()

    def succeeded(self) -> None:
        """Something was committed: if it could not be before, that is over once it could be written down."""
        if self._checkpoints is not None:
            self._checkpoints.wanted()
        if failure := self.failure or self.away:
            refused = self.failure is not None
            if not self._tell_afterwards(failure, refused):
                return  # on a disk that is almost full little goes, and the next row does not
            self.failure = self.away = None
            self._failed_us = 0
            log.info("The database can be written again")
            self._publish((Topic.STATUS, Topic.AUDIT))

    def let_the_spool_take_over(self) -> None:
        """Go on, if records can wait elsewhere, whatever the database refuses."""
        if self.spool is not None and self.failure is not self._full:
            first = self.away is None
            self.away, self.failure = self.failure, self._full
            if first:
                self._publish((Topic.STATUS,))

    def _rows_wait(self) -> bool:
        return self.spool is not None and self.spool.rows > 0

    def _spooled(self, records: list[AuditRecord], sent: int = 0) -> BaseException | None:
        assert self.spool is not None
        try:
            self.spool.append(records, now_us(), sent)
        except Exception as problem:
            if not is_disk_failure(problem):
                log.exception("Records could not be spooled", exc_info=problem)
            self._full = self.failure = failure_of(problem, self.spool.path)
            return self.failure
        self._full = None
        if self.failure is not None:
            self.away, self.failure = self.away or self.failure, None
            self._publish((Topic.STATUS,))
        return None

    def _returned(self) -> bool:
        """Write some of what was spooled, if the database is back; return whether nothing waits any more."""
        if self.spool is None or not self.spool.rows:
            return True
        if not self._returning and time.monotonic() < self._next_try:
            return False
        began = time.monotonic()
        some: list[Waiting] = []
        try:
            some = self.spool.oldest(1 if self._one_by_one else _AT_ONCE)
            if some:
                self._batches.replay(self._database, some, self.spool.note)
                self.spool.drop(some)
            self._one_by_one = max(0, self._one_by_one - 1)
        except Exception as problem:  # noqa: BLE001 - the state says it
            if is_disk_failure(problem) or not some or not self._found(problem, some):
                self._returning = False
                self.failed(problem)
                self.let_the_spool_take_over()
                took = time.monotonic() - began  # a server that does not even refuse must not stop everything
                self._next_try = time.monotonic() + max(_PROBE_SECONDS, 4 * took)
                return False
        self._returning = self.spool.rows > 0
        self._full = self.failure = None
        if not self._returning:
            self.succeeded()
            self._tell_of_those_aside()
        return not self._returning

    def _found(self, problem: Exception, some: list[Waiting]) -> bool:
        """Come closer to the record that the database refuses, or set it aside; False where it is no record.

        A database that takes nothing refuses the note that this gateway lives as well.
        """
        assert self.spool is not None
        self._roll_back()
        if len(some) > 1:
            self._one_by_one = len(some)
            return True
        try:
            with self._database.writing():
                self._batches.touch(self._database, now_us())
            self.spool.set_aside(some[0].n, f"{type(problem).__name__}: {problem}".partition("\n")[0])
        except Exception as worse:  # noqa: BLE001 - what comes next is told
            log.warning("The database takes nothing at all: %s", worse)
            return False
        return True

    def _tell_of_those_aside(self) -> None:
        """Write down how many records were set aside, once."""
        spool = self.spool
        if spool is None or spool.aside == self._told_aside:
            return
        self._told_aside = spool.aside
        event = SystemEvent(
            Category.SYSTEM,
            "audit rows set aside",
            "database",
            severity=Severity.CRITICAL,
            result="failure",
            after={"rows": spool.aside, "file": str(spool.path)},
            details=f"{spool.refused} The last reason: {spool.refusal}",
        )
        self._write_down(event, now_us())
        self._publish((Topic.STATUS, Topic.AUDIT))

    def _probe(self) -> None:
        try:
            with self._database.writing():
                self._batches.touch(self._database, now_us())
        except Exception as problem:  # noqa: BLE001 - the state says it
            self.failed(problem)
            self.let_the_spool_take_over()
        else:
            self.succeeded()

    def _tell_afterwards(self, failure: StorageUnavailable, refused: bool) -> bool:
        """Write down that the database could not be written, why, since when; return whether it took that."""
        until_us = now_us()
        seconds = max(0, until_us - self._failed_us) / 1e6
        event = SystemEvent(
            Category.SYSTEM,
            "audit could not be written" if refused else "database was away",
            "database",
            severity=Severity.CRITICAL if refused else Severity.WARNING,
            result="failure",
            after={"since_us": self._failed_us, "until_us": until_us, "why": str(failure.kind)},
            details=f"For {seconds:.1f} s: {failure}",
        )
        return self._write_down(event, until_us)

    def _write_down(self, event: SystemEvent, at_us: int) -> bool:
        """Write an event; return False where the disk did not take it."""
        database = self._database
        topics = set(database.topics)
        try:
            with database.writing():
                write_system_event(database, event, at_us)
            self._batches.read_head(database)
        except Exception as problem:  # noqa: BLE001 - it failed again, and the next write says so
            if is_disk_failure(problem):
                return False
            log.warning("What happened to the audit could not be written down: %s", problem)
        finally:
            database.topics = topics
        return True
