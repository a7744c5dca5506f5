"""Checkpoints: the write-ahead log of SQLite moves into the database beside the traffic."""

import logging
import threading

from gateway_desktop.store.sqlite import WAL_LIMIT, SqliteDatabase

_log = logging.getLogger(__name__)

_SECONDS = 0.25
_RESTART_MS = 100


class Checkpoints:
    """Moves the WAL into the database, on a thread of its own, and keeps it small."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._path = database.path
        self._wal = database.path.with_name(database.path.name + "-wal")
        self._wanted = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-checkpoints", daemon=True)
        self._thread.start()

    def wanted(self) -> None:
        """Have a checkpoint made soon: something was committed."""
        if not self._wanted.is_set():
            self._wanted.set()

    def close(self) -> None:
        """End the thread."""
        self._closing.set()
        self._wanted.set()
        self._thread.join()

    def _run(self) -> None:
        database = SqliteDatabase(self._path)
        try:
            while not self._closing.wait(_SECONDS):
                self._wanted.wait()
                self._wanted.clear()
                if not self._closing.is_set():
                    self._checkpoint(database)
        finally:
            database.close()

    def _checkpoint(self, database: SqliteDatabase) -> None:
        try:  # connecting too: a file that cannot be opened now may be there the next time
            # While a restart waits for a slow reader it keeps the writer out: it gives up soon.
            database.execute_sql(f"PRAGMA busy_timeout={_RESTART_MS}")
            # Passive waits for nobody. Beyond the limit a slow reader keeps the WAL from starting anew:
            # wait for it.
            too_long = self._wal.stat().st_size > WAL_LIMIT
            database.execute_sql(f"PRAGMA wal_checkpoint({'RESTART' if too_long else 'PASSIVE'})").fetchall()
        except Exception as error:  # noqa: BLE001 - the writer meets the same disk and says so
            _log.debug("Checkpoint: %s", error)
