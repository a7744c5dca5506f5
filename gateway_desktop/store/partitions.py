"""Partitions: on PostgreSQL the rows of each month are a table, so that a month can leave in milliseconds.

This month's and the next two are there before they are needed; all else goes into the default one.
"""

import logging
from datetime import UTC, datetime

from gateway_desktop.core.audit import Recorded
from gateway_desktop.store.database import Database
from gateway_desktop.store.sqlite import SqliteDatabase

_log = logging.getLogger(__name__)
AHEAD = 2


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


def _first_id(year: int, month: int) -> int:
    return Recorded.first_id(int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1_000_000)
