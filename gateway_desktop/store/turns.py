"""Turns at what several gateways on one PostgreSQL database count together: rate limits and budgets.

Why a thread and a connection of its own: the loop must not wait for a server, and a call must not wait for
the batch of rows that the writer commits. Why turns: under one advisory lock a gateway reads what all have
counted, decides for every call that waits by now, and writes; two of them never decide at once, and the more
calls wait the fewer turns there are. The clock is the server's.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from gateway_desktop.core.clock import DAY_US, SECOND_US
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import Disk, StorageUnavailable
from gateway_desktop.store.failures import failure_of, is_disk_failure
from gateway_desktop.store.postgresql import PostgresqlDatabase

log = logging.getLogger(__name__)

PATIENCE = 2.0  # seconds that a call waits for its answer
LEASE_US = 30 * SECOND_US  # how long what a gateway has counted holds without a word of it
_KEPT_US = DAY_US  # what leases that ended left is deleted after a day
_MOST = 500
_AGAIN = 1.0  # seconds between tries while the server is away
_LOCK = 0x6777_6401  # the advisory lock of whoever has the turn
NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_BEGIN = f"BEGIN; SELECT pg_advisory_xact_lock({_LOCK}); SELECT {NOW}"
_BEGIN_LASTING = _BEGIN.replace("BEGIN;", "BEGIN; SET LOCAL synchronous_commit = on;")
_LEASE = (
    f"INSERT INTO counter_lease(gw, until_us) VALUES(?, {NOW} + {LEASE_US})"
    " ON CONFLICT(gw) DO UPDATE SET until_us = excluded.until_us"
)
_OVER = f"gw = ? OR gw NOT IN (SELECT gw FROM counter_lease WHERE until_us > {NOW} - {_KEPT_US})"
_SETTINGS = {  # a gateway that froze in its turn must not keep the others waiting
    "synchronous_commit": "off",  # a server that crashes forgets the last half second of rates
    "lock_timeout": "'2s'",
    "idle_in_transaction_session_timeout": "'2s'",
}


class Asked:
    """Something to be counted, and the Future of the answer."""

    __slots__ = ("counted", "future")

    def __init__(self) -> None:
        self.future: Future[Any] = Future()
        self.counted = False  # it was let pass: there is something to give back


class Part(Protocol):
    """One kind of counters; called in the thread of the turns."""

    lasting: bool  # what it counts must survive a crash of the server

    def turn(self, connection: Any, asked: Sequence[Any], now_us: int) -> Callable[[], None]:
        """Decide and write, in the running transaction; return what gives the answers after its commit."""

    def failed(self, asked: Sequence[Any]) -> None:
        """Know that a turn was not committed, or that nobody knows whether it was."""

    def refresh(self, connection: Any, now_us: int) -> None:
        """Look, a few seconds after the last time, what all have counted."""


class Turns:
    """One gateway's place among those that count together."""

    def __init__(self, where: DatabaseUrl, gateway: int, seconds: float = 5.0) -> None:
        self.gateway = gateway
        self._every = seconds  # the lease is renewed
        self._database = PostgresqlDatabase(where, gateway=gateway, settings=_SETTINGS)
        self._parts: list[Part] = []
        self._queue: queue.SimpleQueue[tuple[Part, Asked] | None] = queue.SimpleQueue()
        self._begun = False
        self._renewed = 0.0  # time.monotonic()
        self._failure: StorageUnavailable | None = None
        self._next_try = 0.0  # time.monotonic()
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="store-turns", daemon=True)

    def start(self, *parts: Part) -> None:
        """Begin to take turns, for these."""
        self._parts += parts
        self._thread.start()

    def close(self) -> None:
        """Count what is still to be counted, and end."""
        self._queue.put(None)
        self._thread.join()

    def put(self, part: Part, asked: Asked) -> None:
        """Have something counted in the next turn; returns at once."""
        self._queue.put((part, asked))

    async def answer(self, part: Part, asked: Asked) -> Any:
        """Return what was decided, in bounded time.

        Raises:
            StorageUnavailable: nobody knows; what may have been counted has to be given back.
        """
        self.put(part, asked)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(asked.future), PATIENCE)
        except TimeoutError as error:
            where = self._database.where
            problem = f"The database {where} has not answered for {PATIENCE:.0f} s."
            raise StorageUnavailable(Disk.AWAY, problem) from error

    def _run(self) -> None:
        while not self._ended:
            self._step(self._gathered())
        self._database.close()

    def _gathered(self) -> list[tuple[Part, Asked]]:
        """Return all that waits by now; nothing, when the lease is to be renewed."""
        found: list[tuple[Part, Asked]] = []
        patience = max(0.0, self._renewed + self._every - time.monotonic()) if self._begun else 0.0
        if self._failure is not None:
            patience = _AGAIN
        try:
            item = self._queue.get(timeout=patience)
            while item is not None:
                found.append(item)
                if len(found) == _MOST:
                    return found
                item = self._queue.get_nowait()
        except queue.Empty:
            return found
        self._ended = True
        return found

    def _step(self, found: list[tuple[Part, Asked]]) -> None:
        live = [one for one in found if one[1].future.set_running_or_notify_cancel()]
        of_parts = [(part, [asked for of, asked in live if of is part]) for part in self._parts]
        if self._failure is not None and time.monotonic() < self._next_try:
            self._refuse(of_parts, self._failure)
            return
        began = time.monotonic()
        try:
            self._database.mend()
            self._keep_lease()
            done = self._turn(of_parts) if live else []
        except Exception as error:  # noqa: BLE001 - every waiting call gets it
            self._refuse(of_parts, self._failed(error, time.monotonic() - began))
            return
        self._failure = None
        for call in done:
            call()

    def _turn(self, of_parts: list[tuple[Part, list[Asked]]]) -> list[Callable[[], None]]:
        connection = self._database.raw()
        lasting = any(part.lasting for part, asked in of_parts if asked)
        now = self._begin(connection, _BEGIN_LASTING if lasting else _BEGIN)
        done = [part.turn(connection, asked, now) for part, asked in of_parts if asked]
        connection.execute("COMMIT")
        return done

    def _begin(self, connection: Any, statements: str) -> int:
        cursor = connection.execute(statements)
        while cursor.nextset():
            pass
        return int(cursor.fetchone()[0])

    def _keep_lease(self) -> None:
        if not self._begun:
            with self._database.writing():  # nobody charges what was set aside meanwhile
                for table in ("rate_active", "budget_hold", "counter_lease"):
                    self._database.raw().execute(f"DELETE FROM {table} WHERE {_OVER}", (self.gateway,))
            self._begun = True
        elif time.monotonic() < self._renewed + self._every:
            return
        connection = self._database.raw()
        connection.execute(_LEASE, (self.gateway,))
        self._renewed = time.monotonic()
        now = int(connection.execute(f"SELECT {NOW}").fetchone()[0])
        for part in self._parts:
            part.refresh(connection, now)

    def _failed(self, error: Exception, took: float) -> StorageUnavailable:
        self._database.abandon()
        if not is_disk_failure(error):
            log.exception("Rate limits and budgets could not be counted", exc_info=error)
        again = self._failure is None  # at once: a lock is free by now, a connection that broke made anew
        self._failure = failure_of(error, self._database.where)
        self._next_try = 0.0 if again else time.monotonic() + max(_AGAIN, 4 * took)
        return self._failure

    def _refuse(self, of_parts: list[tuple[Part, list[Asked]]], problem: StorageUnavailable) -> None:
        for part, asked in of_parts:
            part.failed(asked)
            for one in asked:
                one.future.set_exception(problem)
