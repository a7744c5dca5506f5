"""migrate(): bring the database to this program's schema; forward only, with a backup, or refuse."""

import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.files import JOURNAL, UNFINISHED
from gateway_desktop.store.database import Database
from gateway_desktop.store.migrations import MIGRATIONS
from gateway_desktop.store.partitions import make_partitions
from gateway_desktop.store.sqlite import SqliteDatabase, copy_into

log = logging.getLogger(__name__)


def migrate(database: Database, migrations: Sequence[Any] = MIGRATIONS) -> SystemEvent | None:
    """Apply what is missing under the write lock; existing data is copied beside itself before.

    Returns what is to be told of it once seals can be made; nothing of an empty database, or where nothing
    was missing.
    """
    due = len(migrations)
    if _found(database, due) == due:
        return None
    with database.writing():  # what another process did meanwhile is seen, and nothing is done twice
        found = _found(database, due)
        if not found:
            _require_unused(database)
        details = _back_up(database, found, due) if 0 < found < due else ""
        for number in range(found + 1, due + 1):
            for statement in statements(_script(database, migrations[number - 1])):
                database.execute_sql(statement)
            database.execute_sql("UPDATE schema_version SET version = ?", (number,))
        make_partitions(database, now_us())
    if found in (0, due):
        return None
    return SystemEvent(
        Category.SYSTEM,
        "database migrated",
        "database",
        before={"schema": found},
        after={"schema": due},
        details=details,
    )


def schema_version(database: Database) -> int:
    """Return how many migrations have been applied; 0 for an empty database."""
    if not database.table_exists("schema_version"):
        return 0
    row = database.execute_sql("SELECT version FROM schema_version").fetchone()
    return int(row[0])


def statements(script: str) -> list[str]:
    """Return the statements of a migration's text; each ends with a semicolon at the end of a line."""
    return [part.strip() for part in re.split(r";[ \t]*\n", script) if part.strip()]


def _found(database: Database, due: int) -> int:
    """Return the version of the schema; Unavailable if it is newer than the one that is due."""
    found = schema_version(database)
    if found > due:
        raise Unavailable(
            f"The database {database.where} belongs to a newer Gateway Desktop (its schema is {found}, this "
            f"program knows {due}). Nothing was changed. Start the newer program, or restore an older backup."
        )
    return found


def _require_unused(database: Database) -> None:
    """Raise Unavailable where a file is another program's: it would have all tables of this one besides."""
    if isinstance(database, SqliteDatabase) and database.get_tables():
        raise Unavailable(
            f"{database.where} is the database of another program: none of its tables is Gateway Desktop's"
        )


def _script(database: Database, migration: Any) -> str:
    script: str = migration.SQLITE if isinstance(database, SqliteDatabase) else migration.POSTGRESQL
    return script


def _back_up(database: Database, version: int, due: int) -> str:
    if not isinstance(database, SqliteDatabase):
        log.info("Migrating %s from schema %d to %d", database.where, version, due)
        return ""
    backup = _copied(database, version)
    log.info("Backed up to %s; the database is migrated from schema %d to %d", backup, version, due)
    return f"what was there before is {backup}"


def _copied(database: SqliteDatabase, version: int) -> Path:
    folder, prefix = database.path.parent, f"{database.path.name}.before-schema-"
    for left in folder.iterdir():  # by a start that was killed: under the write lock nobody else copies
        if left.name.startswith(prefix) and left.name.endswith((UNFINISHED, JOURNAL)):
            left.unlink()
    at = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    backup = folder / f"{prefix}{version + 1}.{at}"
    copy_into(database.path, backup)
    return backup
