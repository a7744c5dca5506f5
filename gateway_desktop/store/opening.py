"""Opening: the engine that a place stands for."""

from pathlib import Path

from gateway_desktop.core.database_url import Where
from gateway_desktop.store.database import Database
from gateway_desktop.store.sqlite import SqliteDatabase


def open_database(where: Where, *, reader: bool = False, gateway: int = 0, once: bool = False) -> Database:
    """Return a connection for the calling thread; it connects when it is first used.

    `once`: who reads everything once needs little of it in memory.
    """
    if isinstance(where, Path):
        return SqliteDatabase(where, reader=reader, gateway=gateway, once=once)
    from gateway_desktop.store.postgresql import PostgresqlDatabase  # late: with it comes the driver

    return PostgresqlDatabase(where, reader=reader, gateway=gateway)
