"""Notices: what other processes changed in a PostgreSQL database, told by NOTIFY, on the feed of this one."""

import logging
import threading
from contextlib import closing

import peewee
import psycopg

from gateway_desktop.core.changes import ChangeFeed, Topic
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.store.postgresql import CHANNEL, PostgresqlDatabase

log = logging.getLogger(__name__)
_SECONDS = 0.5  # how long the end of the program waits for a quiet listener
_AGAIN_SECONDS = 1.0


class Notices:
    """Listens on a connection and a thread of its own; what was missed while it was away is read anew."""

    def __init__(self, where: DatabaseUrl, origin: str, changes: ChangeFeed) -> None:
        self._where = where
        self._origin = origin
        self._changes = changes
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-notices", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        missed = False
        while not self._closing.is_set():
            try:
                self._listen(missed)
            except (psycopg.Error, peewee.PeeweeException) as error:
                log.debug("Listening: %s", error)  # the writer and the readers say what is the matter
            except Exception:  # the top of the thread
                log.exception("Listening failed")
            missed = True
            self._closing.wait(_AGAIN_SECONDS)

    def _listen(self, missed: bool) -> None:
        with closing(PostgresqlDatabase(self._where, reader=True)) as database:
            connection = database.raw()
            connection.execute(f"LISTEN {CHANNEL}")
            if missed:
                self._publish({Topic.CONFIGURATION, Topic.AUDIT, Topic.ALERTS})
            while not self._closing.is_set():
                told = list(connection.notifies(timeout=_SECONDS, stop_after=1))
                told += list(connection.notifies(timeout=0))  # all of a burst at once
                self._publish({topic for one in told for topic in self._topics(one.payload)})

    def _topics(self, payload: str) -> list[Topic]:
        origin, _, names = payload.partition(" ")
        known = Topic.__members__
        return [] if origin == self._origin else [known[name] for name in names.split() if name in known]

    def _publish(self, topics: set[Topic]) -> None:
        for topic in topics:
            try:
                self._changes.publish(topic)
            except Exception:
                log.exception("A subscriber to %s failed", topic)
