"""Which records stand in the database already: a server may have committed what it could not answer to."""

from collections import Counter
from collections.abc import Collection, Sequence

from gateway_desktop.core.audit import AuditRecord, Recorded
from gateway_desktop.core.clock import MINUTE_US
from gateway_desktop.store.database import Database
from gateway_desktop.store.spool import Waiting

_MARGIN_US = 10 * MINUTE_US  # by how much earlier than it was spooled a record may have been sent


def not_written_yet(database: Database, gateway: int, waiting: Sequence[Waiting]) -> list[Waiting]:
    """Return those that are not there; several calls of one exchange are told apart.

    What leaves no row was written if a transaction was committed that would have written it.
    """
    lowest = Recorded.first_id(min(one.at_us for one in waiting) - _MARGIN_US)
    ids = sorted({one.record.exchange_id for one in waiting})
    found = database.execute_sql(
        "SELECT exchange_id, started_us, duration_ms, method, target FROM event"
        f" WHERE gw = ? AND id >= ? AND exchange_id IN ({','.join('?' * len(ids))})",
        (gateway, lowest, *ids),
    )
    there = Counter(tuple(row) for row in found.fetchall())
    committed = _committed(database, {xid for one in waiting for xid in one.sent})
    fresh = []
    for one in waiting:
        if not one.record.kept:
            written = not committed.isdisjoint(one.sent)
        elif written := there[_key(one.record)] > 0:
            there[_key(one.record)] -= 1
        if not written:
            fresh.append(one)
    return fresh


def _committed(database: Database, xids: Collection[int]) -> set[int]:
    """Return which of these transactions were; a server that was restored may not have got that far."""
    if not xids:
        return set()
    found = database.execute_sql(
        "SELECT xid FROM unnest(?::bigint[]) AS xid"
        " WHERE CASE WHEN xid < txid_snapshot_xmax(txid_current_snapshot()) THEN txid_status(xid) END"
        " = 'committed'",
        (sorted(xids),),
    )
    return {row[0] for row in found.fetchall()}


def _key(record: AuditRecord) -> tuple[object, ...]:
    return (record.exchange_id, record.started_us, record.duration_ms, record.method, record.target)
