"""Deliveries: take to each sink what is recorded, in order, until it has it; then on from there.

A thread for each sink, so that one that does not answer holds up no other. How far a sink is, is written down
after it has taken the records: a process that ends in between sends them once more, and nothing is left out.
"""

import logging
import queue
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import peewee

from gateway_desktop.core.changes import ChangeFeed, Topic
from gateway_desktop.core.clock import SECOND_US, now_us
from gateway_desktop.core.sink import OutboxRecord, Sink
from gateway_desktop.delivery.sink import Channel, Undelivered
from gateway_desktop.delivery.sinks import SINKS
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.sinks import with_secret
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.sink import SinkRow
from gateway_desktop.store.queries.outbox import Place, places, sink_of, waiting
from gateway_desktop.store.sink_rows import move_cursor, note_problem
from gateway_desktop.store.store import Store

_log = logging.getLogger(__name__)
_GATHER_SECONDS = 0.25  # after something was recorded: more is on its way
_LONGEST_WAIT = 300.0
_FIRST_WAIT = 1.0
_KEEP_PLACE_US = 30 * SECOND_US  # how often a place is written that only moved over rows a sink is not given
Sealed = tuple[Sink, str | None]


class Deliveries:
    """Follows the sinks that are configured; one of a process, beside its gateway."""

    def __init__(self, store: Store, sealer: Callable[[], Sealer], changes: ChangeFeed) -> None:
        self._store = store
        self._sealer = sealer
        self._couriers: dict[str, _Courier] = {}
        self._closed = False
        self._clerk = ThreadPoolExecutor(1, thread_name_prefix="sinks")
        changes.subscribe(self._told)
        self._follow()

    def tell(self, record: OutboxRecord) -> Future[tuple[str, ...]]:
        """Give one record to every sink now, beside what is recorded; return the names of who took it."""
        return self._clerk.submit(self._tell, record)

    def close(self) -> None:
        """Send no more; returns once what is under way has ended."""
        self._closed = True
        self._clerk.submit(self._end_all).result()
        self._clerk.shutdown()

    def _told(self, topic: Topic) -> None:
        if topic is Topic.CONFIGURATION:
            self._follow()
        elif topic is Topic.AUDIT:
            for courier in tuple(self._couriers.values()):
                courier.wake()

    def _follow(self) -> None:
        if not self._closed:
            with suppress(RuntimeError):  # closed meanwhile
                self._clerk.submit(self._renew)

    def _renew(self) -> None:
        """Start a courier for each new sink, and end those of sinks that are gone."""
        try:
            found = {sink.id: (sink, secret) for sink, secret in self._store.reader.submit(_sinks).result()}
        except Exception as error:  # noqa: BLE001 - the next change asks again
            _log.warning("The sinks could not be read: %s", error)
            return
        for gone in self._couriers.keys() - found.keys():
            self._couriers.pop(gone).close()
        for new in found.keys() - self._couriers.keys():
            if not self._closed:
                self._couriers[new] = _Courier(self._store, found[new], self._sealer)

    def _end_all(self) -> None:
        for courier in self._couriers.values():
            courier.close()
        self._couriers.clear()

    def _tell(self, record: OutboxRecord) -> tuple[str, ...]:
        return tuple(courier.name for courier in self._couriers.values() if courier.tell(record))


class _Courier:
    """Runs to one sink and back."""

    def __init__(self, store: Store, sealed: Sealed, sealer: Callable[[], Sealer]) -> None:
        self._store = store
        self._sink, self._secret_id = sealed
        self._sealer = sealer
        self._channel: Channel | None = None
        self._wakes: queue.SimpleQueue[bool] = queue.SimpleQueue()  # True: something was recorded; False: end
        self._ended = False
        self._wait = 0.0  # after a failure
        self._written: dict[int, int] = {}  # when a gateway's place was written
        self._ahead: dict[int, Place] = {}  # places that are not written: only foreign rows were passed over
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=f"sink-{self._sink.name}")
        self._worker.submit(self._run)

    @property
    def name(self) -> str:
        """Return the sink's name."""
        return self._sink.name

    def wake(self) -> None:
        """Say that something was recorded."""
        if self._wakes.empty():
            self._wakes.put(True)

    def close(self) -> None:
        """End; returns once what is under way has ended."""
        self._ended = True
        self._wakes.put(False)
        self._worker.shutdown()

    def tell(self, record: OutboxRecord) -> bool:
        """Send one record beside the outbox; return whether it was taken."""
        try:
            self._open().send((record,))
        except Undelivered as error:
            _log.info("Sink %s did not take a record: %s", self.name, error)
            return False
        return True

    def _run(self) -> None:
        while not self._ended:
            try:
                more = self._deliver()
                self._wait = 0.0
            except Exception as error:  # noqa: BLE001 - it is told, and tried again
                more = False
                self._failed(error)
            if not more:
                self._pause()

    def _pause(self) -> None:
        """Wait for something new; after a failure, for a time that grows, whatever is recorded meanwhile."""
        if not self._wait:
            if self._wakes.get():
                with suppress(queue.Empty):
                    if not self._wakes.get(timeout=_GATHER_SECONDS):
                        return
            return
        until = time.monotonic() + self._wait
        while not self._ended and (left := until - time.monotonic()) > 0:
            with suppress(queue.Empty):
                self._wakes.get(timeout=left)

    def _deliver(self) -> bool:
        """Send one batch of each gateway; return whether there is more."""
        channel = self._open()
        more = False
        numbers = (0, self._store.gateway)  # what other gateways record, they deliver
        for stored in self._store.reader.submit(places, self._sink.id, numbers).result():
            place = max(stored, self._ahead.get(stored.gateway, stored), key=lambda each: each.last_id)
            found = self._store.reader.submit(waiting, self._sink, place, channel.at_once).result()
            if found.records:
                channel.send(found.records)
            if found.then != place:
                self._move(found.then, at_once=bool(found.records) or self._wait > 0)
            more = more or found.more
        return more

    def _move(self, place: Place, *, at_once: bool) -> None:
        now = now_us()
        if at_once or now - self._written.get(place.gateway, 0) > _KEEP_PLACE_US:
            self._store.writer.submit(move_cursor, self._sink, (place,), now).result()
            self._written[place.gateway] = now
            self._ahead.pop(place.gateway, None)
        else:
            self._ahead[place.gateway] = place

    def _failed(self, error: Exception) -> None:
        asked = error.retry_after if isinstance(error, Undelivered) else 0.0
        if not isinstance(error, Undelivered):
            _log.error("Delivering to the sink %s failed", self.name, exc_info=error)
        self._wait = min(_LONGEST_WAIT, max(asked, self._wait * 2, _FIRST_WAIT))
        with suppress(Exception):  # the store is closed, or full: the next failure says it
            self._store.writer.submit(note_problem, self._sink, str(error), now_us()).result()

    def _open(self) -> Channel:
        if self._channel is None:
            try:
                sink = with_secret(self._store.reader, self._sink, self._secret_id, self._sealer)
            except peewee.DoesNotExist:  # `_renew` is about to end this thread
                raise Undelivered("The sink was removed") from None
            self._channel = SINKS[sink.kind](sink)
        return self._channel


def _sinks(_database: Database) -> list[Sealed]:
    return [(sink_of(row), row.secret_id) for row in SinkRow.select()]
