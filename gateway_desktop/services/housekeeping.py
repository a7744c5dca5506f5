"""Housekeeping: what is long over leaves the store, and the disk is watched; on a timer of its own."""

import logging
import queue
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.clock import DAY_US, datetime_of, now_us
from gateway_desktop.core.files import sweep_unfinished
from gateway_desktop.services.machine import clock_is_synchronised, disk_is_low
from gateway_desktop.services.retention import Retention
from gateway_desktop.services.settings import SettingsService
from gateway_desktop.store.database import Database
from gateway_desktop.store.ended_sign_ins import Purged, purge_sign_ins
from gateway_desktop.store.partitions import make_partitions
from gateway_desktop.store.retention import newest_before
from gateway_desktop.store.sizes import note_size
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import write_system_event
from gateway_desktop.store.whose import add_up_all

_log = logging.getLogger(__name__)
_WEEK_US, _LONG_US = 7 * DAY_US, 60 * DAY_US
_SECONDS = 3600.0
_TOLD_AT = 2  # looks at the clock
_DISK_SECONDS = 60.0


class Housekeeping:
    """Runs at its start and every `seconds` from then on, in a thread of its own, until it is closed.

    The disk is looked at every minute.
    """

    def __init__(
        self,
        store: Store,
        settings: SettingsService,
        data: Path,
        retention: Retention | None = None,
        seconds: float = _SECONDS,
        synchronised: Callable[[], bool] = clock_is_synchronised,
    ) -> None:
        self._store = store
        self._data = data
        self._settings = settings
        self._retention = retention
        self._seconds = seconds
        self._low = False
        self._synchronised = synchronised
        self._leapt = 0  # how many looks in a row
        self._end: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="housekeeping")
        self._worker.submit(self._run)

    def close(self) -> None:
        """Run no more; returns once the run that is going on has ended."""
        self._end.put(None)
        self._worker.shutdown()

    def tidy(self) -> Future[Purged]:
        """Sweep clients that were never used (`oauth.sweep_days`); purge ended sessions and old tokens."""
        now = now_us()
        days = self._settings.current().result().oauth.sweep_days
        return self._store.writer.submit(purge_sign_ins, now, now - days * DAY_US)

    def look_at_disk(self) -> bool:
        """Write a System event when the disk gets low, once until it has room again; return whether it is."""
        least = self._settings.current().result().retention.low_disk_mb
        problem = disk_is_low(self._data, least << 20)
        if problem and not self._low:
            event = SystemEvent(
                Category.SYSTEM, "disk low", "disk", Severity.CRITICAL, result="failure", details=problem
            )
            self._store.writer.submit(write_system_event, event).result()
        self._low = bool(problem)
        return self._low

    def look_at_clock(self) -> bool:
        """Return whether the clock may have leapt: before this week, nothing was recorded for two months.

        Retention would remove what is not old. A clock that follows a time server is right: nobody was here.
        That may take some minutes after a start, so what is so at the second look is written down.
        """
        now = now_us()
        before = self._store.reader.submit(newest_before, now - _WEEK_US).result()
        leapt = before is not None and now - before > _LONG_US and not self._synchronised()
        self._leapt = self._leapt + 1 if leapt else 0
        if self._leapt == _TOLD_AT:
            self._store.writer.submit(write_system_event, _held(before or 0, now)).result()
        return leapt

    def _run(self) -> None:
        tidied = -self._seconds
        while True:
            try:
                if time.monotonic() - tidied >= self._seconds:
                    tidied = time.monotonic()
                    self._tidy()
                self.look_at_disk()
            except Exception as error:  # noqa: BLE001 - the next run tries again
                _log.warning("Housekeeping failed: %s", error)
            with suppress(queue.Empty):
                return self._end.get(timeout=min(self._seconds, _DISK_SECONDS))

    def _tidy(self) -> None:
        for folder in (self._data, self._data / "backups", self._data / "exports"):
            sweep_unfinished(folder)
        purged = self.tidy().result()
        if any(purged):
            _log.info("Purged %d clients, %d sessions, %d tokens", *purged)
        self._store.writer.submit(make_partitions, now_us()).result()  # whatever becomes of retention
        self._store.writer.submit(add_up_all).result()  # before retention removes rows
        if self._retention is not None and not self.look_at_clock():
            self._retention.run().result()
        self._store.noted_size = size = self._store.reader.submit(_size).result()
        self._store.writer.submit(note_size, now_us(), size).result()


def _held(before_us: int, now_us: int) -> SystemEvent:
    return SystemEvent(
        Category.SYSTEM,
        "retention held",
        "clock",
        Severity.CRITICAL,
        result="failure",
        details=(
            f"It is {_day(now_us)} here, and from {_day(before_us)} until this week nothing was recorded. If "
            "the clock is wrong, retention would remove what is not old: it waits for a week, or until "
            "somebody starts it (gateway-desktop retention run)"
        ),
    )


def _day(at_us: int) -> str:
    return f"{datetime_of(at_us):%Y-%m-%d}"


def _size(database: Database) -> int:
    return sum(database.size())
