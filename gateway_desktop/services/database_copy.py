"""Database copy: a team's SQLite file into an unused PostgreSQL database, told there as a System event."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import StorageUnavailable, Unavailable
from gateway_desktop.store.copying import Copied, copy
from gateway_desktop.store.failures import failure_of, is_disk_failure
from gateway_desktop.store.migration import migrate
from gateway_desktop.store.postgresql import PostgresqlDatabase
from gateway_desktop.store.sqlite import SqliteDatabase


def copied(source: Path, target: DatabaseUrl, progress: Callable[[str, int], None]) -> list[Copied]:
    """Copy everything and return what was compared; no gateway may run on either side.

    Raises:
        Unavailable: the target is used already, or what came back is not what was sent.
        StorageUnavailable: one of the two cannot be used.
    """
    with closing(PostgresqlDatabase(target)) as there, closing(SqliteDatabase(source)) as here:
        try:
            migrate(there)
            return copy(here, there, progress)
        except (Unavailable, StorageUnavailable):
            raise
        except Exception as error:
            if is_disk_failure(error):
                raise failure_of(error, target) from error
            raise


def copy_event(source: Path, target: DatabaseUrl, tables: Sequence[Copied]) -> SystemEvent:
    """Return what is written down about it."""
    after: dict[str, object] = {table.table: {"rows": table.rows, "hash": table.hash} for table in tables}
    details = f"From {source} to {target}: counts and hashes of {len(tables)} tables agree"
    return SystemEvent(Category.SYSTEM, "database copied", str(target), after=after, details=details)
