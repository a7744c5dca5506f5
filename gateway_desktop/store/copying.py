"""Copying: a team moves from its SQLite file to PostgreSQL, row by row, with counts and hashes compared.

A table's hash is the sum of its rows' hashes: engines sort texts each in its own way, and a sum has no order.
All happens in one transaction of the server: what does not agree leaves nothing behind.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any, NamedTuple

import msgspec

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import DAY_US
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.plural import plural
from gateway_desktop.store.migration import schema_version
from gateway_desktop.store.partitions import make_partitions
from gateway_desktop.store.postgresql import PostgresqlDatabase
from gateway_desktop.store.sqlite import SqliteDatabase

_AT_ONCE = 2_000
_MONTH_US = 28 * DAY_US
# In the order in which they were made: what a table refers to stands before it.
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
_USED = ("event", "user_account", "api_key", "proxy")  # a database that somebody works with has rows in one
_encode = msgspec.json.Encoder().encode


class Sum(NamedTuple):
    """How many rows a table has, and the sum of their hashes."""

    rows: int
    hash: int

    def plus(self, rows: Sequence[Sequence[Any]]) -> "Sum":
        """Return the sum with these rows in it."""
        added = sum(int.from_bytes(hashlib.sha256(_encode(row)).digest()) for row in rows)
        return Sum(self.rows + len(rows), (self.hash + added) % (1 << 256))


class Copied(NamedTuple):
    """A table that is the same on both sides."""

    table: str
    rows: int
    hash: str


class _Table(NamedTuple):
    name: str
    columns: tuple[str, ...]
    booleans: frozenset[int]  # places of the columns that are numbers in SQLite


def copy(
    source: SqliteDatabase, target: PostgresqlDatabase, progress: Callable[[str, int], None]
) -> list[Copied]:
    """Copy all tables into an unused database; raise Unavailable if it is used, or anything differs."""
    if (found := schema_version(source)) != (wanted := schema_version(target)):
        raise Unavailable(
            f"The schema of {source.where} is {found}, not {wanted}: open it with this program once"
        )
    with source.atomic(), target.writing():
        tables = [_described(target, name) for (name,) in source.execute_sql(_TABLES).fetchall()]
        used = [name for name in _USED if target.execute_sql(f"SELECT 1 FROM {name} LIMIT 1").fetchone()]
        if used:
            raise Unavailable(f"{target.where} is used already: it has rows in {', '.join(used)}")
        for table in reversed(tables):
            target.execute_sql(f"DELETE FROM {table.name}")  # what a new database starts with
        _make_months(source, target)
        return [_copied(source, target, table, progress) for table in tables]


def _described(target: PostgresqlDatabase, name: str) -> _Table:
    columns = target.get_columns(name)
    booleans = frozenset(place for place, one in enumerate(columns) if one.data_type == "boolean")
    return _Table(name, tuple(one.name for one in columns), booleans)


def _make_months(source: SqliteDatabase, target: PostgresqlDatabase) -> None:
    first, last = source.execute_sql("SELECT min(id), max(id) FROM event").fetchone()
    if first is not None:
        for at_us in range(Recorded.time_us(first), Recorded.time_us(last) + 1, _MONTH_US):
            make_partitions(target, at_us)


def _copied(
    source: SqliteDatabase, target: PostgresqlDatabase, table: _Table, progress: Callable[[str, int], None]
) -> Copied:
    sent, there = Sum(0, 0), Sum(0, 0)
    for rows in _chunks(source, table):
        target.raw().copy_rows(table.name, table.columns, rows)
        sent = sent.plus(rows)
        progress(table.name, sent.rows)
    for rows in _chunks(target, table):
        there = there.plus(rows)
    if sent != there:
        rows_sent = plural(sent.rows, "row was", "rows were")
        problem = f"{table.name}: {rows_sent} sent, {there.rows:,} came back, and their hashes differ"
        raise Unavailable(f"Nothing was copied. {problem}")
    return Copied(table.name, there.rows, f"{there.hash:064x}")


def _chunks(database: SqliteDatabase | PostgresqlDatabase, table: _Table) -> Iterator[list[tuple[Any, ...]]]:
    with closing(database.stream(f"SELECT {', '.join(table.columns)} FROM {table.name}")) as cursor:
        while rows := cursor.fetchmany(_AT_ONCE):
            yield [_plain_row(row, table.booleans) for row in rows]


def _plain_row(row: Sequence[Any], booleans: frozenset[int]) -> tuple[Any, ...]:
    return tuple(_plain(value, place in booleans) for place, value in enumerate(row))


def _plain(value: Any, boolean: bool) -> Any:
    """Return a value as both engines have it."""
    if boolean:
        return bool(value)
    if isinstance(value, memoryview):
        return bytes(value)
    return value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value
