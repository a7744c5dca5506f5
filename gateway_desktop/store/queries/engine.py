"""Which database engine answers."""

from gateway_desktop.store.database import Database


def engine_version(database: Database) -> str:
    """Return name and version of the engine in use."""
    return database.version()
