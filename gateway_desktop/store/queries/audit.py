"""Audit rows: a page, a count, one record with its texts, choices for filters, all rows for an export."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import msgspec
from peewee import JOIN, fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import first, stored, tuples
from gateway_desktop.store.models.event import Event, EventPart, Part, Seen
from gateway_desktop.store.parts import text_of
from gateway_desktop.store.queries.conditions import Narrowed, exchange_ids, narrow
from gateway_desktop.store.queries.paging import AuditFilter, Page

SEARCHED_AT_ONCE = 200_000  # rows that one search in texts reads before it says how far it came

HIDDEN = "(hidden from viewers)"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of `event`, as stored, but for its hashes; the fields from `details` on come from its JSON."""

    id: int
    gw: int
    seq: int
    exchange_id: str | None
    started_us: int
    kind: str
    outcome: str
    policy_action: str
    block_reason: str | None
    proxy: str
    principal_kind: str
    actor: str
    display_name: str
    user_id: str | None
    api_key_id: str | None
    client_id: str | None
    grp: str
    session: str | None
    app: str | None
    claimed_user: str | None
    no_user_reason: str | None
    client_ip: str | None
    trace_id: str | None
    method: str | None
    target: str | None
    endpoint: str | None
    category: str | None
    severity: str | None
    provider: str | None
    response_model: str | None
    http_status: int | None
    error: str | None
    policy: str | None
    risk: int | None
    tokens_in: int | None
    tokens_cached: int | None
    tokens_cache_write: int | None
    tokens_out: int | None
    tokens_reasoning: int | None
    cost_nano: int | None
    cost_basis: str | None
    finish: str | None
    duration_ms: int | None
    ttft_ms: int | None
    request_bytes: int | None
    response_bytes: int | None
    details: str
    service_tier: str
    task: str  # of agents
    context: str  # of agents: what several tasks belong to
    protocol_version: str  # of agents and MCP servers
    server: str  # of MCP: its own name
    parameters: str  # of MCP: how they begin, as far as texts are stored

    @property
    def recorded_us(self) -> int:
        """When it was recorded; `started_us` is when it began."""
        return Recorded.time_us(self.id)


@dataclass(frozen=True, slots=True)
class StoredPart:
    """One text of a request or an answer."""

    direction: str  # request | response
    place: str  # JSON Pointer
    role: str
    text: str | None  # None: erased
    cut: bool  # only head and tail were kept


@dataclass(frozen=True, slots=True)
class AuditDetail:
    """One record with everything that is stored of it."""

    row: AuditRow
    detail: dict[str, Any]
    parts: tuple[StoredPart, ...]
    row_hash: str  # hexadecimal


@dataclass(frozen=True, slots=True)
class Choices:
    """What has ever stood in the columns of a tab, for filters to offer."""

    users: tuple[tuple[str, str], ...]  # actor and display name
    proxies: tuple[str, ...]
    targets: tuple[str, ...]  # models, tools, agents or resources
    groups: tuple[str, ...]
    apps: tuple[str, ...]
    methods: tuple[str, ...]

    @property
    def models(self) -> tuple[str, ...]:
        """The targets of the LLM tab."""
        return self.targets


IN_DETAIL = ("details", "service_tier", "task", "context", "protocol_version", "server", "parameters")
STORED = tuple(field.name for field in fields(AuditRow) if field.name not in IN_DETAIL)
_COLUMNS = (*(getattr(Event, name) for name in STORED), Event.detail)
_make_row: Callable[..., AuditRow] = AuditRow
_decode = msgspec.json.Decoder().decode


def page(
    _database: Database,
    asked: AuditFilter,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = 250,
) -> Page[AuditRow]:
    """Return rows older than `before`, or the next newer than `after` (0: the oldest), or the newest."""
    narrowed = narrow(asked)
    low = narrowed.lowest if after is None else max(narrowed.lowest, after + 1)
    high = _least(narrowed.highest, before)
    floor = _search_floor(asked, high) if asked.text and after is None else None
    found = _ordered(narrowed, max(low, floor or 0), high, limit + 1, newest=after is None)
    more = len(found) > limit
    rows = tuple(_row(values) for values in found[:limit])
    if after is not None:
        rows = rows[::-1]
        older = rows[-1].id if rows and after else None
        return Page(rows, older=older, newer=rows[0].id if more else None)
    newer = None if before is None else before - 1
    if more or floor is None:
        return Page(rows, older=rows[-1].id if more else None, newer=newer)
    return Page(rows, older=floor, newer=newer)


def rows_with_ids(ids: Sequence[int]) -> tuple[AuditRow, ...]:
    """Return these rows, the newest first."""
    query = Event.select(*_COLUMNS).where(Event.id.in_(list(ids))).order_by(Event.id.desc())
    return tuple(_row(values) for values in tuples(query)) if ids else ()


def newest_id(_database: Database) -> int:
    """Return the id of the newest row, 0 without rows."""
    row = first(Event.select(fn.MAX(Event.id)))
    return int(row[0] or 0) if row else 0


