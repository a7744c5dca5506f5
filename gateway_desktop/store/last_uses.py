"""Last uses: the last row that was not blocked, of each user at each proxy and with each tool of it.

Filled together with `roll_hour_whose`, from the same rows: `gateway.rolled_id` is the last that is counted.
"""

from typing import Any

from gateway_desktop.store.database import Database

Use = tuple[str, str, str]  # user id, proxy name, and tool; "" is the proxy itself
_KEY = "user_id, proxy, tool, gw"
_USED = "gw = ? AND id > ? AND id <= ? AND outcome <> 'blocked' AND user_id <> ''"
_CALLED = "kind = 'mcp' AND method = 'tools/call' AND target <> ''"
_END = (1 << 63) - 1


def _last(tool: str, which: str) -> str:
    return (
        f"SELECT user_id, proxy, {tool}, gw, max(id) FROM event WHERE {_USED} AND {which}"
        " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3"
    )


_LAST = (_last("''", "kind <> 'system'"), _last("target", _CALLED))
ADDING = tuple(
    f"INSERT INTO last_use({_KEY}, last_id) {last}"
    f" ON CONFLICT({_KEY}) DO UPDATE SET last_id = excluded.last_id"  # ids of one gateway only go up
    for last in _LAST
)
_WAITING = (
    "SELECT id, coalesce(rolled_id, 0) FROM gateway"
    " WHERE (SELECT max(last_id) FROM seal WHERE gw = gateway.id) > coalesce(rolled_id, 0)"
)


def last_uses(database: Database) -> dict[Use, int]:
    """Return the id of the last row of each use, of rows that are not counted yet, too."""
    found: dict[Use, int] = {}

    def take(rows: list[tuple[Any, ...]]) -> None:
        for user, proxy, tool, *_, last_id in rows:
            found[user, proxy, tool] = max(last_id, found.get((user, proxy, tool), 0))

    take(database.execute_sql("SELECT user_id, proxy, tool, last_id FROM last_use").fetchall())
    for gateway, known in database.execute_sql(_WAITING).fetchall():
        for last in _LAST:
            take(database.execute_sql(last, (gateway, known, _END)).fetchall())
    return found
