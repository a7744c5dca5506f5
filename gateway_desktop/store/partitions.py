"""Partitions: on PostgreSQL the rows of each month are a table, so that a month can leave in milliseconds.

So are their references to texts. This month's and the next two are there before they are needed; all else
goes into the default ones.
"""

import logging
import re
from datetime import UTC, datetime
from typing import NamedTuple

import peewee

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import datetime_of, microseconds
from gateway_desktop.store.database import Database
from gateway_desktop.store.rows import COLUMNS
from gateway_desktop.store.sqlite import SqliteDatabase

_log = logging.getLogger(__name__)
AHEAD = 2
_MONTH = re.compile(r"event_(\d{4})_(\d{2})")
MOST_MOVED = 20_000  # System events of one month
_WAITS_MS = 300  # for those who read


class Month(NamedTuple):
    """A month whose rows are a table: their ids are at least `first` and less than `end`."""

    events: str
    references: str
    first: int
    end: int


def make_partitions(database: Database, now_us: int) -> None:
    """Make the partitions of this month and the next ones, within the running transaction."""
    if isinstance(database, SqliteDatabase):
        return
    known = set(database.get_tables())
    at = datetime_of(now_us)
    for ahead in range(AHEAD + 1):
        years, before = divmod(at.month - 1 + ahead, 12)
        month = _month(at.year + years, before + 1)
        _make(database, known, month, "event", month.events, "id")
        _make(database, known, month, "event_part", month.references, "event_id")


def months_before(database: Database, before_us: int) -> list[Month]:
    """Return the months that ended by then and are there, oldest first; none of a file."""
    if isinstance(database, SqliteDatabase):
        return []
    found = filter(None, map(_MONTH.fullmatch, sorted(database.get_tables())))
    months = [_month(int(one[1]), int(one[2])) for one in found]
    return [month for month in months if month.end <= Recorded.first_id(before_us)]


def drop_months(database: Database, before_us: int) -> list[str]:
    """Drop the months before that time that have no exchanges left, within the running transaction.

    A month that somebody reads just now waits for the next run: nobody is kept waiting for it.
    """
    dropped = []
    for month in months_before(database, before_us):
        exchanges, rows = database.execute_sql(
            f"SELECT count(*) FILTER (WHERE kind <> 'system'), count(*) FROM {month.events}"
        ).fetchone()
        if exchanges == 0 and rows <= MOST_MOVED and is_free(database, month):
            drop(database, month, "kind = 'system'")
            dropped.append(month.events)
    return dropped


def is_free(database: Database, month: Month) -> bool:
    """Return whether nobody reads just now, and keep everybody waiting until the transaction ends."""
    try:
        with database.atomic():
            database.execute_sql(f"SET LOCAL lock_timeout = '{_WAITS_MS}ms'")
            tables = f"ONLY event, ONLY event_part, {month.events}"
            database.execute_sql(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
    except peewee.OperationalError as error:
        _log.info("The month %s is dropped later: %s", month.events, str(error).partition("\n")[0])
        return False
    return True


def drop(database: Database, month: Month, stays: str) -> None:
    """Drop a month that is free, but for the rows that a condition names.

    They move into the default partition. System events, which may stay, refer to no texts.
    """
    columns = ", ".join(COLUMNS)
    database.execute_sql(f"ALTER TABLE event DETACH PARTITION {month.events}")
    moved = f"SELECT {columns} FROM {month.events} WHERE {stays}"
    database.execute_sql(f"INSERT INTO event({columns}) {moved}")
    database.execute_sql(f"DROP TABLE {month.events}")
    database.execute_sql(f"DROP TABLE IF EXISTS {month.references}")


def _make(database: Database, known: set[str], month: Month, table: str, name: str, key: str) -> None:
    if name in known:
        return
    there = f"SELECT 1 FROM {table}_default WHERE {key} >= ? AND {key} < ? LIMIT 1"
    if database.execute_sql(there, (month.first, month.end)).fetchone():
        # Of a clock that went ahead, or of a database from before: they stay together there.
        _log.info("Rows of %s stand in the default partition already", name)
        return
    bounds = f"FROM ({month.first}) TO ({month.end})"
    database.execute_sql(f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES {bounds}")


def _month(year: int, number: int) -> Month:
    named = f"{year}_{number:02}"
    first = _first_id(year, number)
    end = _first_id(year, number + 1) if number < 12 else _first_id(year + 1, 1)
    return Month(f"event_{named}", f"event_part_{named}", first, end)


def _first_id(year: int, month: int) -> int:
    return Recorded.first_id(microseconds(datetime(year, month, 1, tzinfo=UTC)))
