"""Which database engine answers."""

from gateway_desktop.store.database import Database


def sqlite_version(database: Database) -> str:
    """Return the version of the SQLite in use."""
    return str(database.execute_sql("SELECT sqlite_version()").fetchone()[0])
