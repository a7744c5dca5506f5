"""What deliveries write down: how far a sink has come, that it fails, that it works again."""

from collections.abc import Iterable
from dataclasses import replace

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.changes import Topic
from gateway_desktop.core.sink import Sink
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.sink import SinkRow
from gateway_desktop.store.queries.outbox import Place
from gateway_desktop.store.system_events import write_system_event

_MOVE = (
    "INSERT INTO sink_cursor(sink, gw, last_seq, updated_us, last_id) VALUES(?, ?, ?, ?, ?)"
    " ON CONFLICT(sink, gw) DO UPDATE SET last_seq = excluded.last_seq, updated_us = excluded.updated_us,"
    " last_id = excluded.last_id"
)


def move_cursor(database: Database, sink: Sink, places: Iterable[Place], now_us: int) -> None:
    """Write down that the sink has everything up to these rows; that it works again is a System event."""
    row = SinkRow.get_or_none(SinkRow.id == sink.id)
    if row is None:  # removed meanwhile
        return
    for place in places:
        database.execute_sql(_MOVE, (sink.id, place.gateway, place.last_seq, now_us, place.last_id))
    SinkRow.update(delivered_us=now_us, problem="", problem_us=None).where(SinkRow.id == sink.id).execute()
    if row.problem:
        write_system_event(database, _event(sink, "sink recovered"), now_us)
        database.announce(Topic.STATUS)


def note_problem(database: Database, sink: Sink, problem: str, now_us: int) -> None:
    """Write down why a sink fails; the first time that is a System event."""
    row = SinkRow.get_or_none(SinkRow.id == sink.id)
    if row is None or row.problem == problem:
        return
    since = row.problem_us if row.problem else now_us
    SinkRow.update(problem=problem, problem_us=since).where(SinkRow.id == sink.id).execute()
    database.announce(Topic.STATUS)
    if not row.problem:
        failed = _event(sink, "sink failed")
        write_system_event(
            database, replace(failed, severity=Severity.WARNING, result="failure", details=problem), now_us
        )


def _event(sink: Sink, event: str) -> SystemEvent:
    return SystemEvent(
        Category.SYSTEM, event, sink.name, after={"kind": str(sink.kind), "address": sink.shown}
    )
