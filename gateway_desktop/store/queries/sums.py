"""Sums by owner, group and kind of credential, of which everything on User Activity is made.

A range is whole UTC days from the daily rollups, then whole hours, then single rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from peewee import Case, Value, fn

from gateway_desktop.core.clock import DAY_US
from gateway_desktop.store.models.base import first as first_row
from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.models.event import Event, RollDayActor, RollHourWhose, RollSpanActor
from gateway_desktop.store.models.meta import GatewayRow
from gateway_desktop.store.queries.ranges import Span, divided
from gateway_desktop.store.queries.rolled_up import of_owners, whose
from gateway_desktop.store.rollups import SPAN_DAYS

KINDS = ("llm", "mcp", "a2a")
UNATTRIBUTED = ""
_NO_DETAIL = (Value(""), Value(""))


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Which exchanges: a range of the times at which they were recorded, and whose."""

    since_us: int | None = None
    until_us: int | None = None
    user: str | None = None  # an owner (`ActiveUser.owner`); "" is unattributed
    group: str = ""
    proxy: str = ""
    kind: str = ""

    @property
    def span(self) -> Span:
        """The range."""
        return Span.of(self.since_us, self.until_us)


@dataclass(frozen=True, slots=True)
class Sum:
    """What one owner did under one name, in one group, with one kind of credential."""

    user_id: str
    actor: str
    principal_kind: str
    grp: str
    n: int
    blocked: int
    failed: int
    tin: int
    tout: int
    cost: int
    cost_unknown: int
    max_risk: int | None
    last_id: int

    @property
    def owner(self) -> str:
        """Whose it is: the account, or the name where none is known; "" is unattributed."""
        return self.user_id or self.actor


def sums(asked: ActivityFilter, *, by_owner: bool = False) -> list[Sum]:
    """Return the sums by owner, group and kind of credential; for cards by owner alone, a third faster."""
    parts = divided(asked.span.opened(), DAY_US)
    found = []
    for model, within in _rollups(parts.first, parts.last):
        found += _rolled_up(model, within, asked, () if by_owner else (model.principal_kind, model.grp))
    for edge in parts.edges:
        found += _from_hours(asked, edge, by_owner=by_owner)
    return found


def _rollups(first: int, last: int) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Yield which rollups to read for these days, and what of each: spans that are over, days around them."""
    first_span = -(-first // SPAN_DAYS)
    last_span = min(last // SPAN_DAYS, _closed_span())
    if first_span >= last_span:
        yield RollDayActor, (RollDayActor.day >= first, RollDayActor.day < last)
        return
    yield RollDayActor, (RollDayActor.day >= first, RollDayActor.day < first_span * SPAN_DAYS)
    yield RollSpanActor, (RollSpanActor.span >= first_span, RollSpanActor.span < last_span)
    yield RollDayActor, (RollDayActor.day >= last_span * SPAN_DAYS, RollDayActor.day < last)


def _closed_span() -> int:
    """Return the first span of days that is not added up; gateways without exchanges do not count."""
    row = first_row(
        GatewayRow.select(fn.MIN(GatewayRow.closed_span)).where(GatewayRow.closed_span.is_null(False))
    )
    return int(row[0]) if row and row[0] is not None else 0


def _rolled_up(model: Any, within: Sequence[Any], asked: ActivityFilter, detail: Sequence[Any]) -> list[Sum]:
    summed = (
        model.n,
        model.n_blocked,
        model.n_failed,
        model.tin,
        model.tout,
        model.cost,
        model.n_cost_unknown,
    )
    query = model.select(
        model.user_id,
        model.actor,
        *(detail or _NO_DETAIL),
        *(fn.SUM(field) for field in summed),
        fn.MAX(model.max_risk),
        fn.MAX(model.last_id),
    ).where(*within, *_asked_of(model, asked))
    return [Sum(*row) for row in tuples(query.group_by(model.user_id, model.actor, *detail))]


def _from_hours(asked: ActivityFilter, edge: Span, *, by_owner: bool) -> list[Sum]:
    """Return the sums of a part of a day: its whole hours, owner by owner, and the rows around them."""
    owners = _owners(edge) if asked.user is None else [asked.user]
    known, table = whose(of_owners(owners), edge), RollHourWhose
    detail = () if by_owner else (table.principal_kind, table.grp)

    def number(outcome: str) -> Any:
        return fn.SUM(Case(None, ((table.outcome == outcome, table.n),), 0))

    user_id = Case(None, ((table.value == table.actor, ""),), table.value)
    summed = (table.tin, table.tout, table.cost, table.n_cost_unknown)
    query = table.select(
        user_id,
        table.actor,
        *(detail or _NO_DETAIL),
        fn.SUM(table.n),
        number("blocked"),
        number("failed"),
        *(fn.SUM(field) for field in summed),
        fn.MAX(table.max_risk),
        fn.MAX(table.last_id),
    ).where(*known.conditions, *_asked_of(table, replace(asked, user=None)))
    found = [Sum(*row) for row in tuples(query.group_by(table.value, table.actor, *detail))]
    for span in known.edges:
        found += _from_rows(asked, span, () if by_owner else (Event.principal_kind, Event.grp))
    return found


def _owners(edge: Span) -> list[str]:
    """Return who did anything on the day, or the days, of a span."""
    day = RollDayActor.day
    within = (day >= edge.since_us // DAY_US, day <= (edge.until_us - 1) // DAY_US)
    found = tuples(RollDayActor.select(RollDayActor.user_id, RollDayActor.actor).where(*within).distinct())
    return sorted({user_id or actor for user_id, actor in found})


def _from_rows(asked: ActivityFilter, edge: Span, detail: Sequence[Any]) -> list[Sum]:
    low, high = edge.ids

    def number(condition: Any) -> Any:
        return fn.SUM(Case(None, ((condition, 1),), 0))

    def total(field: Any) -> Any:
        return fn.COALESCE(fn.SUM(field), 0)

    owner = fn.COALESCE(Event.user_id, "")
    query = Event.select(
        owner,
        Event.actor,
        *(detail or _NO_DETAIL),
        fn.COUNT(Event.id),
        number(Event.outcome == "blocked"),
        number(Event.outcome == "failed"),
        total(Event.tokens_in),
        total(Event.tokens_out),
        total(Event.cost_nano),
        number(Event.cost_nano.is_null()),
        fn.MAX(Event.risk),
        fn.MAX(Event.id),
    ).where(Event.id >= low, Event.id < high, *_asked_of(Event, asked))
    return [Sum(*row) for row in tuples(query.group_by(owner, Event.actor, *detail))]


def _asked_of(model: Any, asked: ActivityFilter) -> list[Any]:
    """Return what is asked besides the range; written so that SQLite walks the range and no other index."""
    kind = model.kind.concat("")
    found = [kind == asked.kind if asked.kind else kind.in_(KINDS)]
    if asked.user is not None:
        owned = fn.COALESCE(fn.NULLIF(model.user_id, ""), model.actor)
        found.append(owned == asked.user)
    if asked.group:
        found.append(model.grp.concat("") == asked.group)
    if asked.proxy:
        found.append(model.proxy.concat("") == asked.proxy)
    return found
