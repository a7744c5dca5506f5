"""Which records stand in the database already: a server may have committed what it could not answer to."""

from collections import Counter
from collections.abc import Sequence

from gateway_desktop.core.audit import AuditRecord, Recorded
from gateway_desktop.core.clock import MINUTE_US
from gateway_desktop.store.database import Database
from gateway_desktop.store.spool import Waiting

_MARGIN_US = 10 * MINUTE_US  # by how much earlier than it was spooled a record may have been sent


def not_written_yet(database: Database, gateway: int, waiting: Sequence[Waiting]) -> list[Waiting]:
    """Return those of which the database has no row; several calls of one exchange are told apart."""
    lowest = Recorded.first_id(min(one.at_us for one in waiting) - _MARGIN_US)
    ids = sorted({one.record.exchange_id for one in waiting})
    found = database.execute_sql(
        "SELECT exchange_id, started_us, duration_ms, method, target FROM event"
        f" WHERE gw = ? AND id >= ? AND exchange_id IN ({','.join('?' * len(ids))})",
        (gateway, lowest, *ids),
    )
    there = Counter(tuple(row) for row in found.fetchall())
    fresh = []
    for one in waiting:
        if there[_key(one.record)] and one.record.kept:
            there[_key(one.record)] -= 1
        else:
            fresh.append(one)
    return fresh


def _key(record: AuditRecord) -> tuple[object, ...]:
    return (record.exchange_id, record.started_us, record.duration_ms, record.method, record.target)
