"""Housekeeping: what is long over leaves the store, on a timer and not only when somebody comes by."""

import logging
import queue
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from gateway_desktop.services.administration import now_us
from gateway_desktop.services.settings import SettingsService
from gateway_desktop.store.ended_sign_ins import Purged, purge_sign_ins
from gateway_desktop.store.store import Store

_log = logging.getLogger(__name__)
_DAY_US = 86_400_000_000
_SECONDS = 3600.0


class Housekeeping:
    """Runs at its start and every `seconds` from then on, in a thread of its own, until it is closed."""

    def __init__(self, store: Store, settings: SettingsService, seconds: float = _SECONDS) -> None:
        self._store = store
        self._settings = settings
        self._seconds = seconds
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
        return self._store.writer.submit(purge_sign_ins, now, now - days * _DAY_US)

    def _run(self) -> None:
        while True:
            try:
                purged = self.tidy().result()
                if any(purged):
                    _log.info("Purged %d clients, %d sessions, %d tokens", *purged)
            except Exception as error:  # noqa: BLE001 - the next run tries again
                _log.warning("Old sign-ins could not be purged: %s", error)
            with suppress(queue.Empty):
                return self._end.get(timeout=self._seconds)
