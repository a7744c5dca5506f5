"""What do we remember? Peewee and SQLite; no Qt, no aiohttp."""

import sys

# Peewee imports the driver of PostgreSQL wherever it is installed: 16 MB and a tenth of a second, for nothing
# where the database is a file. `store.postgresql` imports it, and gives it to Peewee.
if "peewee" not in sys.modules and "psycopg" not in sys.modules:
    sys.modules["psycopg"] = None  # type: ignore[assignment]
    import peewee  # noqa: F401

    del sys.modules["psycopg"]
