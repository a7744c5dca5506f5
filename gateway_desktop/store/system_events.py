"""System events: what a person or the program did, written in the transaction that does it."""

from gateway_desktop.core.audit import SystemEvent
from gateway_desktop.core.changes import Topic
from gateway_desktop.core.clock import now_us
from gateway_desktop.store.database import Database
from gateway_desktop.store.erased import nobody
from gateway_desktop.store.rows import COLUMNS, insert_sql, system_row
from gateway_desktop.store.seals import add_seal, seal_head
from gateway_desktop.store.sequence import Sequence

_INSERT = insert_sql("event", COLUMNS, 1)
_SEEN = "INSERT INTO seen(kind, field, value, label) VALUES('system', ?, ?, ?) ON CONFLICT DO NOTHING"


def write_system_event(database: Database, event: SystemEvent, at_us: int | None = None) -> int:
    """Write the event, as the database's gateway, in the running transaction and return its id.

    The chain's head is read here, under the write lock: several commands may write as gateway 0.
    """
    now, event = now_us() if at_us is None else at_us, nobody(event, database)
    gateway = database.gateway
    head = seal_head(database, gateway)
    event_id, seq = Sequence(gateway, (head.last_id, head.hi)).take(now)
    row = system_row(event, event_id, gateway, seq, now)
    database.execute_sql(_INSERT, row)
    add_seal(database.raw(), database.seal_key, gateway, head, [row])
    values = dict(zip(COLUMNS, row, strict=True))
    shown = (
        ("actor", values["display_name"]),
        ("proxy", ""),
        ("target", ""),
        ("method", ""),
        ("category", ""),
    )
    for field, label in shown:
        if values[field]:
            database.execute_sql(_SEEN, (field, values[field], label))
    database.announce(Topic.AUDIT)
    if database.on_event is not None:
        database.on_event(database, event, now)
    return event_id


def bump_config_version(database: Database) -> int:
    """Move the configuration's version in the running transaction and return it; gateways reload by it."""
    database.execute_sql("UPDATE schema_version SET config_version = config_version + 1")
    database.announce(Topic.CONFIGURATION)
    row = database.execute_sql("SELECT config_version FROM schema_version").fetchone()
    return int(row[0])
