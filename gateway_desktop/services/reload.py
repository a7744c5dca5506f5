"""When configuration was committed, whoever did it: load a Snapshot, give it to the gateway.

Why a look every half second: a command of another process writes the database, and nothing tells this one.
The look reads one number (`config_version`) in microseconds; `PRAGMA data_version` would say "something
changed" after every batch of audit rows too, and belongs to one connection, while readers have three.
"""

import logging
import queue
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import NamedTuple

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.changes import ChangeFeed, Topic
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.ports import Apply
from gateway_desktop.services.setting_layers import Layers
from gateway_desktop.store.expired import next_expiry, write_expired_exceptions, write_expired_keys
from gateway_desktop.store.queries.configuration import config_version, load_snapshot
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import write_system_event

_log = logging.getLogger(__name__)
_SECONDS = 0.5
_LONGEST_APPLY = 30.0
_SPENT_SECONDS = 2.0  # how late a gateway of a team learns what others spent


class _Waiting(NamedTuple):
    version: int
    future: Future[None]


class Reloader:
    """Keeps the gateway at the newest configuration: one load at a time, and a bad one changes nothing."""

    def __init__(
        self, store: Store, sealer: Sealer, layers: Layers, changes: ChangeFeed, apply: Apply
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._layers = layers
        self._changes = changes
        self._apply = apply
        self._wake: queue.SimpleQueue[_Waiting | bool] = queue.SimpleQueue()
        self._waiting: list[_Waiting] = []
        self._version = 0
        self._loaded_at = 0.0
        self._snapshot = Snapshot()
        self._next_expiry: int | None = None
        self._complaint = ""  # the last one; the same again is not told again
        self._first: Future[None] = Future()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="reload")
        self._worker.submit(self._run)
        changes.subscribe(self._published)

    @property
    def loaded(self) -> Future[None]:
        """Resolved once the gateway obeys the first snapshot, or failed with why it cannot."""
        return self._first

    def applied(self, version: int, /) -> Future[None]:
        """Resolve once the gateway obeys that version or a newer one; fail if it could not be loaded."""
        future: Future[None] = Future()
        self._wake.put(_Waiting(version, future))
        return future

    def close(self) -> None:
        """Look no more."""
        self._wake.put(False)
        self._worker.shutdown()

    def _published(self, topic: Topic) -> None:
        if topic is Topic.CONFIGURATION:
            self._wake.put(True)

    def _run(self) -> None:
        """Look, wait for a reason to look again, until the end."""
        try:
            going_on, told = True, True
            while going_on:
                self._look(told)
                going_on, told = self._pause()
        except BaseException:
            _log.exception("Reloading ended")
            raise
        finally:
            self._resolve(RuntimeError("The program is ending"))

    def _pause(self) -> tuple[bool, bool]:
        """Return whether to go on, and whether this process itself announced a change."""
        going_on, told = True, False
        with suppress(queue.Empty):
            message = self._wake.get(timeout=_SECONDS)
            while True:
                going_on = going_on and message is not False
                told = True
                if isinstance(message, _Waiting):
                    self._waiting.append(message)
                message = self._wake.get_nowait()
        return going_on, told

    def _look(self, told: bool) -> None:
        try:
            version = self._store.reader.submit(config_version).result()
            if version > self._version:
                self._load()
                if not told:
                    self._changes.publish(Topic.CONFIGURATION)
            elif self._spent_elsewhere():
                self._load()
            elif self._next_expiry is not None and self._next_expiry <= now_us():
                self._note_expired(self._snapshot)
        except Exception as error:  # noqa: BLE001 - the waiting Futures carry it on, and the log says it
            self._failed(error)
        else:
            self._resolve(None)

    def _load(self) -> None:
        snapshot = self._store.reader.submit(load_snapshot, self._sealer, self._layers.settings).result()
        self._apply(snapshot).result(_LONGEST_APPLY)
        self._version, self._complaint = snapshot.version, ""
        self._loaded_at = time.monotonic()
        self._note_expired(snapshot)
        if not self._first.done():
            self._first.set_result(None)

    def _spent_elsewhere(self) -> bool:
        """Return whether other gateways may have spent of budgets since the last load."""
        shared = isinstance(self._store.where, DatabaseUrl) and bool(self._snapshot.budgets)
        return shared and time.monotonic() - self._loaded_at >= _SPENT_SECONDS

    def _note_expired(self, snapshot: Snapshot) -> None:
        """Have the keys and exceptions that have expired written down, and know when the next one will."""
        now = now_us()
        self._snapshot = snapshot
        self._next_expiry = next_expiry((*snapshot.keys.values(), *snapshot.exceptions), now)
        if any(one.expires_us <= now for one in snapshot.exceptions):
            self._store.writer.submit(write_expired_exceptions, now)
        if any(key.expires_us and key.expires_us <= now for key in snapshot.keys.values()):
            self._store.writer.submit(write_expired_keys, now)

    def _failed(self, error: Exception) -> None:
        if str(error) != self._complaint:
            self._complaint = str(error)
            self._complain()
        if not self._first.done():
            self._first.set_exception(error)
        self._resolve(error)

    def _complain(self) -> None:
        _log.error("The configuration cannot be loaded; the former one stays in force: %s", self._complaint)
        event = SystemEvent(
            Category.SYSTEM,
            "configuration not loaded",
            severity=Severity.CRITICAL,
            result="failure",
            details=self._complaint,
        )
        with suppress(Exception):  # the log has it already
            self._store.writer.submit(write_system_event, event).result(_LONGEST_APPLY)

    def _resolve(self, error: BaseException | None) -> None:
        """Answer those whose version is in force, or all of them if it cannot be."""
        left: list[_Waiting] = []
        for waiting in self._waiting:
            if error is not None:
                waiting.future.set_exception(error)
            elif waiting.version <= self._version:
                waiting.future.set_result(None)
            else:
                left.append(waiting)
        self._waiting = left
