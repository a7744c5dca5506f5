"""What do we remember? Peewee and SQLite; no Qt, no aiohttp."""
