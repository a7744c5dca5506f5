"""Whose: what each owner and each group asked, hour by hour, for charts of one of them over months.

Too fine for every exchange to pay for it: a gateway adds up its own rows when there are a thousand, and
housekeeping what is left. `gateway.rolled_id` is the last row that is in it; newer ones are read as rows.
"""

from typing import Any

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import HOUR_US
from gateway_desktop.store.database import Database
from gateway_desktop.store.last_uses import ADDING as LAST_USES
from gateway_desktop.store.models.base import columns_of, key_of
from gateway_desktop.store.models.event import RollHourWhose

OWNER, GROUP = "user", "grp"  # what `field` says of `value`, in the words of `seen`
MOST_WAITING = 1_000  # rows after which a gateway adds up its own
_SUMS = ("n", "tin", "tout", "cost", "n_cost_unknown")
KEY = key_of(RollHourWhose)
COLUMNS = columns_of(RollHourWhose)
ADDED = (
    f" ON CONFLICT({', '.join(KEY)}) DO UPDATE SET "
    + ", ".join(f"{name} = roll_hour_whose.{name} + excluded.{name}" for name in _SUMS)
    + ", max_risk = CASE WHEN roll_hour_whose.max_risk IS NULL"
    " OR excluded.max_risk > roll_hour_whose.max_risk THEN excluded.max_risk"
    " ELSE roll_hour_whose.max_risk END, last_id = CASE WHEN excluded.last_id > roll_hour_whose.last_id"
    " THEN excluded.last_id ELSE roll_hour_whose.last_id END"
)
_HOUR = f"((id >> {Recorded.GATEWAY_BITS}) + {Recorded.EPOCH_US}) / {HOUR_US}"
_COUNTED = (
    "count(*), coalesce(sum(tokens_in), 0), coalesce(sum(tokens_out), 0), coalesce(sum(cost_nano), 0),"
    " sum(CASE WHEN cost_nano IS NULL THEN 1 ELSE 0 END), max(risk), max(id)"
)


def _adding(field: str, value: str, who: str) -> str:
    return (
        f"INSERT INTO roll_hour_whose({', '.join(COLUMNS)}) SELECT '{field}', {value}, {_HOUR}, gw, {who},"
        " proxy, kind, coalesce(target, ''), outcome, coalesce(block_reason, ''),"
        f" CASE WHEN actor = '' THEN coalesce(no_user_reason, '') ELSE '' END, {_COUNTED} FROM event"
        " WHERE gw = ? AND id > ? AND id <= ? AND kind <> 'system'"
        f" GROUP BY {', '.join(map(str, range(2, len(KEY) + 1)))}" + ADDED
    )


_ADDING = (
    _adding(OWNER, "coalesce(nullif(user_id, ''), actor)", "actor, principal_kind, grp"),
    _adding(GROUP, "grp", "'', '', ''"),
    *LAST_USES,
)


def add_up(connection: Any, gateway: int) -> None:
    """Add up what one gateway wrote since the last time, within the running transaction."""
    row = connection.execute("SELECT rolled_id FROM gateway WHERE id = ?", (gateway,)).fetchone()
    known = row[0] if row is not None and row[0] is not None else 0
    newest = connection.execute(
        "SELECT max(id) FROM event WHERE gw = ? AND id > ?", (gateway, known)
    ).fetchone()[0]
    if newest is not None:
        for statement in _ADDING:
            connection.execute(statement, (gateway, known, newest))
        connection.execute("UPDATE gateway SET rolled_id = ? WHERE id = ?", (newest, gateway))


def add_up_all(database: Database) -> None:
    """Add up what all gateways wrote, also those that are idle or gone."""
    connection = database.raw()
    for (gateway,) in connection.execute("SELECT id FROM gateway WHERE id > 0 ORDER BY id").fetchall():
        add_up(connection, gateway)
