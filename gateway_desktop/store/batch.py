"""BatchWriter: one transaction that writes a batch of records with their parts and rollups.

Why a few INSERTs of many rows rather than `executemany`: the driver gives up the interpreter's lock for
every row, and beside a busy event loop waits up to 5 ms to get it back; 64 rows took 50 ms so, and 12 ms
this way.
"""

import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.changes import Topic
from gateway_desktop.core.clock import SECOND_US, now_us
from gateway_desktop.core.database_url import Where
from gateway_desktop.store.alerts import AlertWriter
from gateway_desktop.store.charges import Charges
from gateway_desktop.store.database import Database
from gateway_desktop.store.erased import erased_people, nameless
from gateway_desktop.store.parts import EVENT_PART_COLUMNS, PART_COLUMNS, Parts
from gateway_desktop.store.rollups import (
    DAY_ADDED,
    DAY_COLUMNS,
    HOUR_ADDED,
    HOUR_COLUMNS,
    LATENCY_ADDED,
    LATENCY_COLUMNS,
    SEEN_ADDED,
    SEEN_COLUMNS,
    Rollups,
    close_spans,
    seen_key,
    seen_values,
)
from gateway_desktop.store.rows import COLUMNS, insert_sql, row_of
from gateway_desktop.store.seals import SealHead, add_seal, seal_head
from gateway_desktop.store.sequence import Sequence as Numbers
from gateway_desktop.store.spool import Waiting
from gateway_desktop.store.whose import MOST_WAITING, add_up
from gateway_desktop.store.written import not_written_yet

_PREPARED = 16  # rows up to which every number has a statement of its own; so few that all stay prepared
_AT_ONCE = 64  # rows of the statement for the bulk
_LAST_USED_EVERY_US = 30 * SECOND_US
_MOST_SEEN = 20_000


class _Insert:
    """INSERTs into one table, prepared for a few numbers of rows; where rows can be copied, they are."""

    def __init__(self, table: str, columns: Sequence[str], suffix: str = "") -> None:
        self._table, self._columns, self._appends = table, columns, not suffix
        self._width = len(columns)
        self._statements = [insert_sql(table, columns, rows, suffix) for rows in range(_PREPARED + 1)]
        self._bulk = insert_sql(table, columns, _AT_ONCE, suffix)

    def __call__(self, connection: Any, flat: list[Any]) -> None:
        """Insert rows whose values stand one after another."""
        rows = len(flat) // self._width
        if self._appends and rows and (copy := getattr(connection, "copy_rows", None)):
            starts = range(0, len(flat), self._width)
            copy(self._table, self._columns, (flat[at : at + self._width] for at in starts))
            return
        if 0 < rows <= _PREPARED:
            connection.execute(self._statements[rows], flat)
            return
        at = 0
        while rows:
            statement, some = (self._bulk, _AT_ONCE) if rows >= _AT_ONCE else self._largest(rows)
            connection.execute(statement, flat[at : at + some * self._width])
            at += some * self._width
            rows -= some

    def _largest(self, rows: int) -> tuple[str, int]:
        some = min(rows, _PREPARED)
        return self._statements[some], some


_EVENTS = _Insert("event", COLUMNS)
_PARTS = _Insert("part", PART_COLUMNS)
_EVENT_PARTS = _Insert("event_part", EVENT_PART_COLUMNS)
_HOURS = _Insert("roll_hour", HOUR_COLUMNS, HOUR_ADDED)
_DAYS = _Insert("roll_day_actor", DAY_COLUMNS, DAY_ADDED)
_LATENCIES = _Insert("lat_hour", LATENCY_COLUMNS, LATENCY_ADDED)
_SEEN = _Insert("seen", SEEN_COLUMNS, SEEN_ADDED)


def insert_rollups(connection: Any, rollups: Rollups) -> None:
    """Add what was counted to the rollups."""
    _HOURS(connection, list(chain.from_iterable(rollups.hours())))
    _DAYS(connection, list(chain.from_iterable(rollups.days())))
    _LATENCIES(connection, list(chain.from_iterable(rollups.latencies())))


def insert_seen(connection: Any, rows: Iterable[Sequence[Any]]) -> None:
    """Add to `seen` what these rows have."""
    values = {value for row in rows for value in seen_values(row)}
    _SEEN(connection, list(chain.from_iterable(sorted(values))))