def count(_database: Database, asked: AuditFilter, cap: int = 10_000) -> tuple[int, bool]:
    """Return how many rows match, counted up to the cap, and whether there may be more."""
    narrowed = narrow(asked)
    floor = _search_floor(asked, narrowed.highest) if asked.text else None
    low = max(narrowed.lowest, floor or 0)
    total = 0
    for alternative in narrowed.alternatives:
        rows = _select((Event.id,), narrowed, alternative, low, narrowed.highest).limit(cap + 1 - total)
        total += rows.count()
        if total > cap:
            return cap, True
    return total, floor is not None


def detail(database: Database, event_id: int) -> AuditDetail | None:
    """Return one record with its texts; None if there is none with this id."""
    values = first(Event.select(*_COLUMNS, Event.row_hash).where(Event.id == event_id))
    if values is None:
        return None
    parts = (
        EventPart.select(EventPart.place, EventPart.role, EventPart.cut, Part.dict_id, Part.body)
        .join(Part, JOIN.LEFT_OUTER, on=(Part.id == EventPart.part_id))
        .where(EventPart.event_id == event_id)
        .order_by(EventPart.n)
    )
    return AuditDetail(
        row=_row(values[:-1]),
        detail=_decode(values[-2]) if values[-2] else {},
        parts=tuple(_part(database.masked, *part) for part in tuples(parts)),
        row_hash=bytes(values[-1]).hex(),
    )


def detail_of_exchange(database: Database, exchange_id: str) -> AuditDetail | None:
    """Return the record of the exchange that a caller names."""
    low, high = exchange_ids(exchange_id)
    within = Event.select(Event.id).where(Event.id >= low, Event.id < high, Event.exchange_id == exchange_id)
    row = first(within.order_by(Event.id))
    return detail(database, row[0]) if row else None


def choices(_database: Database, tab: str) -> Choices:
    """Return what the filters of a tab offer."""
    found: dict[str, dict[str, str]] = {}
    rows = Seen.select(Seen.field, Seen.value, Seen.label).where(Seen.kind == tab)
    for field, value, label in tuples(rows.order_by(Seen.field, Seen.value)):
        found.setdefault(field, {})[value] = label

    def of(field: str) -> tuple[str, ...]:
        return tuple(value for value in found.get(field, ()) if value)

    users = tuple((actor, name) for actor, name in found.get("actor", {}).items() if actor)
    return Choices(users, of("proxy"), of("target"), of("grp"), of("app"), of("method"))


def chunks(
    database: Database, asked: AuditFilter, columns: Sequence[str], size: int = 20_000
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield all rows, the oldest first, as tuples of `id` and these columns of `event`, for exports.

    Bounded by the highest id at the start; each chunk is a question of its own, so that the WAL can be
    emptied in between. Not to be run by `reader.submit`, whose question is one transaction.
    """
    narrowed = narrow(asked)
    selected = (Event.id, *(getattr(Event, name) for name in columns))
    after = narrowed.lowest - 1
    end = _least(newest_id(database) + 1, narrowed.highest)
    while True:
        found = _ordered(narrowed, after + 1, end, size, newest=False, columns=selected)
        if not found:
            return
        yield found
        after = found[-1][0]


def _ordered(
    narrowed: Narrowed,
    low: int,
    high: int | None,
    limit: int,
    *,
    newest: bool,
    columns: Sequence[Any] = _COLUMNS,
) -> list[tuple[Any, ...]]:
    """Return the first rows in the order asked for, from all alternatives."""
    order = Event.id.desc() if newest else Event.id
    if len(narrowed.alternatives) == 1:
        query = _select(columns, narrowed, narrowed.alternatives[0], low, high)
        return stored(query.order_by(order).limit(limit))
    ids = []
    for alternative in narrowed.alternatives:
        query = _select((Event.id,), narrowed, alternative, low, high).order_by(order).limit(limit)
        ids += [row[0] for row in stored(query)]
    ids.sort(reverse=newest)
    query = Event.select(*columns).where(Event.id.in_(ids[:limit]))
    return stored(query.order_by(order)) if ids else []


def _select(
    columns: Sequence[Any], narrowed: Narrowed, alternative: Sequence[Any], low: int, high: int | None
) -> Any:
    query = Event.select(*columns).where(*alternative, *narrowed.residual)
    if low > 0:
        query = query.where(Event.id >= low)
    return query if high is None else query.where(Event.id < high)


def _search_floor(asked: AuditFilter, high: int | None) -> int | None:
    """Return the id at which a search in texts stops, to answer in seconds; None if it can read all."""
    query = Event.select(Event.id).where(Event.kind == asked.tab)
    if high is not None:
        query = query.where(Event.id < high)
    row = first(query.order_by(Event.id.desc()).offset(SEARCHED_AT_ONCE).limit(1))
    return None if row is None else int(row[0])


def _row(values: Sequence[Any]) -> AuditRow:
    found = _decode(values[-1]) if values[-1] else {}
    return _make_row(*values[:-1], *(str(found.get(name) or "") for name in IN_DETAIL))


def _part(
    masked: bool, place: str, role: str, cut: int, dict_id: int | None, body: bytes | None
) -> StoredPart:
    direction, slash, pointer = place.partition("/")
    text = None if dict_id is None else HIDDEN if masked else text_of(dict_id, body)
    return StoredPart(direction, slash + pointer, role, text, bool(cut))


def _least(*values: int | None) -> int | None:
    return min((value for value in values if value is not None), default=None)
