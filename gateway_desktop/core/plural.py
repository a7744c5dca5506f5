"""Numbers of things, in words."""


def plural(count: int, one: str, many: str = "") -> str:
    """Return 1 row, 2 rows."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