class BatchWriter:
    """What the writer thread knows between batches: where the chain stands, what is already stored."""

    def __init__(self, where: Where, gateway: int, parts: Parts, clock: Callable[[], int] = now_us) -> None:
        self.where = where
        self.gateway = gateway
        self.parts = parts
        self._clock = clock
        self._numbers = Numbers(gateway)
        self._head = SealHead()
        self._open_span = -1
        self._waiting = MOST_WAITING  # rows not counted by owner and group; after a crash nobody knows
        self._in_doubt = False
        self.sent = 0  # the transaction whose commit is not answered yet, where it has more than rows
        self._texts_version = 0  # of the database, when it was looked which texts are stored
        self._erased: Mapping[str, str] = {}  # pseudonyms by user id, as known with the texts
        self._seen: set[tuple[Any, ...]] = set()  # what of rows is in `seen` already
        self._last_used: dict[str, int] = {}  # by API key or OAuth session, as flushed
        self._alerts = AlertWriter()

    def start(self, database: Database) -> None:
        """Continue what stands in the database."""
        self._look_anew(database)
        self._alerts.start(database)
        database.execute_sql(
            "INSERT INTO gateway(id, name, host) VALUES(?, ?, ?) ON CONFLICT DO NOTHING",
            (self.gateway, socket.gethostname(), socket.gethostname()),
        )

    def _look_anew(self, database: Database) -> None:
        """Read where the chain stands, which texts are stored and who was erased."""
        self.read_head(database)
        self.parts.start(database)
        self._erased = erased_people(database)
        self._texts_version = database.texts_version
        self._in_doubt = False

    def read_head(self, database: Database) -> None:
        """Continue the chain from where it stands in the database, after others may have written to it."""
        self._head = head = seal_head(database, self.gateway)
        self._numbers = Numbers(self.gateway, (head.last_id, head.hi))

    def touch(self, database: Database, now_us: int) -> None:
        """Note that this gateway lives."""
        database.execute_sql("UPDATE gateway SET last_seen_us = ? WHERE id = ?", (now_us, self.gateway))

    def doubt(self) -> None:
        """Look anew where the chain stands: a server may have committed what it did not answer to."""
        self._in_doubt = True

    def replay(
        self, database: Database, waiting: Sequence[Waiting], note: Callable[[Sequence[Waiting], int], None]
    ) -> None:
        """Write records that had to wait, at the times of their recording, but for those that are there.

        `note` is told, before it is committed, of the transaction that may have written them.
        """
        fresh = not_written_yet(database, self.gateway, waiting)
        if fresh:
            records, times = [one.record for one in fresh], [one.at_us for one in fresh]
            self.write(database, records, times, lambda sent: note(fresh, sent))

    def write(
        self,
        database: Database,
        records: Sequence[AuditRecord],
        times: Sequence[int] | None = None,
        note: Callable[[int], None] = lambda _sent: None,
    ) -> None:
        """Write all records, or none and raise; they are recorded now, unless `times` says when."""
        numbers, head = self._numbers, self._head
        self.sent = 0
        database.begin_writing()
        connection = database.raw()
        try:
            if self._in_doubt or self.parts.stale or self._texts_version != database.texts_version:
                self._look_anew(database)
                numbers, head = self._numbers, self._head
            if self._erased:
                records = nameless(records, self._erased)
            charges = Charges(records)
            seen: Iterable[tuple[Any, ...]] = ()
            at = times or [self._clock() for _ in records]
            if kept := [one for one in zip(at, records, strict=True) if one[1].kept]:
                rows, seen = self._insert(connection, kept)
                self._head = add_seal(connection, database.seal_key, self.gateway, head, rows)
            keys = self._flush_last_used(connection, records)
            charges.write(database)
            alerted = self._alerts.of_records(database, records, self._clock())
            if charges.tell(database, self._clock()) or alerted:
                self.read_head(database)  # System events stand after the batch's rows
            database.tell({Topic.AUDIT, *database.topics})
            if len(kept) < len(records):
                self.sent = database.transaction_number()
                note(self.sent)
            connection.execute("COMMIT")
        except BaseException:
            database.abandon()
            self.doubt()
            self._open_span = -1
            self._numbers, self._head = numbers, head
            self._numbers.roll_back()
            self.parts.roll_back()
            raise
        self._numbers.commit()
        self.parts.commit()
        self._seen.update(seen)
        if len(self._seen) > _MOST_SEEN:
            self._seen.clear()
        self._last_used.update(keys)

    def _insert(
        self, connection: Any, records: Sequence[tuple[int, AuditRecord]]
    ) -> tuple[list[list[Any]], Iterable[tuple[Any, ...]]]:
        """Return the rows, and what of them was not in `seen`."""
        referred = [self.parts.refer(record.payloads) if record.payloads else None for _, record in records]
        if parts := self.parts.rows(connection):
            _PARTS(connection, list(chain.from_iterable(parts)))
        rollups = Rollups()
        rows = []
        flat: list[Any] = []
        new: dict[tuple[Any, ...], list[Any]] = {}
        for (at_us, record), references in zip(records, referred, strict=True):
            event_id, seq = self._numbers.take(at_us)
            parts_hash = None
            if references:
                parts_hash, of_event = self.parts.reference_rows(event_id, references)
                flat += of_event
            row = row_of(record, event_id, self.gateway, seq, parts_hash)
            rows.append(row)
            rollups.add(row)
            key = seen_key(row)
            if key not in self._seen:
                new[key] = row
        _EVENTS(connection, list(chain.from_iterable(rows)))
        if flat:
            _EVENT_PARTS(connection, flat)
        self._roll_up(connection, rollups, len(rows))
        if new:
            insert_seen(connection, new.values())
        return rows, new.keys()

    def _roll_up(self, connection: Any, rollups: Rollups, rows: int) -> None:
        """Add to the rollups; once in a while also to those that no exchange shall pay for."""
        insert_rollups(connection, rollups)
        span = rollups.first_span()
        if span != self._open_span:
            close_spans(connection, self.gateway, span)
            self._open_span = span
        self._waiting += rows
        if self._waiting >= MOST_WAITING:
            add_up(connection, self.gateway)
            self._waiting = 0

    def _flush_last_used(self, connection: Any, records: Sequence[AuditRecord]) -> dict[str, int]:
        """Note when keys and sessions were last used, each every 30 seconds at most."""
        now = self._clock()
        keys: dict[str, int] = {}
        for record in records:
            principal = record.principal
            key = principal.api_key_id or (principal.session if principal.client_id else None)
            if key is not None and now - self._last_used.get(key, 0) > _LAST_USED_EVERY_US:
                keys[key] = now
        if keys:
            connection.execute("UPDATE gateway SET last_seen_us = ? WHERE id = ?", (now, self.gateway))
            for key in sorted(keys):
                for table in ("api_key", "oauth_session"):  # an id is of one of them
                    connection.execute(f"UPDATE {table} SET last_used_us = ? WHERE id = ?", (now, key))
        return keys
