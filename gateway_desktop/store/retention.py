"""Retention: old rows, and texts that are old or that nobody has any more, leave a little at a time.

Rollups stay: what User Activity counts of whole days is true though the rows are gone. Every removal is an
amendment of the chain, so that `verify` tells it from theft.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import DAY_US
from gateway_desktop.store.amendments import erase_texts, note_texts_gone, remove_rows
from gateway_desktop.store.database import Database

REASON = "retention"
AT_ONCE = 200  # rows, or texts, of one transaction
_OLDEST = "SELECT id FROM event WHERE kind = ? AND id < ? ORDER BY id LIMIT ?"
_LAST_ROWS = "SELECT id, (SELECT max(last_id) FROM seal WHERE gw = gateway.id) FROM gateway"
_MARK = (
    "INSERT INTO retention_mark(kind, until_us, removed, at_us) VALUES(?, ?, ?, ?)"
    " ON CONFLICT(kind) DO UPDATE SET until_us = CASE WHEN excluded.until_us > retention_mark.until_us"
    " THEN excluded.until_us ELSE retention_mark.until_us END,"
    " removed = retention_mark.removed + excluded.removed, at_us = excluded.at_us"
)


Newest = Mapping[int, int]  # by gateway; the ids of one only go up, those of several are not in step


class Texts(NamedTuple):
    """Which stored texts may go, as they stood when these were the newest rows of each gateway."""

    old: list[int]  # only rows from before the horizon have them
    unreferenced: list[int]
    newest: Newest


def remove_old(database: Database, kind: str, before_us: int, now_us: int) -> int:
    """Remove the oldest rows of a kind, in the running transaction; return how many, 0 when none are left."""
    rows = database.execute_sql(_OLDEST, (kind, Recorded.first_id(before_us), AT_ONCE)).fetchall()
    if not rows:
        return 0
    removed = remove_rows(database, [row[0] for row in rows], REASON, now_us)
    mark(database, kind, before_us, removed, now_us)
    return removed


def mark(database: Database, kind: str, before_us: int, removed: int, now_us: int) -> None:
    """Remember that so many rows of a kind, or texts, from before that time are gone."""
    database.execute_sql(_MARK, (kind, before_us, removed, now_us))


def texts_to_go(database: Database, before_us: int | None) -> Texts:
    """Return the texts that only rows from before that time have (None: none), and those that no row has.

    One walk along all references with a bit for each text: an index for it would cost every exchange.
    """
    newest = _newest(database)
    highest = int(database.execute_sql("SELECT coalesce(max(id), 0) FROM part").fetchone()[0])
    horizon = Recorded.first_id(before_us) if before_us is not None else 0
    referenced, fresh = bytearray(highest + 1), bytearray(highest + 1)
    for part_id, event_id in database.streamed("SELECT part_id, event_id FROM event_part"):
        referenced[part_id] = 1
        if event_id >= horizon:
            fresh[part_id] = 1
    old, unreferenced = [], []
    for part_id, erased in database.streamed("SELECT id, body IS NULL FROM part"):
        if not referenced[part_id]:
            unreferenced.append(part_id)
        elif not fresh[part_id] and not erased:
            old.append(part_id)
    return Texts(old, unreferenced, newest)


def erase_old_texts(
    database: Database, ids: Sequence[int], newest: Newest, before_us: int, now_us: int
) -> int:
    """Erase texts that no row has got since, in the running transaction; return how many."""
    left = _still(database, ids, newest)
    erase_texts(database, left, REASON, now_us)
    if left:
        mark(database, "texts", before_us, len(left), now_us)
    return len(left)


def sweep_texts(database: Database, ids: Sequence[int], newest: Newest) -> int:
    """Delete texts that no row has got since, in the running transaction; return how many."""
    left = _still(database, ids, newest)
    if left:
        marks = ",".join("?" * len(left))
        note_texts_gone(database)
        database.execute_sql(f"DELETE FROM part WHERE id IN ({marks})", left)
        database.execute_sql(f"DELETE FROM erasure WHERE part_id IN ({marks})", left)
    return len(left)


def used_bytes(database: Database) -> int:
    """Return how much of the file is in use; freed pages are used again before it grows.

    0 on a server: it gives freed room back in its own time, and until then one day after the other would go.
    """
    if not isinstance(database.where, Path):
        return 0
    pages, free, size = (
        int(database.execute_sql(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def oldest_day(database: Database, kinds: Iterable[str]) -> int | None:
    """Return when the UTC day ends with the oldest row of these kinds."""
    found = [
        row[0]
        for kind in kinds
        if (row := database.execute_sql(_OLDEST, (kind, 1 << 62, 1)).fetchone()) is not None
    ]
    return (Recorded.time_us(min(found)) // DAY_US + 1) * DAY_US if found else None


def newest_before(database: Database, before_us: int) -> int | None:
    """Return when the newest of the rows from before that time was recorded."""
    sql = "SELECT max(id) FROM event WHERE id < ?"
    found = database.execute_sql(sql, (Recorded.first_id(before_us),)).fetchone()[0]
    return None if found is None else Recorded.time_us(found)


def _newest(database: Database) -> dict[int, int]:
    return {gateway: int(last or 0) for gateway, last in database.execute_sql(_LAST_ROWS).fetchall()}


def _still(database: Database, ids: Sequence[int], newest: Newest) -> list[int]:
    """Return those of the texts that no gateway has written a row with since."""
    went_on = [newest.get(gw, 0) for gw, last in _newest(database).items() if last > newest.get(gw, 0)]
    if not went_on:
        return list(ids)
    rows = database.execute_sql(
        "SELECT event_id, part_id FROM event_part WHERE event_id > ?", (min(went_on),)
    ).fetchall()
    gateways = (1 << Recorded.GATEWAY_BITS) - 1
    since = {part_id for event_id, part_id in rows if event_id > newest.get(event_id & gateways, 0)}
    return [part_id for part_id in ids if part_id not in since]
