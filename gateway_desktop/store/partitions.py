"""Partitions: on PostgreSQL the rows of each month are a table, so that a month can leave in milliseconds.

This month's and the next two are there before they are needed; all else goes into the default one. Rows leave
a few seals at a time, as the chain wants it; a month whose exchanges are all gone is dropped, which gives its
room back at once.
"""

import logging
import re
from datetime import UTC, datetime

import peewee

from gateway_desktop.core.audit import Recorded
from gateway_desktop.store.database import Database
from gateway_desktop.store.rows import COLUMNS
from gateway_desktop.store.sqlite import SqliteDatabase

_log = logging.getLogger(__name__)
AHEAD = 2
_MONTH = re.compile(r"event_(\d{4})_(\d{2})")
_MOST_MOVED = 20_000  # System events of one month
_WAITS_MS = 300  # for those who read


def make_partitions(database: Database, now_us: int) -> None:
    """Make the partitions of this month and the next ones, within the running transaction."""
    if isinstance(database, SqliteDatabase):
        return
    known = set(database.get_tables())
    month = datetime.fromtimestamp(now_us / 1e6, UTC)
    year, number = month.year, month.month
    for _ in range(AHEAD + 1):
        name, first = f"event_{year}_{number:02}", _first_id(year, number)
        year, number = (year, number + 1) if number < 12 else (year + 1, 1)
        last = _first_id(year, number)
        if name in known:
            continue
        found = database.execute_sql(
            "SELECT 1 FROM event_default WHERE id >= ? AND id < ? LIMIT 1", (first, last)
        )
        if found.fetchone():  # of a clock that went ahead: they stay together there
            _log.info("Rows of %s stand in the default partition already", name)
            continue
        database.execute_sql(f"CREATE TABLE {name} PARTITION OF event FOR VALUES FROM ({first}) TO ({last})")


def drop_months(database: Database, before_us: int) -> list[str]:
    """Drop the months before that time that have no exchanges left, within the running transaction.

    System events that stay move into the default partition. A month that somebody reads just now waits for
    the next run: nobody is kept waiting for it.
    """
    if isinstance(database, SqliteDatabase):
        return []
    dropped = []
    for name in sorted(set(database.get_tables())):
        found = _MONTH.fullmatch(name)
        if found is None:
            continue
        year, number = int(found[1]), int(found[2])
        last = _first_id(year, number + 1) if number < 12 else _first_id(year + 1, 1)
        if last > Recorded.first_id(before_us):
            continue
        exchanges, rows = database.execute_sql(
            f"SELECT count(*) FILTER (WHERE kind <> 'system'), count(*) FROM {name}"
        ).fetchone()
        if exchanges == 0 and rows <= _MOST_MOVED and _dropped(database, name):
            dropped.append(name)
    return dropped


def _dropped(database: Database, name: str) -> bool:
    columns = ", ".join(COLUMNS)
    try:
        with database.atomic():
            database.execute_sql(f"SET LOCAL lock_timeout = '{_WAITS_MS}ms'")
            database.execute_sql(f"ALTER TABLE event DETACH PARTITION {name}")
            database.execute_sql(f"INSERT INTO event({columns}) SELECT {columns} FROM {name}")
            database.execute_sql(f"DROP TABLE {name}")
    except peewee.OperationalError as error:
        _log.info("The month %s is dropped later: %s", name, str(error).partition("\n")[0])
        return False
    return True


def _first_id(year: int, month: int) -> int:
    return Recorded.first_id(int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1_000_000)
