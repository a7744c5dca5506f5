"""Sizes: what the database takes, noted every hour and kept for a quarter of a year."""

from gateway_desktop.core.clock import DAY_US, HOUR_US
from gateway_desktop.store.database import Database

KEPT_US = 92 * DAY_US


def note_size(database: Database, now_us: int, size: int) -> None:
    """Write down the size of this hour, once, and forget what is long past."""
    hour = now_us // HOUR_US * HOUR_US
    database.execute_sql(
        "INSERT INTO size_history(at_us, bytes) VALUES(?, ?) ON CONFLICT DO NOTHING", (hour, size)
    )
    database.execute_sql("DELETE FROM size_history WHERE at_us < ?", (now_us - KEPT_US,))
