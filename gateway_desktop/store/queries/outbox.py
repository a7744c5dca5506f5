"""The outbox: what of the audit a sink has not had yet, gateway by gateway in the order of `seq`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.sink import MOST_COUNTED, OutboxRecord, Records, Sink, SinkState
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import of_row
from gateway_desktop.store.models.sink import SinkRow
from gateway_desktop.store.rows import COLUMNS
from gateway_desktop.store.seals import seal_head

ALERT_EVENTS = ("alert created", "alert reopened")
_LEFT_OUT = frozenset(
    {"id", "gw", "seq", "kind", "started_us", "severity", "trace_id", "detail", "parts_hash", "row_hash"}
)
_READ = ", ".join(name for name in COLUMNS if name not in ("parts_hash", "row_hash"))
_NAMES = tuple(name for name in COLUMNS if name not in ("parts_hash", "row_hash"))


@dataclass(frozen=True, slots=True)
class Place:
    """Up to which row of one gateway a sink has everything."""

    gateway: int
    last_id: int = 0
    last_seq: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a sink gets next of one gateway, and where it stands afterwards."""

    records: tuple[OutboxRecord, ...]
    then: Place
    more: bool


def waiting(database: Database, sink: Sink, known: Place, most: int) -> Waiting:
    """Return the next records; without any, the place moves on over rows that the sink is not given."""
    head = head_of(database, known.gateway)
    if head.last_id <= known.last_id:
        return Waiting((), known, more=False)
    sql = f"SELECT {_READ} FROM event WHERE {_wanted(sink.records, known)} ORDER BY id LIMIT ?"
    rows = database.execute_sql(sql, (known.last_id, most)).fetchall()
    records = tuple(_record(dict(zip(_NAMES, row, strict=True))) for row in rows)
    more = len(records) == most
    then = Place(known.gateway, records[-1].id, records[-1].seq) if more else head
    return Waiting(records, then, more)


def head_of(database: Database, gateway: int) -> Place:
    """Return the newest row of a gateway."""
    head = seal_head(database, gateway)
    return Place(gateway, head.last_id, head.hi)


def places(database: Database, sink_id: str, gateways: Iterable[int]) -> tuple[Place, ...]:
    """Return where a sink stands with these gateways."""
    sql = "SELECT gw, last_id, last_seq FROM sink_cursor WHERE sink = ?"
    known = {row[0]: Place(*row) for row in database.execute_sql(sql, (sink_id,)).fetchall()}
    return tuple(known.get(gateway, Place(gateway)) for gateway in gateways)


def gateways(database: Database) -> tuple[int, ...]:
    """Return the numbers of all gateways that ever wrote here, the command line's 0 among them."""
    return tuple(row[0] for row in database.execute_sql("SELECT id FROM gateway ORDER BY id").fetchall())


def sink_of(row: SinkRow) -> Sink:
    """Return a sink as it is stored, without its secret."""
    return of_row(Sink, row, records=json.loads(row.records))


def sink_states(database: Database) -> tuple[SinkState, ...]:
    """Return all sinks by name, and how they keep up."""
    every = gateways(database)
    found = []
    for row in SinkRow.select().order_by(SinkRow.name):
        sink = sink_of(row)
        behind = [_behind(database, sink, place) for place in places(database, sink.id, every)]
        oldest = [first for _, first in behind if first is not None]
        found.append(
            SinkState(
                sink,
                min(MOST_COUNTED, sum(n for n, _ in behind)),
                min(oldest, default=None),
                row.delivered_us,
                row.problem,
                row.problem_us,
            )
        )
    return tuple(found)


def _behind(database: Database, sink: Sink, place: Place) -> tuple[int, int | None]:
    inner = f"SELECT id FROM event WHERE {_wanted(sink.records, place)} ORDER BY id LIMIT {MOST_COUNTED}"
    sql = f"SELECT count(*), min(id) FROM ({inner}) AS waiting"
    n, first = database.execute_sql(sql, (place.last_id,)).fetchone()
    return int(n), None if first is None else Recorded.time_us(first)


def _wanted(records: frozenset[Records], place: Place) -> str:
    """Return the condition, with the last id as its one parameter.

    Literals where an index is partial, or should not be chosen: `kind || ''` lets a sink of exchanges walk
    along the ids.
    """
    which = f"gw = {int(place.gateway)} AND id > ?"
    if Records.EXCHANGES in records:
        return which if Records.SYSTEM in records else f"{which} AND {_without_system(records)}"
    if Records.SYSTEM in records:
        return f"{which} AND kind = 'system'"
    return f"{which} AND kind = 'system' AND {_ALERTS}"


_ALERTS = "method IN ({})".format(", ".join(f"'{event}'" for event in ALERT_EVENTS))


def _without_system(records: frozenset[Records]) -> str:
    return f"(kind || '' <> 'system' OR {_ALERTS})" if Records.ALERTS in records else "kind || '' <> 'system'"


def _record(values: dict[str, Any]) -> OutboxRecord:
    fields = {
        name: value for name, value in values.items() if value not in (None, "") and name not in _LEFT_OUT
    }
    if values["detail"]:
        fields["detail"] = json.loads(values["detail"])
    return OutboxRecord(
        values["id"],
        values["gw"],
        values["seq"],
        Recorded.time_us(values["id"]),
        values["kind"],
        values["severity"] or ("warning" if values["outcome"] in ("failed", "blocked") else "info"),
        _summary(values, fields),
        {"started_us": values["started_us"], **fields},
        values["trace_id"],
    )


def _summary(values: dict[str, Any], fields: dict[str, Any]) -> str:
    who = values["actor"] or "nobody known"
    if values["kind"] == "system":
        details = str(fields.get("detail", {}).get("details", ""))
        what = ": ".join(part for part in (values["method"], values["target"]) if part)
        return f"{what}{f' - {details}' if details else ''} ({who})"
    what = " ".join(part for part in (values["method"], values["target"]) if part)
    why = f": {values['error']}" if values["error"] else ""
    return f"{values['outcome']}: {who} at {values['proxy']}, {what or values['endpoint']}{why}"
